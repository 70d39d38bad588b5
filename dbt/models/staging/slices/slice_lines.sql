with payload_events as (
    select * from {{ ref('slice_payload_events') }}
),

betting_lines_raw as (
    select * from {{ source('raw_data', 'betting_lines_raw') }}
),

slice_lines as (
    select
        payload_events.payload_id,
        line_rows.position,
        payload_events.batch_id,
        payload_events.source,
        payload_events.source_event_id,
        payload_events.game_id,
        payload_events.sport_key,
        payload_events.league,
        payload_events.observed_at,
        line_rows.bookmaker,
        line_rows.market,
        line_rows.outcome,
        line_rows.price,
        line_rows.point,
        line_rows.price_format,
        line_rows.label,
        line_rows.last_update,
        line_rows.description,
        payload_events.reversed
    from payload_events
    cross join lateral (
        select betting_lines_raw.*
        from betting_lines_raw
        where
            betting_lines_raw.payload_id = payload_events.payload_id
            and betting_lines_raw.landed_on = payload_events.landed_on
            and betting_lines_raw.position between payload_events.lines_from and payload_events.lines_to
        offset 0
    ) as line_rows
)

select * from slice_lines
