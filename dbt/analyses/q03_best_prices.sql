-- Where is the best price of each coming game, and what do the best prices of both sides hold together?
-- One row per game, market, side and point, the least hold first. Below zero both sides can be bet at a profit;
-- look at the age before you believe it. Prices that nobody saw within the last hour are left out.
-- Reads: {{ ref('enhanced_games') }}, {{ ref('betting_lines_enhanced') }}, {{ ref('curated_line_looks') }}
with newest as (
    select max(last_observed_at) as looked_at
    from curated.enhanced_games
)

select
    games.commence_at,
    games.away_team,
    games.home_team,
    markets.market,
    prices.side,
    prices.point,
    prices.price_american,
    prices.bookmakers,
    prices.bookmakers_offering,
    prices.ev_pct,
    prices.synthetic_hold_pct,
    round(prices.age_seconds / 60, 1) as age_minutes
from newest
inner join curated.enhanced_games as games
    on
        newest.looked_at < games.commence_at and newest.looked_at + interval '1 day' > games.commence_at
        and games.status = 'scheduled'
cross join (values ('h2h'), ('spreads'), ('totals')) as markets (market)
cross join
    lateral
    curated.best_prices(games.game_id, markets.market, newest.looked_at, interval '1 hour') as prices
where prices.period = 'full' and prices.synthetic_hold_pct is not null
order by prices.synthetic_hold_pct, games.commence_at, games.game_id, markets.market, prices.point, prices.side
