create function curated.best_prices(
    game uuid, market text, at timestamptz, tolerance interval default null
)
returns table (
    period text,
    side text,
    point numeric,
    price_american integer,
    price_decimal numeric,
    bookmakers text[],
    bookmakers_offering integer,
    consensus_prob numeric,
    sharp_prob numeric,
    ev_pct numeric,
    synthetic_hold_pct numeric,
    seen_at timestamptz,
    age_seconds numeric,
    in_play boolean
)
language sql stable parallel safe rows 20
as $$
    with best as (
        select
            prices.period,
            prices.in_play,
            prices.side,
            prices.point,
            case
                when best_prices.market = 'spreads' and prices.side = 'away' then -prices.point
                else coalesce(prices.point, 0)
            end as pair_point,
            max(prices.price_american) filter (where prices.is_best_price) as price_american,
            max(prices.price_decimal) as price_decimal,
            array_agg(prices.bookmaker order by prices.bookmaker) filter (where prices.is_best_price) as bookmakers,
            count(*)::integer as bookmakers_offering,
            max(prices.consensus_prob) as consensus_prob,
            max(prices.sharp_prob) as sharp_prob,
            max(prices.seen_at) filter (where prices.is_best_price) as seen_at,
            min(prices.age_seconds) filter (where prices.is_best_price) as age_seconds
        from
            curated.compare_bookmakers(
                best_prices.game, best_prices.market, best_prices.at, best_prices.tolerance
            ) as prices
        where prices.price_decimal is not null
        group by prices.period, prices.in_play, prices.side, prices.point
    ),

    paired as (
        select
            best.*,
            case when count(*) over pair = 2 then sum(1 / best.price_decimal) over pair end as overround
        from best
        window pair as (partition by best.period, best.in_play, best.pair_point)
    )

    select
        paired.period,
        paired.side,
        paired.point,
        paired.price_american,
        paired.price_decimal,
        paired.bookmakers,
        paired.bookmakers_offering,
        paired.consensus_prob,
        paired.sharp_prob,
        round(100 * (paired.sharp_prob * paired.price_decimal - 1), 4) as ev_pct,
        round(100 * (1 - 1 / paired.overround), 4) as synthetic_hold_pct,
        paired.seen_at,
        paired.age_seconds,
        paired.in_play
    from paired
    order by paired.period, paired.in_play, paired.side, paired.point
$$;

comment on function curated.best_prices is
'One row per period, phase, side and point that any bookmaker offered at a moment in one market of a game: the best
 price, who pays it, its expected value against the sharp books, and the hold of the best prices of both sides together
 (`synthetic_hold_pct`, per cent; below zero both sides can be bet at a profit). Prices from before the game and in
 play (`in_play`) are never set against each other.';
