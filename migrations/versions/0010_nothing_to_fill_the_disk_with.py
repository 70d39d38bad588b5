"""Whoever only reads has no temporary tables to fill the disk with."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RIGHT = "do $$ begin execute format('{} on database %I {}', current_database()); end $$"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        RIGHT.format("revoke temporary", "from public, analyst").replace("%", "%%")
    )


def downgrade() -> None:
    op.get_bind().exec_driver_sql(RIGHT.format("grant temporary", "to analyst").replace("%", "%%"))
