with betting_lines_enhanced as (
    select * from {{ ref('betting_lines_enhanced') }}
),

curated_spreads as (
    select * from betting_lines_enhanced
    where market = 'spreads'
)

select * from curated_spreads
