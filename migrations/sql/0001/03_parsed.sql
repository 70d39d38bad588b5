-- Rows parsed verbatim from payloads. Text is as the source wrote it.
create table raw_data.payload_events (
    payload_id bigint not null,
    source text not null,
    source_event_id text not null,
    observed_at timestamptz,
    landed_on date not null,
    lines_from int,
    lines_to int,
    primary key (payload_id, source_event_id),
    check ((lines_from is null) = (lines_to is null)),
    check (lines_from <= lines_to)
);
create index payload_events_event_idx on raw_data.payload_events (source, source_event_id);

create table raw_data.payload_coverage (
    payload_id bigint not null,
    source text not null,
    sport_key text not null,
    observed_at timestamptz,
    markets text[],
    bookmakers text[],
    source_event_id text
);
create index payload_coverage_time_idx on raw_data.payload_coverage (source, sport_key, observed_at);
create index payload_coverage_payload_idx on raw_data.payload_coverage (payload_id);

create table raw_data.games_raw (
    payload_id bigint not null,
    position int not null,
    source text not null,
    source_event_id text not null,
    sport_key text not null,
    observed_at timestamptz,
    away_team text not null,
    home_team text not null,
    commence_text text,
    commence_at timestamptz,
    game_date_et date,
    season text,
    status text,
    completed boolean,
    away_score text,
    home_score text,
    neutral_site boolean,
    game_number int,
    event_ordinal int,
    details jsonb not null default '{}',
    primary key (payload_id, position)
);
create index games_raw_event_idx on raw_data.games_raw (source, source_event_id);

-- No index by event here: payload_events finds a game's positions, and COPY stays fast.
create table raw_data.betting_lines_raw (
    payload_id bigint not null,
    position int not null,
    landed_on date not null,
    source_event_id text not null,
    bookmaker text not null,
    market text not null,
    outcome text not null,
    price text,
    point text,
    price_format text not null,
    label text,
    last_update text,
    description text,
    primary key (payload_id, position, landed_on)
) partition by range (landed_on);

create table raw_data.line_movements_raw (
    payload_id bigint not null,
    position int not null,
    source text not null,
    source_event_id text not null,
    sport_key text,
    observed_at timestamptz,
    bookmaker text,
    market text,
    period text,
    outcome text,
    moved_text text,
    price text,
    point text,
    price_format text,
    label text,
    details jsonb not null default '{}',
    primary key (payload_id, position)
);
create index line_movements_raw_event_idx on raw_data.line_movements_raw (source, source_event_id);

create table raw_data.betting_splits_raw (
    payload_id bigint not null,
    position int not null,
    source text not null,
    source_event_id text not null,
    sport_key text,
    observed_at timestamptz,
    bookmaker text,
    market text,
    period text,
    outcome text,
    point text,
    price text,
    tickets_pct text,
    money_pct text,
    tickets text,
    money text,
    updated_text text,
    details jsonb not null default '{}',
    primary key (payload_id, position)
);
create index betting_splits_raw_event_idx on raw_data.betting_splits_raw (source, source_event_id);

create table raw_data.team_stats_raw (
    payload_id bigint not null,
    position int not null,
    source text not null,
    source_event_id text,
    sport_key text,
    observed_at timestamptz,
    source_team_id text,
    team text not null,
    season text,
    scope text,
    stats jsonb not null default '{}',
    primary key (payload_id, position)
);
create index team_stats_raw_team_idx on raw_data.team_stats_raw (source, source_team_id);

create table raw_data.player_stats_raw (
    payload_id bigint not null,
    position int not null,
    source text not null,
    source_event_id text,
    sport_key text,
    observed_at timestamptz,
    source_player_id text,
    player text not null,
    source_team_id text,
    team text,
    season text,
    scope text,
    stats jsonb not null default '{}',
    primary key (payload_id, position)
);
create index player_stats_raw_player_idx on raw_data.player_stats_raw (source, source_player_id);

create table raw_data.injuries_raw (
    payload_id bigint not null,
    position int not null,
    source text not null,
    source_event_id text,
    sport_key text,
    observed_at timestamptz,
    source_player_id text,
    player text not null,
    source_team_id text,
    team text,
    player_position text,
    status text,
    injury text,
    reported_text text,
    return_text text,
    details jsonb not null default '{}',
    primary key (payload_id, position)
);
create index injuries_raw_player_idx on raw_data.injuries_raw (source, source_player_id);

create view raw_data.moneylines_raw as
select event.source, event.observed_at, line.*
from raw_data.betting_lines_raw as line
inner join raw_data.payload_events as event
    using (payload_id, source_event_id, landed_on)
where line.market like 'h2h%';

create view raw_data.spreads_raw as
select event.source, event.observed_at, line.*
from raw_data.betting_lines_raw as line
inner join raw_data.payload_events as event
    using (payload_id, source_event_id, landed_on)
where line.market like '%spreads%';

create view raw_data.totals_raw as
select event.source, event.observed_at, line.*
from raw_data.betting_lines_raw as line
inner join raw_data.payload_events as event
    using (payload_id, source_event_id, landed_on)
where line.market like '%totals%';
