with rules as (
    select * from {{ ref('validation_rules') }}
),

results as (
    select * from {{ ref('validation_results') }}
),

game_quality as (
    select * from {{ ref('game_quality') }}
),

totals as (
    select
        sum(line_count) as line_count,
        sum(valid_line_count) as valid_line_count
    from game_quality
),

-- by game first: what is distinct needs no sort of all rows then
by_game as (
    select
        rule,
        entity,
        severity,
        game_id,
        count(*) as row_count,
        max(detail) as example
    from results
    group by rule, entity, severity, game_id
),

counted as (
    select
        rule,
        entity,
        severity,
        sum(row_count)::bigint as row_count,
        count(game_id) as game_count,
        max(example) as example
    from by_game
    group by rule, entity, severity
),

left_out as (
    select count(*) as row_count
    from (
        select distinct
            game_id,
            entity,
            entity_key
        from results
        where severity <> 'warning'
    ) as each_once
),

quarantined_by_rule as (
    select
        rules.rule,
        coalesce(counted.entity, rules.entity) as entity,
        coalesce(counted.severity, rules.severity) as severity,
        coalesce(counted.severity, rules.severity) <> 'warning' as is_quarantined,
        coalesce(counted.row_count, 0) as row_count,
        coalesce(counted.game_count, 0) as game_count,
        counted.example,
        rules.description,
        round(100.0 * totals.valid_line_count / nullif(totals.line_count, 0), 4) as lines_valid_pct,
        left_out.row_count as quarantined_row_count
    from rules
    cross join totals
    cross join left_out
    left join counted on rules.rule = counted.rule
)

select * from quarantined_by_rule
