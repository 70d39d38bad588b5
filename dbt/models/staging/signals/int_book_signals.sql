with market_moments as (
    select * from {{ ref('int_market_moments') }}
),

line_looks as (
    select * from {{ ref('line_looks') }}
),

consensus_moments as (
    select * from {{ ref('int_consensus_moments') }}
),

signal_parameters as (
    select * from {{ ref('signal_parameters') }}
),

least as (
    select
        {{ signal_parameter('stale_price', 'minimum_units') }} as stale_units,
        make_interval(mins => {{ signal_parameter('stale_price', 'minimum_minutes') }}::integer) as stale_time,
        {{ signal_parameter('arbitrage', 'minimum_profit_pct') }} as profit_pct,
        make_interval(mins => {{ signal_parameter('arbitrage', 'maximum_age_minutes') }}::integer) as price_age
),

-- where the sharp books have gone too far since the book last changed its line
behind as (
    select
        market_moments.*,
        least.stale_units,
        least.stale_time
    from market_moments
    cross join least
    where
        not market_moments.is_sharp
        and abs(market_moments.sharp_move) >= least.stale_units * market_moments.unit_prob
),

followed as (
    select
        behind.*,
        sharp_move > 0 as is_up,
        coalesce(
            lag(next_moment_at) over (
                partition by game_id, market, period, source, bookmaker, changed_at, sharp_move > 0
                order by moment_at
            ) <> moment_at, true
        ) as is_first
    from behind
),

stretches as (
    select
        followed.*,
        count(*) filter (where is_first) over (
            partition by game_id, market, period, source, bookmaker, changed_at, is_up
            order by moment_at
        ) as stretch
    from followed
),

asleep as (
    select
        game_id,
        market,
        period,
        source,
        bookmaker,
        is_up,
        min(moment_at) as behind_since,
        case when count(next_moment_at) = count(*) then max(next_moment_at) end as behind_until,
        min(stale_time) as stale_time
    from stretches
    group by game_id, market, period, source, bookmaker, changed_at, is_up, stretch
),

-- it is stale at the first look that finds it still behind after the time that is granted
watched as (
    select
        asleep.*,
        line_looks.looked_at as looks
    from asleep
    inner join line_looks
        on
            asleep.game_id = line_looks.game_id
            and asleep.source = line_looks.source
            and asleep.bookmaker = line_looks.bookmaker
            and asleep.market = line_looks.market
            and asleep.period = line_looks.period
),

overslept as (
    select
        watched.*,
        (
            select min(each_look.looked_at)
            from unnest(watched.looks) as each_look (looked_at)
            where
                each_look.looked_at >= watched.behind_since + watched.stale_time
                and (watched.behind_until is null or each_look.looked_at < watched.behind_until)
        ) as looked_at
    from watched
),

stale as (
    select
        stretches.*,
        overslept.looked_at
    from overslept
    inner join stretches
        on
            overslept.game_id = stretches.game_id
            and overslept.market = stretches.market
            and overslept.period = stretches.period
            and overslept.source = stretches.source
            and overslept.bookmaker = stretches.bookmaker
            and overslept.is_up = stretches.is_up
            and overslept.looked_at >= stretches.moment_at
            and (stretches.next_moment_at is null or overslept.looked_at < stretches.next_moment_at)
),

best as (
    select
        game_id,
        market,
        period,
        moment_at,
        point,
        {{ arbitrage_pct('max(first_price_decimal)', 'max(second_price_decimal)') }} as profit_pct
    from market_moments
    group by game_id, market, period, moment_at, point
),

promising as (
    select
        market_moments.*,
        least.profit_pct as least_profit_pct,
        least.price_age,
        (
            select max(each_look.looked_at)
            from unnest(line_looks.looked_at) as each_look (looked_at)
            where each_look.looked_at <= market_moments.moment_at
        ) as looked_at
    from best
    cross join least
    inner join market_moments
        on
            best.game_id = market_moments.game_id
            and best.market = market_moments.market
            and best.period = market_moments.period
            and best.moment_at = market_moments.moment_at
            and best.point is not distinct from market_moments.point
    inner join line_looks
        on
            market_moments.game_id = line_looks.game_id
            and market_moments.source = line_looks.source
            and market_moments.bookmaker = line_looks.bookmaker
            and market_moments.market = line_looks.market
            and market_moments.period = line_looks.period
    where best.profit_pct >= least.profit_pct
),

-- a price that nobody has looked at for long is no leg of it
legs as (
    select *
    from promising
    where looked_at >= moment_at - price_age
),

profits as (
    select
        game_id,
        market,
        period,
        moment_at,
        point,
        least_profit_pct,
        max(next_moment_at) as next_moment_at,
        max(first_price_decimal) as first_price_decimal,
        max(second_price_decimal) as second_price_decimal,
        {{ arbitrage_pct('max(first_price_decimal)', 'max(second_price_decimal)') }} as profit_pct
    from legs
    group by game_id, market, period, moment_at, point, least_profit_pct
),

-- an arbitrage lasts while it pays; told when it begins
begun as (
    select
        profits.*,
        lag(next_moment_at) over (
            partition by game_id, market, period, point
            order by moment_at
        ) as paid_until
    from profits
    where profit_pct >= least_profit_pct
),

named as (
    select
        begun.game_id,
        begun.market,
        begun.period,
        begun.moment_at,
        begun.point,
        begun.profit_pct,
        begun.least_profit_pct,
        max(legs.league) as league,
        max(legs.half_point_prob) as half_point_prob,
        max(legs.unit_prob) as unit_prob,
        max(consensus_moments.value) as consensus_value,
        max(consensus_moments.books) as books,
        (
            array_agg(legs.bookmaker order by legs.bookmaker)
            filter (where legs.first_price_decimal = begun.first_price_decimal)
        )[1] as first_bookmaker,
        (
            array_agg(legs.bookmaker order by legs.bookmaker)
            filter (where legs.second_price_decimal = begun.second_price_decimal)
        )[1] as second_bookmaker,
        (
            array_agg(legs.value order by legs.bookmaker)
            filter (where legs.first_price_decimal = begun.first_price_decimal)
        )[1] as first_value,
        (
            array_agg(legs.value order by legs.bookmaker)
            filter (where legs.second_price_decimal = begun.second_price_decimal)
        )[1] as second_value,
        (
            array_agg(legs.looked_at order by legs.bookmaker)
            filter (where legs.first_price_decimal = begun.first_price_decimal)
        )[1] as first_looked_at,
        (
            array_agg(legs.looked_at order by legs.bookmaker)
            filter (where legs.second_price_decimal = begun.second_price_decimal)
        )[1] as second_looked_at,
        (array_agg(legs.batch_id order by legs.changed_at desc, legs.batch_id asc))[1] as batch_id
    from begun
    inner join legs
        on
            begun.game_id = legs.game_id
            and begun.market = legs.market
            and begun.period = legs.period
            and begun.moment_at = legs.moment_at
            and begun.point is not distinct from legs.point
    inner join consensus_moments
        on
            begun.game_id = consensus_moments.game_id
            and begun.market = consensus_moments.market
            and begun.period = consensus_moments.period
            and begun.moment_at = consensus_moments.moment_at
    where begun.paid_until is null or begun.paid_until < begun.moment_at
    group by
        begun.game_id, begun.market, begun.period, begun.moment_at, begun.point, begun.profit_pct,
        begun.least_profit_pct
),

-- the book that errs is the one farther from all others
arbitrages as (
    select
        named.*,
        abs(first_value - consensus_value) >= abs(second_value - consensus_value) as first_errs
    from named
),

found as (
    select
        game_id,
        league,
        'stale_price' as kind,
        market,
        period,
        {{ side_of_move('market', 'sharp_move') }} as side,
        bookmaker,
        null as other_bookmaker,
        looked_at as detected_at,
        point,
        value,
        half_point_prob,
        unit_prob,
        abs(sharp_move) as move_prob,
        abs(sharp_move) / (stale_units * unit_prob) as size,
        1 as books,
        1 as books_moved,
        null::numeric as profit_pct,
        0::numeric as price_age_seconds,
        batch_id
    from stale
    union all
    select
        game_id,
        league,
        'arbitrage' as kind,
        market,
        period,
        case
            when market = 'totals' then case when first_errs then 'over' else 'under' end
            when first_errs then 'home'
            else 'away'
        end as side,
        case when first_errs then first_bookmaker else second_bookmaker end as bookmaker,
        case when first_errs then second_bookmaker else first_bookmaker end as other_bookmaker,
        moment_at as detected_at,
        point,
        case when first_errs then first_value else second_value end as value,
        half_point_prob,
        unit_prob,
        abs(first_value - second_value) as move_prob,
        profit_pct / least_profit_pct as size,
        books,
        2 as books_moved,
        round(profit_pct, 4) as profit_pct,
        extract(epoch from moment_at - least(first_looked_at, second_looked_at)) as price_age_seconds,
        batch_id
    from arbitrages
),

int_book_signals as (
    select
        game_id,
        league,
        kind,
        market,
        period,
        side,
        bookmaker,
        other_bookmaker,
        detected_at,
        point,
        value,
        half_point_prob,
        unit_prob,
        move_prob,
        round(size, 6) as size,
        books,
        books_moved,
        null::numeric as tickets_pct,
        null::numeric as money_pct,
        profit_pct,
        round(price_age_seconds, 3) as price_age_seconds,
        1::numeric as agreement,
        batch_id
    from found
)

select * from int_book_signals
