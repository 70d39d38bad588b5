-- A valid spread whose sides do not mirror would be settled as two different games; the row rule must have caught it.
with lines as (
    select * from {{ ref('int_lines') }}
),

judged as (
    select * from {{ ref('betting_lines') }}
)

select
    lines.game_id,
    lines.line_id,
    lines.point,
    lines.opposite_point
from lines
inner join judged on lines.line_id = judged.line_id
where
    judged.is_valid
    and (
        (lines.market = 'spreads' and lines.point <> -lines.opposite_point)
        or (lines.market = 'totals' and lines.point <> lines.opposite_point)
    )
