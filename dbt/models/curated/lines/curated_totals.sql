with betting_lines_enhanced as (
    select * from {{ ref('betting_lines_enhanced') }}
),

curated_totals as (
    select * from betting_lines_enhanced
    where market = 'totals'
)

select * from curated_totals
