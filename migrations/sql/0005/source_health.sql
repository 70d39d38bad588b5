create view raw_data.source_health as
with attempts as (
    select
        *,
        outcome in ('landed', 'duplicate') and error_type is null as is_success,
        outcome in ('failed', 'interrupted')
        or (outcome in ('landed', 'duplicate') and error_type is not null) as is_failure,
        outcome in ('landed', 'duplicate') and http_status is not null as is_answered
    from raw_data.collection_log
),

feeds as (
    select
        source,
        feed,
        sport_key,
        max(finished_at) filter (where is_success) as last_success_at,
        max(finished_at) filter (where is_failure) as last_failure_at,
        max(finished_at) filter (where outcome = 'skipped') as last_skipped_at,
        count(*) filter (
            where started_at > now() - interval '24 hours' and (is_success or is_failure)
        ) as attempts_24h,
        count(*) filter (
            where started_at > now() - interval '24 hours' and is_success
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
    now() - newest.observed_at as newest_observed_age,
    in_a_row.failures as failures_in_a_row,
    case
        when opened.ask_again_at is null then 'closed'
        when opened.ask_again_at > now() then 'open'
        else 'half_open'
    end as circuit,
    opened.circuit as circuit_scope,
    opened.ask_again_at,
    feeds.last_skipped_at,
    newest.state as newest_state,
    newest.state_reason as newest_state_reason,
    drifted.fields as drift_24h
from feeds
left join lateral (
    select attempts.error_type, attempts.error
    from attempts
    where attempts.source = feeds.source
        and attempts.feed = feeds.feed
        and attempts.sport_key is not distinct from feeds.sport_key
        and attempts.is_failure
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
    select count(*) as failures
    from attempts
    where attempts.source = feeds.source
        and attempts.feed = feeds.feed
        and attempts.sport_key is not distinct from feeds.sport_key
        and attempts.is_failure
        and attempts.finished_at > coalesce(feeds.last_success_at, '-infinity')
) as in_a_row on true
left join lateral (
    select failed.circuit, failed.ask_again_at
    from attempts as failed
    where failed.source = feeds.source
        and failed.outcome = 'failed'
        and failed.ask_again_at is not null
        and (failed.circuit = 'source' or failed.feed = feeds.feed)
        and not exists (
            select from attempts as answered
            where answered.source = failed.source
                and (failed.circuit = 'source' or answered.feed = failed.feed)
                and answered.is_answered
                and answered.finished_at > failed.finished_at
        )
    order by failed.ask_again_at desc
    limit 1
) as opened on true
left join lateral (
    select batches.observed_at, batches.landed_at, batches.state, batches.state_reason
    from ops.batches
    where batches.source = feeds.source
        and batches.feed = feeds.feed
        and batches.sport_key is not distinct from feeds.sport_key
    order by batches.observed_at desc nulls last, batches.landed_at desc
    limit 1
) as newest on true
left join lateral (
    select array_agg(distinct unknown.field order by unknown.field) as fields
    from ops.batches
    cross join lateral unnest(batches.drift) as unknown (field)
    where batches.source = feeds.source
        and batches.feed = feeds.feed
        and batches.sport_key is not distinct from feeds.sport_key
        and batches.landed_at > now() - interval '24 hours'
) as drifted on true;

comment on column raw_data.source_health.last_success_at is 'When an answer last landed and could be read (UTC).';
comment on column raw_data.source_health.last_error is 'Error of the last failure, without secrets; why the last unreadable answer could not be read.';
comment on column raw_data.source_health.success_pct_24h is 'Share of the attempts of 24 hours that brought a readable answer, 0 to 100.';
comment on column raw_data.source_health.quota_remaining is 'Credits left, as the upstream last told.';
comment on column raw_data.source_health.failures_in_a_row is 'Attempts that failed since the last success.';
comment on column raw_data.source_health.circuit is 'closed; open: the upstream is left alone until ask_again_at; half_open: the next request tries it.';
comment on column raw_data.source_health.circuit_scope is 'Whether the feed alone is left alone, or the source.';
comment on column raw_data.source_health.newest_state is 'State of the newest batch: landed, accepted, held, retracted.';
comment on column raw_data.source_health.drift_24h is 'Fields that the parser did not know, in answers of 24 hours.';
