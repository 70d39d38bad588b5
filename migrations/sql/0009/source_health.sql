create or replace view raw_data.source_health as
with recursive named as (
    -- one look into an index for each feed, instead of reading the log
    (
        select log.source, log.feed, coalesce(log.sport_key, '') as sport
        from raw_data.collection_log as log
        order by log.source, log.feed, coalesce(log.sport_key, '')
        limit 1
    )
    union all
    select following.source, following.feed, following.sport
    from named
    cross join lateral (
        select log.source, log.feed, coalesce(log.sport_key, '') as sport
        from raw_data.collection_log as log
        where (log.source, log.feed, coalesce(log.sport_key, ''))
            > (named.source, named.feed, named.sport)
        order by log.source, log.feed, coalesce(log.sport_key, '')
        limit 1
    ) as following
),

feeds as (
    select named.source, named.feed, named.sport
    from named
    where exists (
        select from raw_data.collection_log as log
        where log.source = named.source
            and log.feed = named.feed
            and coalesce(log.sport_key, '') = named.sport
            and log.started_at > now() - interval '90 days'
    )
)

select
    feeds.source,
    feeds.feed,
    nullif(feeds.sport, '') as sport_key,
    good.finished_at as last_success_at,
    bad.finished_at as last_failure_at,
    bad.error_type as last_error_type,
    bad.error as last_error,
    today.attempts as attempts_24h,
    round(100.0 * today.successes / nullif(today.attempts, 0), 1) as success_pct_24h,
    quota.quota_remaining,
    newest.observed_at as newest_observed_at,
    newest.landed_at as newest_landed_at,
    now() - newest.observed_at as newest_observed_age,
    in_a_row.failures as failures_in_a_row,
    case
        when opened.ask_again_at is null then 'closed'
        when opened.ask_again_at > now() then 'open'
        else 'half_open'
    end as circuit,
    opened.circuit as circuit_scope,
    opened.ask_again_at,
    skipped.finished_at as last_skipped_at,
    newest.state as newest_state,
    newest.state_reason as newest_state_reason,
    drifted.fields as drift_24h
from feeds
left join lateral (
    select log.finished_at
    from raw_data.collection_log as log
    where log.source = feeds.source
        and log.feed = feeds.feed
        and coalesce(log.sport_key, '') = feeds.sport
        and log.result = 'good'
        and log.finished_at > now() - interval '90 days'
    order by log.finished_at desc
    limit 1
) as good on true
left join lateral (
    select log.finished_at, log.error_type, log.error
    from raw_data.collection_log as log
    where log.source = feeds.source
        and log.feed = feeds.feed
        and coalesce(log.sport_key, '') = feeds.sport
        and log.result = 'bad'
        and log.finished_at > now() - interval '90 days'
    order by log.finished_at desc
    limit 1
) as bad on true
left join lateral (
    select log.finished_at
    from raw_data.collection_log as log
    where log.source = feeds.source
        and log.feed = feeds.feed
        and coalesce(log.sport_key, '') = feeds.sport
        and log.result = 'skipped'
        and log.finished_at > now() - interval '90 days'
    order by log.finished_at desc
    limit 1
) as skipped on true
left join lateral (
    select count(*) as attempts, count(*) filter (where log.result = 'good') as successes
    from raw_data.collection_log as log
    where log.source = feeds.source
        and log.feed = feeds.feed
        and coalesce(log.sport_key, '') = feeds.sport
        and log.started_at > now() - interval '24 hours'
        and log.result in ('good', 'bad')
) as today on true
left join lateral (
    select count(*) as failures
    from raw_data.collection_log as log
    where log.source = feeds.source
        and log.feed = feeds.feed
        and coalesce(log.sport_key, '') = feeds.sport
        and log.result = 'bad'
        and log.finished_at
        > greatest(good.finished_at, now() - interval '90 days')
) as in_a_row on true
left join lateral (
    select log.quota_remaining
    from raw_data.collection_log as log
    where log.source = feeds.source and log.quota_remaining is not null
    order by log.started_at desc, log.attempt_id desc
    limit 1
) as quota on true
left join lateral (
    select log.finished_at
    from raw_data.collection_log as log
    where log.source = feeds.source
        and log.feed = feeds.feed
        and log.outcome in ('landed', 'duplicate')
        and log.http_status is not null
        and log.finished_at > now() - interval '90 days'
    order by log.finished_at desc
    limit 1
) as answered on true
left join lateral (
    select log.finished_at
    from raw_data.collection_log as log
    where log.source = feeds.source
        and log.outcome in ('landed', 'duplicate')
        and log.http_status is not null
        and log.finished_at > now() - interval '90 days'
    order by log.finished_at desc
    limit 1
) as source_answered on true
left join lateral (
    -- not answered since: by the feed, or for a circuit of the source by any of its feeds
    select failed.circuit, failed.ask_again_at
    from raw_data.collection_log as failed
    where failed.source = feeds.source
        and failed.outcome = 'failed'
        and failed.ask_again_at is not null
        and (failed.circuit = 'source' or failed.feed = feeds.feed)
        and failed.finished_at >= coalesce(
            case when failed.circuit = 'source'
                then source_answered.finished_at
                else answered.finished_at
            end,
            '-infinity'
        )
        and failed.finished_at > now() - interval '90 days'
    order by failed.ask_again_at desc
    limit 1
) as opened on true
left join lateral (
    select batches.observed_at, batches.landed_at, batches.state, batches.state_reason
    from ops.batches
    where batches.source = feeds.source
        and batches.feed = feeds.feed
        and coalesce(batches.sport_key, '') = feeds.sport
    order by batches.observed_at desc nulls last, batches.landed_at desc
    limit 1
) as newest on true
left join lateral (
    select array_agg(distinct unknown.field order by unknown.field) as fields
    from ops.batches
    cross join lateral unnest(batches.drift) as unknown (field)
    where batches.source = feeds.source
        and batches.feed = feeds.feed
        and coalesce(batches.sport_key, '') = feeds.sport
        and cardinality(batches.drift) > 0
        and batches.landed_at > now() - interval '24 hours'
) as drifted on true;
