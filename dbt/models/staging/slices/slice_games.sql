with payload_events as (
    select * from {{ ref('slice_payload_events') }}
),

games_raw as (
    select * from {{ source('raw_data', 'games_raw') }}
),

rows_of_events as (
    {{ rows_of_events('games_raw', 'payload_events') }}
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
