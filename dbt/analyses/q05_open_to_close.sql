-- Which games of the last week moved most from opening to close?
-- One row per game and market: the median opening and closing number of the books that have both, and the move.
-- Spreads are the home side's: a move of -1 went a point towards the home team.
-- Reads: {{ ref('enhanced_games') }}, {{ ref('betting_lines_enhanced') }}
with newest as (
    select max(game_date_et) as day_et
    from curated.enhanced_games
    where went_final
),

books as (
    select
        games.game_id,
        games.game_date_et,
        games.away_team,
        games.home_team,
        lines.market,
        lines.bookmaker,
        max(lines.point) filter (where lines.is_opening) as opening_point,
        max(lines.point) filter (where lines.is_closing) as closing_point
    from newest
    inner join curated.enhanced_games as games on games.game_date_et between newest.day_et - 6 and newest.day_et
    inner join curated.betting_lines_enhanced as lines on games.game_id = lines.game_id
    where
        lines.market in ('spreads', 'totals') and lines.side in ('home', 'over') and lines.period = 'full'
        and (lines.is_opening or lines.is_closing) and lines.is_valid
    group by
        games.game_id, games.game_date_et, games.away_team, games.home_team, lines.market, lines.bookmaker,
        lines.source
)

select
    game_date_et,
    away_team,
    home_team,
    market,
    count(distinct bookmaker) as bookmakers,
    percentile_disc(0.5) within group (order by opening_point) as opening_point,
    percentile_disc(0.5) within group (order by closing_point) as closing_point,
    round(avg(closing_point - opening_point), 2) as mean_move
from books
where opening_point is not null and closing_point is not null
group by game_id, game_date_et, away_team, home_team, market
order by abs(avg(closing_point - opening_point)) desc, game_date_et desc, home_team asc, market asc
