create table raw_data.collection_log (
    attempt_id bigint generated always as identity primary key,
    started_at timestamptz not null,
    finished_at timestamptz,
    source text not null,
    feed text not null,
    sport_key text,
    url text,
    http_status int,
    outcome text not null
        check (outcome in ('started', 'landed', 'duplicate', 'failed', 'interrupted')),
    error_type text,
    error text,
    latency_ms int,
    quota_remaining numeric,
    quota_used numeric,
    quota_cost numeric,
    event_count int,
    bookmaker_count int,
    batch_id uuid,
    payload_id bigint,
    request_key uuid,
    run_id text
);
create index collection_log_feed_idx on raw_data.collection_log (source, feed, started_at desc);
create index collection_log_request_idx on raw_data.collection_log (request_key);
create index collection_log_batch_idx on raw_data.collection_log (batch_id);

create view raw_data.source_health as
with attempts as (
    select * from raw_data.collection_log
),

feeds as (
    select
        source,
        feed,
        sport_key,
        max(finished_at) filter (where outcome in ('landed', 'duplicate')) as last_success_at,
        max(finished_at) filter (where outcome in ('failed', 'interrupted')) as last_failure_at,
        count(*) filter (
            where started_at > now() - interval '24 hours' and outcome <> 'started'
        ) as attempts_24h,
        count(*) filter (
            where started_at > now() - interval '24 hours' and outcome in ('landed', 'duplicate')
        ) as successes_24h
    from attempts
    group by source, feed, sport_key
)

select
    feeds.source,
    feeds.feed,
    feeds.sport_key,
    feeds.last_success_at,
    feeds.last_failure_at,
    failure.error_type as last_error_type,
    failure.error as last_error,
    feeds.attempts_24h,
    round(100.0 * feeds.successes_24h / nullif(feeds.attempts_24h, 0), 1) as success_pct_24h,
    quota.quota_remaining,
    newest.observed_at as newest_observed_at,
    newest.landed_at as newest_landed_at,
    now() - newest.observed_at as newest_observed_age
from feeds
left join lateral (
    select attempts.error_type, attempts.error
    from attempts
    where attempts.source = feeds.source
        and attempts.feed = feeds.feed
        and attempts.sport_key is not distinct from feeds.sport_key
        and attempts.outcome in ('failed', 'interrupted')
    order by attempts.started_at desc, attempts.attempt_id desc
    limit 1
) as failure on true
left join lateral (
    select attempts.quota_remaining
    from attempts
    where attempts.source = feeds.source and attempts.quota_remaining is not null
    order by attempts.started_at desc, attempts.attempt_id desc
    limit 1
) as quota on true
left join lateral (
    select max(batches.observed_at) as observed_at, max(batches.landed_at) as landed_at
    from ops.batches
    where batches.source = feeds.source
        and batches.feed = feeds.feed
        and batches.sport_key is not distinct from feeds.sport_key
) as newest on true;
