with lines as (
    select * from {{ ref('int_lines') }}
),

violations as (
    select * from {{ ref('int_line_violations') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

broken as (
    select
        line_id,
        array_agg(distinct rule order by rule) as rules,
        bool_or(severity <> 'warning') as is_invalid
    from violations
    group by line_id
),

betting_lines as (
    select
        lines.line_id,
        lines.game_id,
        lines.source,
        lines.bookmaker,
        lines.market,
        lines.period,
        lines.side,
        lines.label,
        lines.point,
        lines.price_american,
        lines.price_decimal,
        lines.price_raw,
        lines.point_raw,
        lines.valid_from,
        lines.valid_to,
        lines.first_observed_at,
        lines.last_observed_at,
        lines.told_commence_at,
        lines.observations,
        lines.in_play,
        lines.is_opening,
        lines.is_closing,
        lines.batch_id,
        not coalesce(broken.is_invalid, false) as is_valid,
        coalesce(broken.rules, '{}') as validation_notes
    from lines
    left join broken on lines.line_id = broken.line_id
    where
        not coalesce(broken.is_invalid, false)
        or {{ parameter('reject_invalid_odds') }} is distinct from 'true'
)

select * from betting_lines
