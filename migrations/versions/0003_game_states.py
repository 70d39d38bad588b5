"""What a source's status word means, by its own rules."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        alter table raw_data.games_raw add column state text check (
            state in ('scheduled', 'live', 'final', 'postponed', 'suspended', 'cancelled')
        )
        """
    )
    op.execute(
        "comment on column raw_data.games_raw.state is"
        " 'What the status means by the source''s own rules: scheduled, live, final, postponed,"
        " suspended, cancelled. Null: the source does not say.'"
    )


def downgrade() -> None:
    op.execute("alter table raw_data.games_raw drop column state")
