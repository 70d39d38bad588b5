with intervals as (
    select * from {{ ref('int_line_intervals') }}
),

archived as (
    select * from {{ ref('stg_sbro__lines') }}
),

lines as (
    select * from {{ ref('stg_lines') }}
),

told as (
    select
        payload_id,
        position,
        batch_id,
        source,
        game_id,
        league,
        observed_at,
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
        last_update
    from archived
    where observed_at is null
    union all
    select
        payload_id,
        position,
        batch_id,
        source,
        game_id,
        league,
        observed_at,
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
        last_update
    from lines
    where observed_at is null or label is not null
),

-- the same game filed twice (two versions of a file): one of them, whatever the order of arrival;
-- a source that goes on telling its opening line: the one that it told first
ranked as (
    select
        told.*,
        row_number() over same_line as occurrence,
        count(*) over whole_line as sightings,
        count(*) filter (where told.observed_at is null) over whole_line as filings,
        max(told.observed_at) over whole_line as last_observed_at
    from told
    window
        same_line as (
            partition by
                told.game_id, told.source, told.bookmaker, told.market, told.period, told.label, told.side
            order by told.observed_at asc nulls first, told.batch_id desc, told.position asc
        ),
        whole_line as (same_line rows between unbounded preceding and unbounded following)
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

told_openings as (
    select
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        true as is_told
    from labelled
    where label = 'open' and observed_at is not null
),

-- where a source tells the opening line itself, what was first seen of it is none
timed as (
    select
        intervals.*,
        intervals.is_opening and told_openings.is_told is null as is_first
    from intervals
    left join told_openings
        on
            intervals.game_id = told_openings.game_id
            and intervals.source = told_openings.source
            and intervals.bookmaker = told_openings.bookmaker
            and intervals.market = told_openings.market
            and intervals.period = told_openings.period
            and intervals.side = told_openings.side
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
        valid_from as first_observed_at,
        last_observed_at,
        told_commence_at,
        last_update,
        observations,
        in_play,
        is_first as is_opening,
        is_closing,
        occurrences,
        sides,
        overround,
        opposite_point,
        opposite_price_american,
        previous_point
    from timed
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
        observed_at as first_observed_at,
        last_observed_at,
        null as told_commence_at,
        last_update,
        case when observed_at is null then 1 else sightings end::integer as observations,
        false as in_play,
        coalesce(label = 'open', false) as is_opening,
        coalesce(label = 'close', false) as is_closing,
        greatest(filings, 1)::integer as occurrences,
        {{ pair_columns() }},
        null as previous_point
    from labelled
)

select * from int_lines
