with betting_lines as (
    select * from {{ ref('betting_lines') }}
),

moneylines as (
    select * from betting_lines
    where market = 'h2h'
)

select * from moneylines
