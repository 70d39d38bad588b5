with line_violations as (
    select * from {{ ref('int_sbro__line_violations') }}
),

game_violations as (
    select * from {{ ref('int_sbro__game_violations') }}
),

int_sbro__violations as (
    select
        'betting_line' as entity,
        game_id,
        batch_id,
        'sbro' as source,
        source_event_id,
        bookmaker,
        market,
        period,
        side,
        label,
        rule,
        detail
    from line_violations
    union all
    select
        'game' as entity,
        game_id,
        batch_id,
        'sbro' as source,
        source_event_id,
        null as bookmaker,
        null as market,
        null as period,
        null as side,
        null as label,
        rule,
        detail
    from game_violations
)

select * from int_sbro__violations
