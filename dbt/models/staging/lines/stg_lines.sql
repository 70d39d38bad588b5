with slice_lines as (
    select * from {{ ref('slice_lines') }}
),

events as (
    select * from {{ ref('slice_named_events') }}
),

markets as (
    select * from {{ ref('markets') }}
),

source_bookmakers as (
    select * from {{ ref('source_bookmakers') }}
),

bookmakers as (
    select * from {{ ref('bookmakers') }}
),

-- `offset 0` computes each number once, not once for every place that uses it
numbered as (
    select
        slice_lines.*,
        markets.market as market_name,
        markets.period,
        {{ bookmaker_key('slice_lines.source', 'slice_lines.bookmaker', 'source_bookmakers.bookmaker') }}
            as bookmaker_key,
        case
            when slice_lines.price_format = 'fractional' then {{ fractional_to_decimal('slice_lines.price') }}
            else {{ clean_number('slice_lines.price') }}
        end as price_number,
        {{ clean_number('slice_lines.point') }} as point_number,
        lower(slice_lines.outcome) as outcome_name
    from slice_lines
    {{ named_by_seeds('slice_lines', 'slice_lines.market') }}
    where
        -- archives whose columns hold several markets have models of their own
        not {{ is_of_archive('slice_lines.bookmaker') }}
        -- sources that write blanks write them for what is not offered
        and not (slice_lines.price = '' and coalesce(slice_lines.point, '') = '')
    offset 0
),

-- outcomes come in no order: the word, or the team's name as this payload writes it, tells the side
sided as (
    select
        numbered.*,
        {{ side_of('numbered.outcome_name', 'events.home_team', 'events.away_team', 'numbered.reversed') }} as side
    from numbered
    left join events
        on
            numbered.payload_id = events.payload_id
            and numbered.source_event_id = events.source_event_id
),

priced as (
    select
        sided.*,
        case
            when sided.price_format in ('decimal', 'fractional') then {{ decimal_to_american('sided.price_number') }}
            else {{ whole_number('sided.price_number') }}
        end as price_american,
        case
            when sided.price_format not in ('decimal', 'fractional')
                then {{ american_to_decimal('sided.price_number') }}
            when sided.price_number > 1 then round(sided.price_number, 6)
        end as price_decimal
    from sided
),

stg_lines as (
    select
        payload_id,
        position,
        batch_id,
        source,
        source_event_id,
        game_id,
        league,
        observed_at,
        bookmaker as source_bookmaker,
        bookmaker_key as bookmaker,
        market_name as market,
        period,
        side,
        label,
        case when market_name <> 'h2h' then point_number end as point,
        price_american,
        price_decimal,
        nullif(price, '') as price_raw,
        nullif(point, '') as point_raw,
        price_format,
        {{ clean_timestamp('last_update') }} as last_update
    from priced
)

select * from stg_lines
