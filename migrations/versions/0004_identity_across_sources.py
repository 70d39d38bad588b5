"""Which events of different sources are one game: what each tells, the days it was on, its sides.

`event_days` finds the events of two teams by day, whichever of them is said to be at home.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UPGRADE = """
alter table ops.game_registry
    add column reversed boolean not null default false,
    add column reason text,
    add column decision text,
    add column facts jsonb not null default '{}';
comment on column ops.game_registry.reversed is
    'The source has home and away the other way round than the game has them.';
comment on column ops.game_registry.matched_by is
    'What told the game: the teams and the day, the official number, the start, the score, the line'
    ' score, the pitchers, what was left over; on another day or with sides exchanged; a person.'
    ' untold: it keeps a game of its own; unmatched: it has none.';
comment on column ops.game_registry.reason is
    'Why the event stands alone where other sources list games of these teams; null: it is told.';
comment on column ops.game_registry.decision is 'The decision of a person that was followed.';
comment on column ops.game_registry.facts is
    'What the evidence in force says of the event, as identity reads it: days, starts, numbers,'
    ' final and line score, pitchers.';

create index game_registry_decided_idx on ops.game_registry (source, source_event_id)
    where decision is not null;

create table ops.event_days (
    pairing text not null,
    date_et date not null,
    source text not null,
    source_event_id text not null,
    primary key (pairing, date_et, source, source_event_id)
);
create index event_days_event_idx on ops.event_days (source, source_event_id);
comment on table ops.event_days is
    'Every day (US Eastern) that an event was ever listed under, by its two franchises.';

alter table ops.manual_matches
    add column other_source text,
    add column other_source_event_id text,
    add check ((other_source is null) = (other_source_event_id is null)),
    add check (game_id is null or other_source is null);
comment on column ops.manual_matches.other_source is
    'Instead of a game: the source whose event is the same game.';
comment on column ops.manual_matches.other_source_event_id is
    'Instead of a game: the event that is the same game.';
"""

DOWNGRADE = """
alter table ops.manual_matches
    drop column other_source_event_id, drop column other_source;
drop table ops.event_days;
drop index ops.game_registry_decided_idx;
comment on column ops.game_registry.matched_by is null;
alter table ops.game_registry
    drop column facts, drop column decision, drop column reason, drop column reversed;
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
