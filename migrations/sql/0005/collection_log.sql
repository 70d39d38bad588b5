alter table raw_data.collection_log
    add column key_fingerprint text,
    add column circuit text check (circuit in ('feed', 'source')),
    add column ask_again_at timestamptz,
    drop constraint collection_log_outcome_check,
    add constraint collection_log_outcome_check check (
        outcome in ('started', 'landed', 'duplicate', 'failed', 'interrupted', 'skipped')
    );
create index collection_log_source_idx on raw_data.collection_log (source, finished_at desc);
create index collection_log_circuit_idx on raw_data.collection_log (source, finished_at)
    where ask_again_at is not null;
create index collection_log_run_idx on raw_data.collection_log (run_id);
create index games_raw_day_idx on raw_data.games_raw (
    source, sport_key,
    coalesce(game_date_et, (commence_at at time zone 'America/New_York')::date)
);
comment on column raw_data.collection_log.outcome is
    'started (under way), landed, duplicate (was there already, nothing changed), failed, interrupted (its process died), skipped (not sent, because the circuit is open).';
comment on column raw_data.collection_log.key_fingerprint is
    'Differs where the key differs, and tells nothing else of it; null without a key.';
comment on column raw_data.collection_log.circuit is
    'For whom this failure opens the circuit: its feed, or the whole source. Null: for nobody.';
comment on column raw_data.collection_log.ask_again_at is
    'Until when the upstream is left alone because of this failure (UTC); of a skipped request, until when it would have been.';
