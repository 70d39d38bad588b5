with line_violations as (
    select * from {{ ref('int_line_violations') }}
),

game_violations as (
    select * from {{ ref('int_game_violations') }}
),

unmatched_events as (
    select * from {{ ref('int_unmatched_events') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

found as (
    select
        game_id,
        batch_id,
        'betting_line' as entity,
        line_id::text as entity_key,
        rule,
        severity,
        detail
    from line_violations
    union all
    select
        game_id,
        batch_id,
        'game' as entity,
        game_id::text as entity_key,
        rule,
        severity,
        detail
    from game_violations
    union all
    select
        null as game_id,
        unmatched_events.batch_id,
        'game' as entity,
        unmatched_events.source || '|' || unmatched_events.source_event_id as entity_key,
        rules.rule,
        rules.severity,
        unmatched_events.detail
    from unmatched_events
    inner join rules on rules.rule = 'unmatched_team'
),

validation_results as (
    select
        {{ content_uuid(['batch_id', 'entity', 'entity_key', 'rule']) }} as validation_id,
        game_id,
        batch_id,
        entity,
        entity_key,
        rule,
        severity,
        detail
    from found
)

select * from validation_results
