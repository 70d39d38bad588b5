with lines as (
    select * from {{ ref('slice_lines') }}
),

-- nearly every cell is a plain number: only the others are looked at closely
plain as (
    select
        lines.*,
        case when point ~ '^-?[0-9]{1,5}(\.[0-9]{1,4})?$' then point::numeric else {{ sbro_number('point') }} end
            as point_number,
        case when price ~ '^-?[1-9][0-9]{2,5}$' then price::integer else {{ american_price('price') }} end
            as price_number
    from lines
    where source = 'sbro'
),

-- the two rows of a game, side by side
cells as (
    select
        payload_id,
        batch_id,
        source,
        source_event_id,
        game_id,
        league,
        observed_at,
        bookmaker,
        market as heading,
        label,
        min(position) filter (where outcome = 'away') as away_position,
        min(position) filter (where outcome = 'home') as home_position,
        max(point) filter (where outcome = 'away') as away_point_raw,
        max(point) filter (where outcome = 'home') as home_point_raw,
        max(price) filter (where outcome = 'away') as away_price_raw,
        max(price) filter (where outcome = 'home') as home_price_raw,
        max(point_number) filter (where outcome = 'away') as away_point,
        max(point_number) filter (where outcome = 'home') as home_point,
        max(price_number) filter (where outcome = 'away') as away_price,
        max(price_number) filter (where outcome = 'home') as home_price
    from plain
    group by
        payload_id, batch_id, source, source_event_id, game_id, league, observed_at, bookmaker, market, label
),

-- `NL`, `x`, `-` and blanks in both rows say that there was no line
offered as (
    select
        cells.*,
        case when heading = '2H' then 'h2' else 'full' end as period,
        league = 'nba' and heading in ('Open', 'Close', '2H') as is_shared_column
    from cells
    where
        coalesce(away_point, home_point, away_price, home_price) is not null
        or not (
            {{ says_no_line('away_point_raw') }} and {{ says_no_line('home_point_raw') }}
            and {{ says_no_line('away_price_raw') }} and {{ says_no_line('home_price_raw') }}
        )
),

numbers as (
    select
        offered.*,
        -- a second half is about half a game: its totals reach below 100
        case when period = 'h2' then 60 else 100 end as least_total
    from offered
),

-- spread and total share a column: the smaller number is the spread, on the favourite's row
shared as (
    select
        numbers.*,
        coalesce(
            least(away_point, home_point) < least_total and greatest(away_point, home_point) >= least_total
            and away_point is not null and home_point is not null,
            false
        ) as is_readable,
        home_point < away_point as is_home_favourite
    from numbers
    where is_shared_column
),

shared_typed as (
    select
        shared.*,
        case
            when is_readable and is_home_favourite then -abs(home_point)
            when is_readable then abs(away_point)
        end as home_spread,
        case when is_readable then greatest(away_point, home_point) end as total
    from shared
),

from_shared_columns as (
    select
        shared_typed.payload_id,
        case
            when not shared_typed.is_readable and sides.is_away
                then coalesce(shared_typed.away_position, shared_typed.home_position)
            when not shared_typed.is_readable
                then coalesce(shared_typed.home_position, shared_typed.away_position)
            when (sides.market = 'spreads') = shared_typed.is_home_favourite then shared_typed.home_position
            else shared_typed.away_position
        end as position,
        shared_typed.batch_id,
        shared_typed.source,
        shared_typed.source_event_id,
        shared_typed.game_id,
        shared_typed.league,
        shared_typed.observed_at,
        shared_typed.bookmaker,
        sides.market,
        shared_typed.period,
        sides.side,
        shared_typed.label,
        case
            when sides.market = 'totals' then shared_typed.total
            when sides.is_away then -shared_typed.home_spread
            else shared_typed.home_spread
        end as point,
        null::integer as price_american,
        null::text as price_raw,
        case
            when not shared_typed.is_readable and sides.is_away then shared_typed.away_point_raw
            when not shared_typed.is_readable then shared_typed.home_point_raw
            when (sides.market = 'spreads') = shared_typed.is_home_favourite then shared_typed.home_point_raw
            else shared_typed.away_point_raw
        end as point_raw
    from shared_typed
    cross join
        (
            values
            ('spreads', 'away', true),
            ('spreads', 'home', false),
            ('totals', 'over', true),
            ('totals', 'under', false)
        ) as sides (market, side, is_away)
),

from_own_columns as (
    select
        numbers.payload_id,
        case when sides.is_away then numbers.away_position else numbers.home_position end as position,
        numbers.batch_id,
        numbers.source,
        numbers.source_event_id,
        numbers.game_id,
        numbers.league,
        numbers.observed_at,
        numbers.bookmaker,
        sides.market,
        numbers.period,
        sides.side,
        numbers.label,
        case
            when sides.market = 'h2h' then null
            when sides.is_away then numbers.away_point
            else numbers.home_point
        end as point,
        case when sides.is_away then numbers.away_price else numbers.home_price end as price_american,
        case when sides.is_away then numbers.away_price_raw else numbers.home_price_raw end as price_raw,
        case when sides.is_away then numbers.away_point_raw else numbers.home_point_raw end as point_raw
    from numbers
    inner join
        (
            values
            ('ML', 'h2h', 'away', true),
            ('ML', 'h2h', 'home', false),
            ('Open', 'h2h', 'away', true),
            ('Open', 'h2h', 'home', false),
            ('Close', 'h2h', 'away', true),
            ('Close', 'h2h', 'home', false),
            ('RunLine', 'spreads', 'away', true),
            ('RunLine', 'spreads', 'home', false),
            ('OpenOU', 'totals', 'over', true),
            ('OpenOU', 'totals', 'under', false),
            ('CloseOU', 'totals', 'over', true),
            ('CloseOU', 'totals', 'under', false)
        ) as sides (heading, market, side, is_away)
        on numbers.heading = sides.heading
    where not numbers.is_shared_column
),

typed as (
    select * from from_shared_columns
    union all
    select * from from_own_columns
),

stg_sbro__lines as (
    select
        payload_id,
        position,
        batch_id,
        source,
        source_event_id,
        game_id,
        league,
        observed_at,
        bookmaker,
        market,
        period,
        side,
        label,
        point,
        price_american,
        {{ american_to_decimal('price_american') }} as price_decimal,
        price_raw,
        point_raw,
        null::timestamptz as last_update
    from typed
    where position is not null
)

select * from stg_sbro__lines
