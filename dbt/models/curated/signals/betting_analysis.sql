with outcomes as (
    select * from {{ ref('signal_outcomes') }}
),

-- signals and results in one sequence: what was decided before a signal is what could be known of its kind
events as (
    select
        league,
        kind,
        detected_at as happened_at,
        signal_id,
        false as is_result,
        null::text as outcome,
        null::numeric as closing_move_prob
    from outcomes
    union all
    select
        league,
        kind,
        decided_at as happened_at,
        null as signal_id,
        true as is_result,
        outcome,
        closing_move_prob
    from outcomes
    where decided_at is not null
),

counted as (
    select
        signal_id,
        count(*) filter (where outcome in ('won', 'lost')) over before as record_signals,
        count(*) filter (where outcome = 'won') over before as record_right,
        count(closing_move_prob) over before as record_closed,
        count(*) filter (where closing_move_prob > 0) over before as record_closed_better
    from events
    window before as (
        partition by league, kind
        order by happened_at, is_result
        rows between unbounded preceding and current row
    )
),

records as (
    select *
    from counted
    where signal_id is not null
),

betting_analysis as (
    select
        outcomes.*,
        records.record_signals::integer as record_signals,
        records.record_right::integer as record_right,
        round(records.record_right::numeric / nullif(records.record_signals, 0), 4) as record_right_share,
        round({{ wilson_bound('records.record_right', 'records.record_signals', '-') }}, 4) as record_right_low,
        round({{ wilson_bound('records.record_right', 'records.record_signals', '+') }}, 4) as record_right_high,
        round(records.record_closed_better::numeric / nullif(records.record_closed, 0), 4) as record_closed_better_share
    from outcomes
    inner join records on outcomes.signal_id = records.signal_id
)

select * from betting_analysis
