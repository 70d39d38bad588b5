with payload_events as (
    select * from {{ ref('slice_payload_events') }}
),

games_raw as (
    select * from {{ source('raw_data', 'games_raw') }}
),

events as (
    select distinct
        source,
        source_event_id
    from payload_events
),

rows_of_events as (
    select game_rows.*
    from events
    cross join lateral (
        select games_raw.*
        from games_raw
        where games_raw.source = events.source and games_raw.source_event_id = events.source_event_id
        offset 0
    ) as game_rows
),

slice_games as (
    select
        rows_of_events.payload_id,
        rows_of_events.position,
        payload_events.batch_id,
        rows_of_events.source,
        rows_of_events.source_event_id,
        payload_events.game_id,
        rows_of_events.sport_key,
        payload_events.league,
        rows_of_events.observed_at,
        rows_of_events.away_team,
        rows_of_events.home_team,
        rows_of_events.commence_text,
        rows_of_events.commence_at,
        rows_of_events.game_date_et,
        rows_of_events.season,
        rows_of_events.status,
        rows_of_events.state,
        rows_of_events.completed,
        rows_of_events.away_score,
        rows_of_events.home_score,
        rows_of_events.neutral_site,
        rows_of_events.game_number,
        rows_of_events.event_ordinal,
        rows_of_events.details
    from rows_of_events
    inner join payload_events
        on
            rows_of_events.payload_id = payload_events.payload_id
            and rows_of_events.source_event_id = payload_events.source_event_id
)

select * from slice_games
