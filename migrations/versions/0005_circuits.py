"""Requests that were not sent, circuits that failures open, and more for an operator to see."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parents[1] / "sql"
BEFORE = SQL / "0001" / "06_collection.sql"

COLUMNS_AWAY = """
drop index raw_data.games_raw_day_idx, raw_data.collection_log_run_idx,
    raw_data.collection_log_circuit_idx, raw_data.collection_log_source_idx;
delete from raw_data.collection_log where outcome = 'skipped';
alter table raw_data.collection_log
    drop column key_fingerprint, drop column circuit, drop column ask_again_at,
    drop constraint collection_log_outcome_check,
    add constraint collection_log_outcome_check check (
        outcome in ('started', 'landed', 'duplicate', 'failed', 'interrupted')
    );
"""
SHOWN = """
comment on view raw_data.source_health is
    'One row per source, feed and sport: what an operator asks first.';
grant select, insert on raw_data.source_health to linehouse_etl;
"""


def _execute(sql: str) -> None:
    """Run several statements as they stand (no bind parameters)."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(sql)


def upgrade() -> None:
    _execute("drop view raw_data.source_health")
    for name in ("collection_log", "source_health"):
        _execute((SQL / revision / f"{name}.sql").read_text(encoding="utf-8"))
    _execute(SHOWN)


def downgrade() -> None:
    _execute("drop view raw_data.source_health")
    _execute(COLUMNS_AWAY)
    before = BEFORE.read_text(encoding="utf-8")
    _execute(before[before.index("create view raw_data.source_health") :])
    _execute(SHOWN)
    comments = (SQL / "0001" / "07_comments.sql").read_text(encoding="utf-8").splitlines()
    _execute("\n".join(line for line in comments if "collection_log.outcome is" in line))
