with betting_lines_enhanced as (
    select * from {{ ref('betting_lines_enhanced') }}
),

curated_moneylines as (
    select * from betting_lines_enhanced
    where market = 'h2h'
)

select * from curated_moneylines
