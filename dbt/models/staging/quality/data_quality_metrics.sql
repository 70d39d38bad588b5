with touched_batches as (
    select * from {{ source('staging_candidate', 'touched_batches') }}
),

batches as (
    select * from {{ source('ops', 'batches') }}
),

payload_events as (
    select * from {{ source('raw_data', 'payload_events') }}
),

betting_lines_raw as (
    select * from {{ source('raw_data', 'betting_lines_raw') }}
),

games_raw as (
    select * from {{ source('raw_data', 'games_raw') }}
),

payload_coverage as (
    select * from {{ source('raw_data', 'payload_coverage') }}
),

unmatched_events as (
    select * from {{ ref('int_unmatched_events') }}
),

accepted as (
    {{ accepted_batches() }}
),

extents as (
    select
        accepted.batch_id,
        accepted.source,
        accepted.payload_id,
        events.landed_on,
        events.lines_from,
        events.lines_to
    from accepted
    cross join
        lateral (
            select
                payload_events.landed_on,
                min(payload_events.lines_from) as lines_from,
                max(payload_events.lines_to) as lines_to
            from payload_events
            where payload_events.payload_id = accepted.payload_id
            group by payload_events.landed_on
            offset 0
        ) as events
    where events.lines_from is not null
),

lines as (
    select
        extents.batch_id,
        extents.source,
        line_rows.*
    from extents
    cross join lateral (
        select
            betting_lines_raw.source_event_id,
            betting_lines_raw.bookmaker,
            betting_lines_raw.market,
            betting_lines_raw.label,
            betting_lines_raw.outcome,
            betting_lines_raw.price
        from betting_lines_raw
        where
            betting_lines_raw.payload_id = extents.payload_id
            and betting_lines_raw.landed_on = extents.landed_on
            and betting_lines_raw.position between extents.lines_from and extents.lines_to
        offset 0
    ) as line_rows
),

markets as (
    select
        batch_id,
        source,
        count(*) as line_rows,
        -- three outcomes, or another line beside the main one, are no fewer sides than two
        count(*) >= 2 and coalesce(min(outcome) <> max(outcome), true) as has_both_sides,
        count(*) filter (
            where coalesce(price, '') = '' or {{ clean_number('price') }} is not null
        ) as readable_rows
    from lines
    group by batch_id, source, source_event_id, bookmaker, market, label
),

of_lines as (
    select
        batch_id,
        source,
        sum(line_rows)::bigint as line_rows,
        count(*) as markets,
        sum(readable_rows) / sum(line_rows) as readable_share,
        1.0 * count(*) filter (where has_both_sides) / count(*) as two_sided_share
    from markets
    group by batch_id, source
),

-- books and markets that were asked for and are not in the answer are no error, but worth knowing
coverage as (
    select
        accepted.batch_id,
        accepted.source,
        asked.bookmakers,
        asked.markets
    from accepted
    cross join lateral (
        select
            payload_coverage.bookmakers,
            payload_coverage.markets
        from payload_coverage
        where payload_coverage.payload_id = accepted.payload_id
        offset 0
    ) as asked
),

asked as (
    select distinct
        coverage.batch_id,
        coverage.source,
        'asked_bookmakers_seen_pct' as metric,
        names.name
    from coverage
    cross join lateral unnest(coverage.bookmakers) as names (name)
    union all
    select distinct
        coverage.batch_id,
        coverage.source,
        'asked_markets_seen_pct' as metric,
        names.name
    from coverage
    cross join lateral unnest(coverage.markets) as names (name)
),

seen as (
    select distinct
        batch_id,
        'asked_bookmakers_seen_pct' as metric,
        bookmaker as name
    from lines
    union all
    select distinct
        batch_id,
        'asked_markets_seen_pct' as metric,
        market as name
    from lines
),

of_asked as (
    select
        asked.batch_id,
        asked.source,
        asked.metric,
        count(*) as asked_count,
        count(seen.name) as seen_count
    from asked
    left join seen
        on
            asked.batch_id = seen.batch_id
            and asked.metric = seen.metric
            and asked.name = seen.name
    group by asked.batch_id, asked.source, asked.metric
),

of_games as (
    select
        accepted.batch_id,
        accepted.source,
        events.event_count,
        (
            select count(*) from unmatched_events
            where unmatched_events.batch_id = accepted.batch_id
        ) as unmatched_count
    from accepted
    cross join lateral (
        select count(distinct games_raw.source_event_id) as event_count
        from games_raw
        where games_raw.payload_id = accepted.payload_id
        offset 0
    ) as events
),

data_quality_metrics as (
    select
        of_lines.batch_id,
        of_lines.source,
        'betting_lines' as table_name,
        measured.metric,
        measured.value,
        measured.sample_size
    from of_lines
    cross join
        lateral (
            values
            ('price_readable_pct', round(100 * of_lines.readable_share, 4), of_lines.line_rows),
            ('two_sided_pct', round(100 * of_lines.two_sided_share, 4), of_lines.markets),
            ('quality_score', round(of_lines.readable_share * of_lines.two_sided_share, 6), of_lines.line_rows)
        ) as measured (metric, value, sample_size)
    union all
    select
        batch_id,
        source,
        'games' as table_name,
        'matched_pct' as metric,
        round(100.0 * (event_count - unmatched_count) / event_count, 4) as value,
        event_count as sample_size
    from of_games
    where event_count > 0
    union all
    select
        batch_id,
        source,
        'betting_lines' as table_name,
        metric,
        round(100.0 * seen_count / asked_count, 4) as value,
        asked_count as sample_size
    from of_asked
)

select
    batch_id,
    source,
    table_name,
    metric,
    value,
    sample_size
from data_quality_metrics
