"""Coverage of one event and of whole sports, each found by time without reading the other."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "create index payload_coverage_event_idx on raw_data.payload_coverage"
        " (source, source_event_id, observed_at) where source_event_id is not null"
    )
    op.execute(
        "create index payload_coverage_sport_idx on raw_data.payload_coverage"
        " (source, sport_key, observed_at) where source_event_id is null"
    )


def downgrade() -> None:
    op.execute(
        "drop index raw_data.payload_coverage_sport_idx, raw_data.payload_coverage_event_idx"
    )
