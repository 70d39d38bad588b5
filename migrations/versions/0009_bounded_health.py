"""How a source is told from indexes, whatever the length of the log."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parents[1] / "sql"

UPGRADE = """
alter table raw_data.collection_log add column result text generated always as (
    case
        when outcome in ('landed', 'duplicate') then
            case when error_type is null then 'good' else 'bad' end
        when outcome in ('failed', 'interrupted') then 'bad'
        when outcome = 'skipped' then 'skipped'
    end
) stored;
comment on column raw_data.collection_log.result is
    'good (a readable answer), bad (none, or an unreadable one), skipped; null while under way.';
create index collection_log_health_idx on raw_data.collection_log (
    source, feed, coalesce(sport_key, ''), result, finished_at
);
create index collection_log_recent_idx on raw_data.collection_log (
    source, feed, coalesce(sport_key, ''), started_at
);
create index collection_log_answered_idx on raw_data.collection_log (source, feed, finished_at)
    where outcome in ('landed', 'duplicate') and http_status is not null;
create index collection_log_answer_idx on raw_data.collection_log (source, finished_at)
    where outcome in ('landed', 'duplicate') and http_status is not null;
create index collection_log_quota_idx on raw_data.collection_log (source, started_at, attempt_id)
    where quota_remaining is not null;
create index batches_newest_idx on ops.batches (
    source, feed, coalesce(sport_key, ''), observed_at desc nulls last, landed_at desc
);
create index batches_drift_idx on ops.batches (landed_at) where cardinality(drift) > 0;
"""
DOWNGRADE = """
drop index ops.batches_drift_idx, ops.batches_newest_idx, raw_data.collection_log_quota_idx,
    raw_data.collection_log_answer_idx, raw_data.collection_log_answered_idx,
    raw_data.collection_log_recent_idx, raw_data.collection_log_health_idx;
alter table raw_data.collection_log drop column result;
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
    _execute(UPGRADE)
    _execute((SQL / revision / "source_health.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    _execute("drop view raw_data.source_health")
    _execute(DOWNGRADE)
    _execute((SQL / "0005" / "source_health.sql").read_text(encoding="utf-8"))
    _execute(SHOWN)
