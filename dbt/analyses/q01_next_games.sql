-- Which games come next, and what do the books say about them on the whole?
-- One row per game of the next three days that has a line: the consensus of all books, the sharp books' price.
-- Reads: {{ ref('enhanced_games') }}, {{ ref('betting_lines_enhanced') }}, {{ ref('curated_bookmakers') }}
with newest as (
    -- the warehouse's own now; with live data `now()` does as well
    select max(last_observed_at) as looked_at
    from curated.enhanced_games
),

games as (
    select games.*
    from newest
    cross join
        lateral (
            select *
            from curated.games_between(
                (newest.looked_at at time zone 'America/New_York')::date,
                (newest.looked_at at time zone 'America/New_York')::date + 3
            )
        ) as games
    where games.commence_at > newest.looked_at
)

select
    games.commence_at,
    games.away_team,
    games.home_team,
    moneyline.bookmakers,
    moneyline.home_win_prob,
    moneyline.sharp_home_win_prob,
    spread.consensus_point as home_spread,
    total.consensus_point as total
from games
cross join
    lateral (
        select
            count(distinct lines.bookmaker) as bookmakers,
            round(avg(lines.no_vig_prob), 3) as home_win_prob,
            round(avg(lines.no_vig_prob) filter (where books.is_sharp), 3)
                as sharp_home_win_prob
        from curated.betting_lines_enhanced as lines
        left join curated.bookmakers as books on lines.bookmaker = books.bookmaker
        where
            lines.game_id = games.game_id and lines.market = 'h2h' and lines.period = 'full' and lines.side = 'home'
            and lines.valid_to is null and lines.is_valid and lines.is_primary_source
    ) as moneyline
left join lateral (
    select lines.consensus_point
    from curated.betting_lines_enhanced as lines
    where
        lines.game_id = games.game_id and lines.market = 'spreads' and lines.period = 'full' and lines.side = 'home'
        and lines.is_valid and lines.is_primary_source
    order by lines.valid_from desc, lines.line_id asc
    limit 1
) as spread on true
left join lateral (
    select lines.consensus_point
    from curated.betting_lines_enhanced as lines
    where
        lines.game_id = games.game_id and lines.market = 'totals' and lines.period = 'full' and lines.side = 'over'
        and lines.is_valid and lines.is_primary_source
    order by lines.valid_from desc, lines.line_id asc
    limit 1
) as total on true
where moneyline.bookmakers > 0
order by games.commence_at, games.home_team
