-- Which games of the last week moved most from opening to close?
-- One row per game and market: the median opening and closing number of the books that have both, and the move.
-- Each book counts once, as told by the source that counts at the close.
-- Spreads are the home side's: a move of -1 went a point towards the home team.
-- Reads: {{ ref('enhanced_games') }}, {{ ref('closing_lines') }}, {{ ref('betting_lines_enhanced') }}
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
        closing.market,
        closing.bookmaker,
        opening.point as opening_point,
        closing.point as closing_point
    from newest
    inner join curated.enhanced_games as games on games.game_date_et between newest.day_et - 6 and newest.day_et
    inner join curated.closing_lines as closing on games.game_id = closing.game_id
    inner join curated.betting_lines_enhanced as opening
        on
            closing.game_id = opening.game_id
            and closing.source = opening.source
            and closing.bookmaker = opening.bookmaker
            and closing.market = opening.market
            and closing.period = opening.period
            and closing.side = opening.side
    where
        closing.market in ('spreads', 'totals') and closing.side in ('home', 'over') and closing.period = 'full'
        and closing.is_primary_source and closing.is_valid and opening.is_opening and opening.is_valid
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
group by game_id, game_date_et, away_team, home_team, market
order by abs(avg(closing_point - opening_point)) desc, game_date_et desc, home_team asc, market asc
