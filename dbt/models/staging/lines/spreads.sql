with betting_lines as (
    select * from {{ ref('betting_lines') }}
),

spreads as (
    select * from betting_lines
    where market = 'spreads'
)

select * from spreads
