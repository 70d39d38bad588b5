with payload_events as (
    select * from {{ ref('slice_payload_events') }}
),

line_movements_raw as (
    select * from {{ source('raw_data', 'line_movements_raw') }}
),

games as (
    select * from {{ ref('slice_games') }}
),

commence_times as (
    select * from {{ ref('int_commence_times') }}
),

markets as (
    select * from {{ ref('markets') }}
),

source_bookmakers as (
    select * from {{ ref('source_bookmakers') }}
),

-- a history can come without its game: the teams as the source writes them anywhere
teams as (
    select
        source,
        source_event_id,
        min(lower(home_team)) as home_team,
        min(lower(away_team)) as away_team
    from games
    group by source, source_event_id
),

starts as (
    select
        game_id,
        max(commence_at) as commence_at
    from commence_times
    group by game_id
),

events as (
    select distinct
        source,
        source_event_id
    from payload_events
),

rows_of_events as (
    select movement_rows.*
    from events
    cross join lateral (
        select line_movements_raw.*
        from line_movements_raw
        where
            line_movements_raw.source = events.source
            and line_movements_raw.source_event_id = events.source_event_id
        offset 0
    ) as movement_rows
),

typed as (
    select
        payload_events.batch_id,
        payload_events.game_id,
        rows_of_events.source,
        rows_of_events.position,
        {{ bookmaker_key('rows_of_events.source', 'rows_of_events.bookmaker', 'source_bookmakers.bookmaker') }}
            as bookmaker,
        markets.market,
        markets.period,
        {{ side_of('lower(rows_of_events.outcome)', 'teams.home_team', 'teams.away_team', 'payload_events.reversed') }}
            as side,
        rows_of_events.moved_text,
        {{ clean_timestamp('rows_of_events.moved_text') }} as moved_at,
        rows_of_events.observed_at,
        case when markets.market <> 'h2h' then {{ clean_number('rows_of_events.point') }} end as point,
        rows_of_events.price,
        coalesce(rows_of_events.price_format, 'american') as price_format,
        {{ clean_number('rows_of_events.price') }} as price_number
    from rows_of_events
    inner join payload_events
        on
            rows_of_events.payload_id = payload_events.payload_id
            and rows_of_events.source_event_id = payload_events.source_event_id
    inner join markets
        on
            concat_ws('/', rows_of_events.period, rows_of_events.market) = markets.source_market
            and {{ of_source('markets', 'rows_of_events.source') }}
    left join source_bookmakers
        on
            rows_of_events.source = source_bookmakers.source
            and rows_of_events.bookmaker = source_bookmakers.source_bookmaker
    left join teams
        on
            rows_of_events.source = teams.source
            and rows_of_events.source_event_id = teams.source_event_id
),

-- a history is told again and again: we knew each line of it from the first time on
identified as (
    select
        typed.*,
        {{ content_uuid([
            'game_id', 'source', 'bookmaker', 'market', 'period', 'side', "'told'", 'moved_text', 'price', 'point'
        ]) }} as movement_id
    from typed
    offset 0
),

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
        coalesce(with_previous.moved_at >= starts.commence_at, false) as in_play,
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
    left join starts on with_previous.game_id = starts.game_id
)

select * from int_told_movements
