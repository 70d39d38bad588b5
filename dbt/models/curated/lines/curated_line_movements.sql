with line_movements as (
    select * from {{ ref('line_movements') }}
),

curated_line_movements as (
    select * from line_movements
)

select * from curated_line_movements
