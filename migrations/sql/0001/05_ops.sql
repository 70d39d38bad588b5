create table ops.batches (
    batch_id uuid primary key,
    payload_id bigint not null unique,
    payload_table text not null,
    source text not null,
    feed text not null,
    sport_key text,
    observed_at timestamptz,
    landed_at timestamptz not null default now(),
    state text not null default 'landed'
        check (state in ('landed', 'accepted', 'held', 'retracted')),
    state_reason text,
    state_changed_at timestamptz not null default now(),
    revision int not null default 1,
    row_count int not null default 0,
    event_count int not null default 0,
    historical boolean not null default false,
    parse_error text,
    parse_error_type text,
    drift text[] not null default '{}',
    parser_version text,
    request_key uuid unique,
    run_id text,
    overridden_by text
);
create index batches_feed_idx on ops.batches (source, feed, sport_key, observed_at);
create index batches_state_idx on ops.batches (state);

create table ops.promotions (
    promotion_id bigint generated always as identity primary key,
    zone text not null,
    scope text not null,
    state text not null
        check (state in ('building', 'gating', 'blocked', 'published', 'failed', 'nothing')),
    run_id text,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    touch_seconds numeric,
    build_seconds numeric,
    gate_seconds numeric,
    publish_seconds numeric,
    touched_games int,
    rows_inserted int,
    rows_updated int,
    rows_deleted int,
    verdict text,
    overridden_by text,
    error text
);
create index promotions_zone_idx on ops.promotions (zone, promotion_id desc);

create table ops.promotion_batches (
    promotion_id bigint not null references ops.promotions,
    batch_id uuid not null,
    revision int not null,
    primary key (promotion_id, batch_id)
);
create index promotion_batches_batch_idx on ops.promotion_batches (batch_id, revision);

create table ops.promotion_games (
    promotion_id bigint not null references ops.promotions,
    game_id uuid not null,
    primary key (promotion_id, game_id)
);
create index promotion_games_game_idx on ops.promotion_games (game_id);

create table ops.held_games (
    zone text not null,
    game_id uuid not null,
    promotion_id bigint,
    reason text,
    held_at timestamptz not null default clock_timestamp(),
    primary key (zone, game_id)
);

create table ops.gate_results (
    gate_result_id bigint generated always as identity primary key,
    zone text not null,
    promotion_id bigint,
    batch_id uuid,
    suite text not null,
    expectation text not null,
    severity text not null,
    success boolean not null,
    unexpected_count bigint,
    element_count bigint,
    example text,
    detail jsonb not null default '{}',
    judged_at timestamptz not null default clock_timestamp()
);
create index gate_results_promotion_idx on ops.gate_results (promotion_id);
create index gate_results_batch_idx on ops.gate_results (batch_id);

create table ops.game_registry (
    source text not null,
    source_event_id text not null,
    sport_key text not null,
    game_id uuid,
    home_team_id text,
    away_team_id text,
    anchor_date_et date,
    ordinal int,
    matched_by text not null,
    suggestions text[] not null default '{}',
    resolved_at timestamptz not null default clock_timestamp(),
    primary key (source, source_event_id)
);
create index game_registry_game_idx on ops.game_registry (game_id);

create table ops.manual_matches (
    source text not null,
    source_event_id text not null,
    game_id uuid,
    decided_by text,
    decided_at timestamptz not null default clock_timestamp(),
    reason text,
    primary key (source, source_event_id)
);

create table ops.parameters (
    key text primary key,
    value text not null
);

create table ops.dbt_invocations (
    invocation_id text primary key,
    promotion_id bigint,
    command text,
    target text,
    started_at timestamptz,
    seconds numeric,
    success boolean,
    models int,
    tests int,
    detail jsonb
);

create table ops.backfill_plans (
    plan_id bigint generated always as identity primary key,
    created_at timestamptz not null default clock_timestamp(),
    plan jsonb,
    state text
);

create table ops.model_registry (
    model_id bigint generated always as identity primary key,
    name text,
    version text,
    created_at timestamptz not null default clock_timestamp(),
    manifest jsonb,
    state text
);

create table ops.alerts (
    alert_id bigint generated always as identity primary key,
    raised_at timestamptz not null default clock_timestamp(),
    severity text,
    kind text,
    message text,
    detail jsonb,
    delivered_at timestamptz
);
