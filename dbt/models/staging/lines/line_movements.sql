with lines as (
    select * from {{ ref('betting_lines') }}
),

told as (
    select * from {{ ref('int_told_movements') }}
),

with_previous as (
    select
        lines.*,
        lag(line_id) over side_in_order as previous_line_id,
        lag(point) over side_in_order as from_point,
        lag(price_american) over side_in_order as from_price_american,
        lag(price_decimal) over side_in_order as from_price_decimal,
        lag(is_valid) over side_in_order as previous_is_valid,
        lag(first_observed_at) over side_in_order as previous_first_observed_at
    from lines
    window
        side_in_order as (
            partition by game_id, source, bookmaker, market, period, side
            order by valid_from asc nulls first, is_closing asc
        )
),

line_movements as (
    select
        {{ content_uuid(['previous_line_id', 'line_id']) }} as movement_id,
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        'observed' as origin,
        valid_from as moved_at,
        greatest(first_observed_at, previous_first_observed_at) as known_at,
        from_point,
        point as to_point,
        point - from_point as point_change,
        from_price_american,
        price_american as to_price_american,
        round(
            {{ implied_prob('price_decimal') }} - {{ implied_prob('from_price_decimal') }}, 6
        ) as prob_change,
        in_play,
        batch_id,
        is_valid and previous_is_valid as is_valid
    from with_previous
    where
        previous_line_id is not null
        and (
            from_point is distinct from point
            or from_price_american is distinct from price_american
            or from_price_decimal is distinct from price_decimal
        )
    union all
    select
        movement_id,
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        'told' as origin,
        moved_at,
        known_at,
        from_point,
        to_point,
        to_point - from_point as point_change,
        from_price_american,
        to_price_american,
        round(
            {{ implied_prob('to_price_decimal') }} - {{ implied_prob('from_price_decimal') }}, 6
        ) as prob_change,
        in_play,
        batch_id,
        is_valid
    from told
)

select * from line_movements
