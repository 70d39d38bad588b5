-- What did every book offer on one game two hours before its start, as it was known then?
-- One row per bookmaker and side of the moneyline: price, fair probability, hold, how far from the sharp books,
-- and how many minutes old the price was. Nothing that was seen later is in it.
-- Reads: {{ ref('enhanced_games') }}, {{ ref('betting_lines_enhanced') }}, {{ ref('curated_line_looks') }}
with game as (
    select *
    from curated.enhanced_games
    where went_final and line_count > 0 and commence_at is not null
    order by commence_at desc, line_count desc, game_id asc
    limit 1
)

select
    game.away_team,
    game.home_team,
    books.side,
    books.bookmaker,
    books.is_sharp,
    books.price_american,
    books.no_vig_prob,
    books.hold_pct,
    books.distance_to_sharp_prob,
    books.is_best_price,
    round(books.age_seconds / 60, 1) as age_minutes
from game
cross join lateral curated.compare_bookmakers(game.game_id, 'h2h', game.commence_at - interval '2 hours') as books
where books.period = 'full'
order by books.side desc, books.price_decimal desc, books.bookmaker asc
