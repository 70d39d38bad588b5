-- A movement that is missing or told twice would make every study of line moves wrong.
with lines as (
    select * from {{ ref('betting_lines') }}
),

movements as (
    select * from {{ ref('line_movements') }}
),

moved as (
    select
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        sum(point_change) as point_change
    from movements
    where origin = 'observed'
    group by game_id, source, bookmaker, market, period, side
    having count(point_change) = count(*)
),

ends as (
    select distinct
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        first_value(point) over in_order as first_point,
        last_value(point) over in_order as last_point
    from lines
    window
        in_order as (
            partition by game_id, source, bookmaker, market, period, side
            order by valid_from asc nulls first, is_closing asc
            rows between unbounded preceding and unbounded following
        )
)

select ends.*
from ends
inner join moved
    on
        ends.game_id = moved.game_id
        and ends.source = moved.source
        and ends.bookmaker = moved.bookmaker
        and ends.market = moved.market
        and ends.period = moved.period
        and ends.side = moved.side
where ends.first_point + moved.point_change <> ends.last_point
