with intervals as (
    select * from {{ ref('int_line_intervals') }}
),

labels as (
    select * from {{ ref('int_line_labels') }}
),

int_lines as (
    select
        {{ content_uuid(['game_id', 'source', 'bookmaker', 'market', 'period', 'side', utc_text('valid_from')]) }}
            as line_id,
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
        null::text as label,
        point,
        price_american,
        price_decimal,
        price_raw,
        point_raw,
        price_format,
        valid_from,
        valid_to,
        last_observed_at,
        last_update,
        observations,
        in_play,
        is_opening,
        is_closing,
        occurrences,
        sides,
        overround,
        opposite_point,
        opposite_price_american,
        previous_point
    from intervals
    union all
    select
        {{ content_uuid(['game_id', 'source', 'bookmaker', 'market', 'period', 'side', 'label']) }} as line_id,
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
        price_format,
        null as valid_from,
        null as valid_to,
        null as last_observed_at,
        last_update,
        1 as observations,
        false as in_play,
        coalesce(label = 'open', false) as is_opening,
        coalesce(label = 'close', false) as is_closing,
        occurrences,
        sides,
        overround,
        opposite_point,
        opposite_price_american,
        null as previous_point
    from labels
)

select * from int_lines
