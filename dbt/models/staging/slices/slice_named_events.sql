with payload_events as (
    select * from {{ ref('slice_payload_events') }}
),

games as (
    select * from {{ ref('slice_games') }}
),

-- a payload can name a game twice
in_payload as (
    select
        payload_id,
        source_event_id,
        min(lower(home_team)) as home_team,
        min(lower(away_team)) as away_team
    from games
    group by payload_id, source_event_id
),

-- a history can come without its game: the teams as the source writes them anywhere
anywhere as (
    select
        source,
        source_event_id,
        min(lower(home_team)) as home_team,
        min(lower(away_team)) as away_team
    from games
    group by source, source_event_id
),

slice_named_events as (
    select
        payload_events.payload_id,
        payload_events.batch_id,
        payload_events.source,
        payload_events.source_event_id,
        payload_events.game_id,
        payload_events.reversed,
        coalesce(in_payload.home_team, anywhere.home_team) as home_team,
        coalesce(in_payload.away_team, anywhere.away_team) as away_team
    from payload_events
    left join in_payload
        on
            payload_events.payload_id = in_payload.payload_id
            and payload_events.source_event_id = in_payload.source_event_id
    left join anywhere
        on
            payload_events.source = anywhere.source
            and payload_events.source_event_id = anywhere.source_event_id
)

select * from slice_named_events
