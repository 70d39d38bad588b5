-- Which games come next, and what do the books say about them on the whole?
-- One row per game of the next three days that has a line: the consensus of all books, the sharp books' price.
-- Each book counts once, with the line that stands now of the most trusted source that tells it.
-- Reads: {{ ref('enhanced_games') }}, {{ ref('betting_lines_enhanced') }}, {{ ref('curated_line_looks') }},
-- {{ ref('curated_bookmakers') }}
with newest as (
    -- the warehouse's own now; with live data `now()` does as well
    select max(last_observed_at) as looked_at
    from curated.enhanced_games
),

games as (
    select
        games.*,
        newest.looked_at
    from newest
    cross join
        lateral (
            select *
            from curated.games_between(
                (newest.looked_at at time zone 'America/New_York')::date,
                (newest.looked_at at time zone 'America/New_York')::date + 3
            )
        ) as games
    where games.commence_at > newest.looked_at and games.status = 'scheduled'
)

select
    games.commence_at,
    games.away_team,
    games.home_team,
    standing.bookmakers,
    standing.home_win_prob,
    standing.sharp_home_win_prob,
    standing.home_spread,
    standing.total
from games
cross join
    lateral (
        select
            count(distinct lines.bookmaker) filter (where lines.market = 'h2h') as bookmakers,
            round(avg(lines.no_vig_prob) filter (where lines.market = 'h2h'), 3) as home_win_prob,
            round(avg(lines.no_vig_prob) filter (where lines.market = 'h2h' and books.is_sharp), 3)
                as sharp_home_win_prob,
            percentile_disc(0.5) within group (order by lines.point) filter (where lines.market = 'spreads')
                as home_spread,
            percentile_disc(0.5) within group (order by lines.point) filter (where lines.market = 'totals') as total
        from curated.lines_as_of(games.game_id, games.looked_at) as lines
        left join curated.bookmakers as books on lines.bookmaker = books.bookmaker
        where
            lines.period = 'full' and lines.side in ('home', 'over') and lines.is_primary_source and not lines.in_play
    ) as standing
where standing.bookmakers > 0
order by games.commence_at, games.home_team
