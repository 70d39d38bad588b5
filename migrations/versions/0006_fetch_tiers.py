"""The fetch tier and hours to the start of each game in each snapshot; where games stand; the steps
of backfills.

`linehouse.scheduling.tiers` holds the same bounds; a test holds both together.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UPGRADE = """
create index games_raw_start_idx on raw_data.games_raw (sport_key, commence_at);

create function raw_data.fetch_tier(hours_until_start numeric) returns text
language sql
immutable
parallel safe
return case
    when hours_until_start <= 0 then null
    when hours_until_start < 3 then 'closing'
    when hours_until_start < 12 then 'pregame'
    when hours_until_start < 24 then 'sharp'
    when hours_until_start < 72 then 'early'
    when hours_until_start >= 72 then 'opening'
end;
comment on function raw_data.fetch_tier(numeric) is
    'The tier of a game so many hours before its start; null once it has begun.';

create view raw_data.snapshot_games as
with snapshots as (
    select
        game.payload_id,
        game.position,
        game.source,
        game.source_event_id,
        game.sport_key,
        game.home_team,
        game.away_team,
        game.observed_at,
        game.commence_at,
        extract(epoch from game.commence_at - game.observed_at) / 3600 as hours
    from raw_data.games_raw as game
    where game.observed_at is not null and game.commence_at is not null
)

select
    snapshots.payload_id,
    snapshots.position,
    batch.batch_id,
    batch.request_key,
    snapshots.source,
    batch.feed,
    snapshots.source_event_id,
    snapshots.sport_key,
    snapshots.home_team,
    snapshots.away_team,
    snapshots.observed_at,
    snapshots.commence_at,
    round(snapshots.hours, 4) as hours_until_start,
    raw_data.fetch_tier(snapshots.hours) as fetch_tier,
    coalesce(event.lines_to - event.lines_from + 1, 0) as line_count
from snapshots
left join ops.batches as batch on snapshots.payload_id = batch.payload_id
left join raw_data.payload_events as event
    on
        snapshots.payload_id = event.payload_id
        and snapshots.source_event_id = event.source_event_id;
comment on view raw_data.snapshot_games is
    'One row per game of a payload whose time and start are known: its tier and hours to go.';
comment on column raw_data.snapshot_games.request_key is
    'The request that brought it; null for files.';
comment on column raw_data.snapshot_games.hours_until_start is
    'Hours from the snapshot to the start as told in it; negative once the game has begun.';
comment on column raw_data.snapshot_games.fetch_tier is
    'closing (under 3 h), pregame (3 to 12), sharp (12 to 24), early (24 to 72), opening; null once'
    ' the game has begun.';
comment on column raw_data.snapshot_games.line_count is 'Lines that the payload has on the game.';
grant select on raw_data.snapshot_games to linehouse_etl;
grant execute on function raw_data.fetch_tier(numeric) to linehouse_etl;

create table ops.game_states (
    source text not null,
    source_event_id text not null,
    sport_key text not null,
    game_id uuid,
    commence_at timestamptz,
    state text not null check (
        state in ('scheduled', 'live', 'final', 'postponed', 'suspended', 'cancelled')
    ),
    evidence text not null,
    since timestamptz not null,
    previous_state text,
    first_seen_at timestamptz not null,
    primary key (source, source_event_id)
);
comment on table ops.game_states is
    'One row per event of a source: where its game stands, by all that its sources say.';
comment on column ops.game_states.evidence is 'Why, in words.';
comment on column ops.game_states.since is
    'When the game was moved into this state, by the clock of the mode.';
comment on column ops.game_states.previous_state is 'Where it stood before; null: new.';
comment on column ops.game_states.first_seen_at is
    'When the event was first moved along, by the clock of the mode.';

alter table ops.backfill_plans
    add constraint backfill_plans_state_check
        check (state in ('planned', 'running', 'waiting', 'done')),
    add column note text,
    add column finished_at timestamptz;
comment on column ops.backfill_plans.plan is
    'What was asked for: days, sports, selection, games; its requests are in backfill_steps.';
comment on column ops.backfill_plans.state is
    'planned, running (or stopped in its middle), waiting (for credits, or for failed steps to be'
    ' tried again), done.';
comment on column ops.backfill_plans.note is 'Why it waits, or how it ended.';

create table ops.backfill_steps (
    plan_id bigint not null references ops.backfill_plans,
    position int not null,
    source text not null,
    feed text not null,
    sport_key text,
    path text not null,
    params jsonb not null default '{}',
    headers jsonb not null default '{}',
    month date not null,
    cost int not null,
    games int not null default 0,
    state text not null default 'planned' check (state in ('planned', 'done', 'failed')),
    batch_id uuid,
    error text,
    finished_at timestamptz,
    primary key (plan_id, position)
);
comment on table ops.backfill_steps is
    'One row per request of a backfill; what is done is never asked again.';
comment on column ops.backfill_steps.month is 'First day of the month (US Eastern) it belongs to.';
comment on column ops.backfill_steps.cost is 'Credits that the request costs at most.';
comment on column ops.backfill_steps.games is 'Selected games that it is for.';
"""

DOWNGRADE = """
drop table ops.backfill_steps;
alter table ops.backfill_plans
    drop constraint backfill_plans_state_check,
    drop column note,
    drop column finished_at;
drop table ops.game_states;
drop view raw_data.snapshot_games;
drop function raw_data.fetch_tier(numeric);
drop index raw_data.games_raw_start_idx;
"""


def _execute(sql: str) -> None:
    """Run several statements as they stand (no bind parameters)."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(sql)


def upgrade() -> None:
    _execute(UPGRADE)


def downgrade() -> None:
    _execute(DOWNGRADE)
