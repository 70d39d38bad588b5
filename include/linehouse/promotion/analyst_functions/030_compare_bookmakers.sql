create function curated.compare_bookmakers(
    game uuid, market text, at timestamptz, tolerance interval default null
)
returns table (
    period text,
    side text,
    point numeric,
    bookmaker text,
    is_sharp boolean,
    source text,
    price_american integer,
    price_decimal numeric,
    implied_prob numeric,
    no_vig_prob numeric,
    hold_pct numeric,
    consensus_prob numeric,
    sharp_prob numeric,
    distance_to_sharp_prob numeric,
    is_best_price boolean,
    seen_at timestamptz,
    age_seconds numeric,
    in_play boolean,
    line_id uuid
)
language sql stable parallel safe rows 50
as $$
    with compared as (
        select
            lines.*,
            books.is_sharp,
            avg(lines.no_vig_prob) over same_line as consensus_prob,
            avg(lines.no_vig_prob) filter (where books.is_sharp) over same_line as sharp_prob,
            max(lines.price_decimal) over same_line as best_price_decimal
        from curated.lines_as_of(compare_bookmakers.game, compare_bookmakers.at, compare_bookmakers.tolerance) as lines
        left join curated.bookmakers as books on lines.bookmaker = books.bookmaker
        where lines.market = compare_bookmakers.market and lines.is_primary_source
        -- a price from before the start that nobody has looked at since is not one of the game in play
        window same_line as (partition by lines.period, lines.in_play, lines.pair_point, lines.side)
    )

    select
        compared.period,
        compared.side,
        compared.point,
        compared.bookmaker,
        coalesce(compared.is_sharp, false) as is_sharp,
        compared.source,
        compared.price_american,
        compared.price_decimal,
        compared.implied_prob,
        compared.no_vig_prob,
        round(100 * (1 - 1 / compared.overround), 4) as hold_pct,
        round(compared.consensus_prob, 6) as consensus_prob,
        round(compared.sharp_prob, 6) as sharp_prob,
        round(compared.no_vig_prob - compared.sharp_prob, 6) as distance_to_sharp_prob,
        coalesce(compared.price_decimal = compared.best_price_decimal, false) as is_best_price,
        compared.seen_at,
        compared.age_seconds,
        compared.in_play,
        compared.line_id
    from compared
    order by
        compared.period, compared.in_play, compared.side, compared.point, compared.price_decimal desc nulls last, compared.bookmaker
$$;

comment on function curated.compare_bookmakers is
'One row per bookmaker, period, phase, side and point that stood at a moment in one market of a game: its price, the
 probability without margin, its hold, what all books and the sharp books say at the same point, and how old the
 price is. Prices of the game in play are compared among themselves. Valid lines of the source that counts for the book.';
