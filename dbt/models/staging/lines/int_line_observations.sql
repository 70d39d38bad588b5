with lines as (
    select * from {{ ref('stg_lines') }}
),

keyed as (
    select
        lines.*,
        {{ content_uuid(['game_id', 'source', 'bookmaker', 'market', 'period']) }} as series_id
    from lines
    where lines.observed_at is not null and lines.label is null
    offset 0
),

ranked as (
    select
        keyed.*,
        row_number() over same_moment as occurrence,
        count(*) over (same_moment rows between unbounded preceding and unbounded following) as occurrences
    from keyed
    window
        same_moment as (
            partition by keyed.series_id, keyed.observed_at, keyed.side
            order by keyed.batch_id desc, keyed.position asc
        )
),

-- the other side in the same snapshot: what a pair of lines is judged by
paired as (
    select
        ranked.*,
        {{ pair_sums('ranked') }}
    from ranked
    where ranked.occurrence = 1
    window pair as (partition by ranked.series_id, ranked.observed_at)
),

int_line_observations as (
    select
        series_id,
        payload_id,
        position,
        batch_id,
        game_id,
        league,
        source,
        source_bookmaker,
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
        {{ pair_columns() }}
    from paired
)

select * from int_line_observations
