-- One payload table per feed, all of the same shape; the migration copies this one for the others.
create sequence raw_data.payload_id_seq;

create table raw_data.odds_api_responses (
    payload_id bigint primary key default nextval('raw_data.payload_id_seq'),
    batch_id uuid unique,
    source text not null,
    feed text not null,
    sport_key text,
    name text,
    url text,
    params jsonb not null default '{}',
    http_status int,
    response_headers jsonb not null default '{}',
    observed_at timestamptz,
    received_at timestamptz not null default now(),
    body bytea not null,
    body_sha256 bytea not null,
    body_bytes bigint not null
);


comment on column raw_data.odds_api_responses.payload_id is 'Internal number, unique over all payload tables.';
comment on column raw_data.odds_api_responses.batch_id is 'The batch that this payload is (ops.batches), derived from its content. Null: an error answer, kept for the record and never loaded.';
comment on column raw_data.odds_api_responses.source is 'Which upstream sent it.';
comment on column raw_data.odds_api_responses.feed is 'Which of the upstream''s feeds it is.';
comment on column raw_data.odds_api_responses.sport_key is 'Sport that was asked for, in The Odds API''s keys.';
comment on column raw_data.odds_api_responses.name is 'File name of an archive.';
comment on column raw_data.odds_api_responses.url is 'What was asked, without secrets.';
comment on column raw_data.odds_api_responses.params is 'Query parameters that were sent, without secrets.';
comment on column raw_data.odds_api_responses.http_status is 'Status of the answer; null for files.';
comment on column raw_data.odds_api_responses.response_headers is 'Headers of the answer, lower-case names.';
comment on column raw_data.odds_api_responses.observed_at is 'When the upstream''s state was seen (UTC); null for archives that carry no times.';
comment on column raw_data.odds_api_responses.received_at is 'When the bytes arrived here (UTC).';
comment on column raw_data.odds_api_responses.body is 'The bytes as received (after HTTP content decoding), whether readable or not.';
comment on column raw_data.odds_api_responses.body_sha256 is 'SHA-256 of body.';
comment on column raw_data.odds_api_responses.body_bytes is 'Length of body in bytes.';
