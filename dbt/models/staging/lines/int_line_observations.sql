with lines as (
    select * from {{ ref('stg_the_odds_api__lines') }}
),

ranked as (
    select
        lines.*,
        row_number() over same_moment as occurrence,
        count(*) over same_payload as occurrences
    from lines
    where lines.observed_at is not null
    window
        same_moment as (
            partition by
                lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.observed_at, lines.side
            order by lines.batch_id desc, lines.position asc
        ),
        same_payload as (
            partition by
                lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.observed_at, lines.side,
                lines.batch_id
        )
),

-- the other side in the same snapshot: what a pair of lines is judged by
paired as (
    select
        ranked.*,
        count(*) over pair as sides,
        sum({{ implied_prob('ranked.price_decimal') }}) over pair as pair_implied_prob,
        count(ranked.price_decimal) over pair as priced_sides,
        sum(ranked.price_american) over pair - ranked.price_american as opposite_price_american,
        sum(ranked.point) over pair - ranked.point as opposite_point
    from ranked
    where ranked.occurrence = 1
    window
        pair as (
            partition by
                ranked.game_id, ranked.source, ranked.bookmaker, ranked.market, ranked.period, ranked.observed_at
        )
),

int_line_observations as (
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
        observed_at,
        point,
        price_american,
        price_decimal,
        price_raw,
        point_raw,
        price_format,
        last_update,
        occurrences::integer as occurrences,
        sides::integer as sides,
        case when sides = 2 and priced_sides = 2 then pair_implied_prob end as overround,
        case when sides = 2 then opposite_point end as opposite_point,
        case when sides = 2 then opposite_price_american::integer end as opposite_price_american
    from paired
)

select * from int_line_observations
