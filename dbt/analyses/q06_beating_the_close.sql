-- Would the best price six hours before the start have beaten the close?
-- One row per game of the last week and side of the moneyline: the best price then, the sharp books' fair closing
-- probability (every book's where no sharp one closed), and the value of that price at the close, in per cent.
-- Reads: {{ ref('enhanced_games') }}, {{ ref('closing_lines') }}, {{ ref('betting_lines_enhanced') }}
with newest as (
    select max(game_date_et) as day_et
    from curated.enhanced_games
    where went_final
),

games as (
    select games.*
    from newest
    inner join curated.enhanced_games as games on games.game_date_et between newest.day_et - 6 and newest.day_et
    where games.went_final
),

closes as (
    select
        games.game_id,
        closing.side,
        coalesce(
            avg(closing.no_vig_prob) filter (where books.is_sharp),
            avg(closing.no_vig_prob)
        ) as fair_close_prob
    from games
    inner join curated.closing_lines as closing on games.game_id = closing.game_id
    left join curated.bookmakers as books on closing.bookmaker = books.bookmaker
    where
        closing.market = 'h2h' and closing.period = 'full' and closing.is_valid and closing.is_primary_source
    group by games.game_id, closing.side
)

select
    games.game_date_et,
    games.away_team,
    games.home_team,
    prices.side,
    prices.price_american,
    prices.bookmakers,
    round(closes.fair_close_prob, 4) as fair_close_prob,
    round(100 * (closes.fair_close_prob * prices.price_decimal - 1), 2) as closing_value_pct,
    games.winner = prices.side as won
from games
cross join lateral curated.best_prices(games.game_id, 'h2h', games.commence_at - interval '6 hours') as prices
inner join closes on games.game_id = closes.game_id and prices.side = closes.side
where prices.period = 'full'
order by closing_value_pct desc, games.game_date_et asc, games.home_team asc
