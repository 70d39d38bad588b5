with events as (
    select * from {{ ref('slice_named_events') }}
),

line_movements_raw as (
    select * from {{ source('raw_data', 'line_movements_raw') }}
),

told_starts as (
    select * from {{ ref('int_told_starts') }}
),

markets as (
    select * from {{ ref('markets') }}
),

source_bookmakers as (
    select * from {{ ref('source_bookmakers') }}
),

rows_of_events as (
    {{ rows_of_events('line_movements_raw') }}
),

-- a history is told again and again: we knew each line of it from the first time on; what differs most goes first
first_rows as (
    select distinct on (
        rows_of_events.moved_text, rows_of_events.price, rows_of_events.source_event_id, rows_of_events.bookmaker,
        rows_of_events.outcome, rows_of_events.market, rows_of_events.period, rows_of_events.point,
        rows_of_events.source, rows_of_events.price_format
    )
        rows_of_events.*,
        events.batch_id,
        events.game_id,
        events.reversed,
        events.home_team,
        events.away_team
    from rows_of_events
    inner join events
        on
            rows_of_events.payload_id = events.payload_id
            and rows_of_events.source_event_id = events.source_event_id
    order by
        rows_of_events.moved_text asc, rows_of_events.price asc, rows_of_events.source_event_id asc,
        rows_of_events.bookmaker asc, rows_of_events.outcome asc, rows_of_events.market asc,
        rows_of_events.period asc, rows_of_events.point asc, rows_of_events.source asc,
        rows_of_events.price_format asc, rows_of_events.observed_at asc nulls last, events.batch_id asc,
        rows_of_events.position asc
    offset 0
),

typed as (
    select
        first_rows.batch_id,
        first_rows.game_id,
        first_rows.source,
        first_rows.position,
        {{ bookmaker_key('first_rows.source', 'first_rows.bookmaker', 'source_bookmakers.bookmaker') }} as bookmaker,
        markets.market,
        markets.period,
        {{ side_of(
            'lower(first_rows.outcome)', 'first_rows.home_team', 'first_rows.away_team', 'first_rows.reversed'
        ) }} as side,
        first_rows.moved_text,
        {{ clean_timestamp('first_rows.moved_text') }} as moved_at,
        first_rows.observed_at,
        case when markets.market <> 'h2h' then {{ clean_number('first_rows.point') }} end as point,
        first_rows.price,
        coalesce(first_rows.price_format, 'american') as price_format,
        {{ clean_number('first_rows.price') }} as price_number,
        coalesce(markets.in_play, false) as is_told_in_play
    from first_rows
    {{ named_by_seeds('first_rows', market_of_period('first_rows')) }}
),

identified as (
    select
        typed.*,
        {{ content_uuid([
            'game_id', 'source', 'bookmaker', 'market', 'period', 'side', "'told'", 'moved_text', 'price', 'point'
        ]) }} as movement_id
    from typed
    offset 0
),

-- two names of a source can mean one line
first_told as (
    select distinct on (movement_id) *
    from identified
    order by movement_id asc, observed_at asc nulls last, batch_id asc, position asc
),

priced as (
    select
        first_told.*,
        case
            when price_format = 'decimal' then {{ decimal_to_american('price_number') }}
            else {{ whole_number('price_number') }}
        end as price_american,
        case
            when price_format <> 'decimal' then {{ american_to_decimal('price_number') }}
            when price_number > 1 then round(price_number, 6)
        end as price_decimal
    from first_told
),

with_previous as (
    select
        priced.*,
        lag(point) over in_order as from_point,
        lag(price_american) over in_order as from_price_american,
        lag(price_decimal) over in_order as from_price_decimal
    from priced
    window
        in_order as (
            partition by game_id, source, bookmaker, market, period, side, moved_at is null
            order by moved_at, movement_id
        )
),

int_told_movements as (
    select
        with_previous.movement_id,
        with_previous.game_id,
        with_previous.source,
        with_previous.bookmaker,
        with_previous.market,
        with_previous.period,
        with_previous.side,
        with_previous.moved_at,
        with_previous.observed_at as known_at,
        with_previous.point as to_point,
        with_previous.price_american as to_price_american,
        with_previous.price_decimal as to_price_decimal,
        -- as the source says, or by the start as it was told when the history was
        with_previous.is_told_in_play
        or coalesce(with_previous.moved_at >= told_starts.commence_at, false) as in_play,
        with_previous.batch_id,
        case when with_previous.moved_at is not null then with_previous.from_point end as from_point,
        case when with_previous.moved_at is not null then with_previous.from_price_american end as from_price_american,
        case when with_previous.moved_at is not null then with_previous.from_price_decimal end as from_price_decimal,
        coalesce(with_previous.moved_at <= with_previous.observed_at, false)
        and with_previous.price_decimal is not null
        and (with_previous.market = 'h2h' or with_previous.point is not null)
        and with_previous.side in ('home', 'away', 'over', 'under')
        and (with_previous.market = 'totals') = (with_previous.side in ('over', 'under')) as is_valid
    from with_previous
    left join told_starts
        on
            with_previous.game_id = told_starts.game_id
            and coalesce(with_previous.observed_at, 'infinity') >= told_starts.told_from
            and (with_previous.observed_at < told_starts.told_to or told_starts.told_to = 'infinity')
)

select * from int_told_movements
