with intervals as (
    select * from {{ ref('int_line_intervals') }}
),

archived as (
    select * from {{ ref('stg_sbro__lines') }}
),

-- the same game filed twice (two versions of a file): one of them, whatever the order of arrival
ranked as (
    select
        archived.*,
        row_number() over same_line as occurrence,
        count(*) over (same_line rows between unbounded preceding and unbounded following) as occurrences
    from archived
    where archived.observed_at is null
    window
        same_line as (
            partition by
                archived.game_id, archived.source, archived.bookmaker, archived.market, archived.period,
                archived.label, archived.side
            order by archived.batch_id desc, archived.position asc
        )
),

labelled as (
    select
        ranked.*,
        {{ pair_sums('ranked') }}
    from ranked
    where ranked.occurrence = 1
    window
        pair as (
            partition by
                ranked.game_id, ranked.source, ranked.bookmaker, ranked.market, ranked.period, ranked.label
        )
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
        told_commence_at,
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
        'american' as price_format,
        null as valid_from,
        null as valid_to,
        null as last_observed_at,
        null as told_commence_at,
        last_update,
        1 as observations,
        false as in_play,
        coalesce(label = 'open', false) as is_opening,
        coalesce(label = 'close', false) as is_closing,
        occurrences::integer as occurrences,
        {{ pair_columns() }},
        null as previous_point
    from labelled
)

select * from int_lines
