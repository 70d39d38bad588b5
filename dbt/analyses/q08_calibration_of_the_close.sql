-- Do teams win as often as closing moneylines say?
-- One row per band of fair closing probability (the mean of all books) of the home side: games, what was expected,
-- what happened, and the standard error to judge the difference by.
-- Reads: {{ ref('closing_lines') }}, {{ ref('enhanced_games') }}
with closes as (
    select
        game_id,
        avg(no_vig_prob) as home_prob
    from curated.closing_lines
    where
        market = 'h2h' and period = 'full' and side = 'home' and is_valid and is_primary_source
        and no_vig_prob is not null
    group by game_id
),

results as (
    select
        closes.home_prob,
        (games.winner = 'home')::integer as won,
        width_bucket(closes.home_prob, 0, 1, 10) as band
    from closes
    inner join curated.enhanced_games as games on closes.game_id = games.game_id
    where games.winner in ('home', 'away') and games.is_valid
)

select
    round((band - 1) / 10.0, 1) || ' to ' || round(band / 10.0, 1) as home_prob_band,
    count(*) as games,
    round(avg(home_prob), 3) as expected_share,
    round(avg(won), 3) as share_won,
    round(sqrt(avg(home_prob) * (1 - avg(home_prob)) / count(*)), 3) as standard_error
from results
group by band
order by band
