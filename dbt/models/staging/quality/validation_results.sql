with line_violations as (
    select * from {{ ref('int_line_violations') }}
),

game_violations as (
    select * from {{ ref('int_game_violations') }}
),

splits as (
    select * from {{ ref('betting_splits') }}
),

unmatched_events as (
    select * from {{ ref('int_unmatched_events') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

slice_lines as (
    select * from {{ ref('slice_lines') }}
),

markets as (
    select * from {{ ref('markets') }}
),

bookmakers as (
    select * from {{ ref('bookmakers') }}
),

-- lines that no model reads, told so that nothing goes silently; some archives have headings instead of markets
unknown_markets as (
    select
        slice_lines.game_id,
        slice_lines.batch_id,
        slice_lines.source || '|' || slice_lines.source_event_id || '|' || slice_lines.market as entity_key,
        count(*) || ' lines of ' || slice_lines.market as detail
    from slice_lines
    left join markets
        on
            slice_lines.market = markets.source_market
            and {{ of_source('markets', 'slice_lines.source') }}
    where markets.source_market is null and not {{ is_of_archive('slice_lines.bookmaker') }}
    group by
        slice_lines.game_id, slice_lines.batch_id, slice_lines.source, slice_lines.source_event_id, slice_lines.market
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
        splits.game_id,
        splits.batch_id,
        'betting_split' as entity,
        splits.split_id::text as entity_key,
        rules.rule,
        rules.severity,
        coalesce(
            nullif(
                concat_ws(', ', 'tickets ' || splits.tickets_pct || ' %', 'money ' || splits.money_pct || ' %'),
                ''
            ),
            'no shares'
        ) as detail
    from splits
    cross join lateral unnest(splits.validation_notes) as notes (rule)
    inner join rules on notes.rule = rules.rule
    union all
    select
        unknown_markets.game_id,
        unknown_markets.batch_id,
        'betting_line' as entity,
        unknown_markets.entity_key,
        rules.rule,
        rules.severity,
        unknown_markets.detail
    from unknown_markets
    inner join rules on rules.rule = 'unknown_market'
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
