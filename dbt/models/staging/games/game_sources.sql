with payload_events as (
    select * from {{ ref('slice_payload_events') }}
),

games as (
    select * from {{ ref('slice_games') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

extents as (
    select
        source,
        source_event_id,
        (array_agg(batch_id order by observed_at asc nulls first, batch_id asc))[1] as first_batch_id,
        (array_agg(batch_id order by observed_at desc nulls last, batch_id desc))[1] as last_batch_id
    from payload_events
    group by source, source_event_id
),

latest as (
    select distinct on (source, source_event_id)
        source,
        source_event_id,
        home_team,
        away_team
    from games
    order by source asc, source_event_id asc, observed_at desc nulls last, batch_id desc, position desc
),

game_sources as (
    select
        game_registry.game_id,
        extents.source,
        extents.source_event_id,
        game_registry.sport_key,
        game_registry.matched_by,
        latest.home_team as home_team_raw,
        latest.away_team as away_team_raw,
        extents.first_batch_id,
        extents.last_batch_id
    from extents
    inner join game_registry
        on
            extents.source = game_registry.source
            and extents.source_event_id = game_registry.source_event_id
    left join latest
        on
            extents.source = latest.source
            and extents.source_event_id = latest.source_event_id
)

select * from game_sources
