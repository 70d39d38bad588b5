with lines as (
    select * from {{ ref('stg_sbro__lines') }}
),

-- the same game filed twice (two versions of a file): one of them, whatever the order of arrival
ranked as (
    select
        lines.*,
        row_number() over (
            partition by
                lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.side, lines.label
            order by lines.batch_id desc, lines.position asc
        ) as occurrence,
        count(*) over (
            partition by
                lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.side, lines.label
        ) as occurrences
    from lines
),

int_line_labels as (
    select
        ranked.*,
        count(*) over pair as sides,
        count(ranked.price_decimal) over pair as priced_sides,
        sum({{ implied_prob('ranked.price_decimal') }}) over pair as pair_implied_prob,
        sum(ranked.point) over pair - ranked.point as opposite_point,
        sum(ranked.price_american) over pair - ranked.price_american as opposite_price_american
    from ranked
    where ranked.occurrence = 1
    window
        pair as (
            partition by ranked.game_id, ranked.source, ranked.bookmaker, ranked.market, ranked.period, ranked.label
        )
)

select
    payload_id,
    position,
    batch_id,
    game_id,
    league,
    source,
    bookmaker,
    market,
    period,
    side,
    label,
    point,
    price_american,
    price_decimal,
    price_raw,
    point_raw,
    'american' as price_format,
    last_update,
    occurrences::integer as occurrences,
    sides::integer as sides,
    case when sides = 2 and priced_sides = 2 then pair_implied_prob end as overround,
    case when sides = 2 then opposite_point end as opposite_point,
    case when sides = 2 then opposite_price_american::integer end as opposite_price_american
from int_line_labels
