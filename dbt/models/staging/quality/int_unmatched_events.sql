with touched_batches as (
    select * from {{ source('staging_candidate', 'touched_batches') }}
),

batches as (
    select * from {{ source('ops', 'batches') }}
),

games_raw as (
    select * from {{ source('raw_data', 'games_raw') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

accepted as (
    {{ accepted_batches() }}
),

events as (
    select
        accepted.batch_id,
        event_rows.source,
        event_rows.source_event_id,
        event_rows.away_team,
        event_rows.home_team
    from accepted
    cross join lateral (
        select games_raw.*
        from games_raw
        where games_raw.payload_id = accepted.payload_id
        offset 0
    ) as event_rows
),

int_unmatched_events as (
    select distinct on (events.batch_id, events.source, events.source_event_id)
        events.batch_id,
        events.source,
        events.source_event_id,
        events.away_team || ' at ' || events.home_team
        || coalesce('; ' || game_registry.reason, '')
        || case
            when game_registry.suggestions <> '{}'
                then '; perhaps ' || array_to_string(game_registry.suggestions, ', ')
            else ''
        end as detail
    from events
    inner join game_registry
        on
            events.source = game_registry.source
            and events.source_event_id = game_registry.source_event_id
    where game_registry.game_id is null
    order by events.batch_id, events.source, events.source_event_id, detail
)

select * from int_unmatched_events
