with touched_games as (
    select * from {{ source('staging_candidate', 'touched_games') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

payload_events as (
    select * from {{ source('raw_data', 'payload_events') }}
),

batches as (
    select * from {{ source('ops', 'batches') }}
),

sports as (
    select * from {{ ref('sports') }}
),

-- `offset 0` keeps each look-up an index look-up, whatever the statistics say
found as (
    select
        game_registry.game_id,
        game_registry.sport_key,
        game_registry.reversed,
        events.*,
        accepted.batch_id
    from touched_games
    inner join game_registry on touched_games.game_id = game_registry.game_id
    cross join
        lateral (
            select
                payload_events.payload_id,
                payload_events.source,
                payload_events.source_event_id,
                payload_events.observed_at,
                payload_events.landed_on,
                payload_events.lines_from,
                payload_events.lines_to
            from payload_events
            where
                payload_events.source = game_registry.source
                and payload_events.source_event_id = game_registry.source_event_id
            offset 0
        ) as events
    cross join lateral (
        select batches.batch_id
        from batches
        where batches.payload_id = events.payload_id and batches.in_force
        offset 0
    ) as accepted
),

slice_payload_events as (
    select
        found.payload_id,
        found.batch_id,
        found.source,
        found.source_event_id,
        found.game_id,
        found.sport_key,
        sports.league,
        found.observed_at,
        found.landed_on,
        found.lines_from,
        found.lines_to,
        found.reversed
    from found
    left join sports on found.sport_key = sports.sport_key
)

select * from slice_payload_events
