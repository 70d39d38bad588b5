with betting_lines as (
    select * from {{ ref('betting_lines') }}
),

totals as (
    select * from betting_lines
    where market = 'totals'
)

select * from totals
