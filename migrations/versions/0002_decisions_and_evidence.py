"""Which batches count, who decided on each, what earlier readings named, which rows were at fault.

`in_force` is what promotions read: it follows `state` only in the touch of a promotion, so every
model of one build sees the same batches, whatever the raw gate accepts meanwhile.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UPGRADE = """
alter table ops.batches
    add column in_force boolean not null default false,
    add column decided_by text check (decided_by in ('raw_gate', 'promotion', 'person'));
comment on column ops.batches.in_force is
    'Whether promotions read the batch: its state was accepted when the last one began.';
comment on column ops.batches.decided_by is 'Who brought the batch into its state.';

update ops.batches set
    in_force = state = 'accepted',
    decided_by = case
        when state = 'landed' then null
        when state_reason like 'promotion %' then 'promotion'
        when overridden_by is not null or state = 'retracted' or state_reason like '%(by %)'
            then 'person'
        else 'raw_gate'
    end;
create index batches_to_take_up_idx on ops.batches (batch_id)
    where in_force <> (state = 'accepted');

create table ops.vacated_events (
    batch_id uuid not null,
    source text not null,
    source_event_id text not null,
    primary key (batch_id, source, source_event_id)
);
comment on table ops.vacated_events is
    'Events that a batch named before it was parsed again, until a promotion has looked at them.';

create table ops.vacated_games (
    batch_id uuid not null,
    game_id uuid not null,
    primary key (batch_id, game_id)
);
comment on table ops.vacated_games is
    'Games that a batch concerned before it was parsed again, until a promotion looks at them.';

create table ops.failing_rows (
    promotion_id bigint not null references ops.promotions,
    suite text not null,
    expectation text not null,
    game_id uuid,
    row_hash uuid not null,
    primary key (promotion_id, suite, expectation, row_hash)
);
comment on table ops.failing_rows is
    'Rows for which a gate blocked a promotion; an approval waives these and no others.';

create index payload_coverage_asked_idx
    on raw_data.payload_coverage using gin (markets, bookmakers);
create index payload_coverage_every_book_idx
    on raw_data.payload_coverage (source, sport_key, observed_at) where bookmakers is null;
"""

DOWNGRADE = """
drop index raw_data.payload_coverage_asked_idx, raw_data.payload_coverage_every_book_idx;
drop table ops.failing_rows, ops.vacated_games, ops.vacated_events;
drop index ops.batches_to_take_up_idx;
alter table ops.batches drop column decided_by, drop column in_force;
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
