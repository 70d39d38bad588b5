"""raw_data and ops, empty zones, and who may do what.

The SQL lies in `migrations/sql/0001/`, one file per subject, and runs in the order of their names.
"""

from collections.abc import Iterator
from pathlib import Path

from alembic import context, op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parents[1] / "sql" / revision

PAYLOAD_TABLES = {
    "odds_api_responses": "Answers of The Odds API: odds, scores, events.",
    "action_network_games": "Answers of Action Network: scoreboards.",
    "action_network_odds": "Answers of Action Network: odds and their history.",
    "sbd_betting_splits": "Answers of SportsBettingDime: betting splits.",
    "vsin_data": "Pages of VSIN: betting splits and their history.",
    "mlb_stats_api": "Answers of MLB's statistics service.",
    "espn_injuries": "Answers of ESPN: injuries.",
    "espn_scoreboard": "Answers of ESPN: scoreboards.",
    "api_basketball": "Answers of API-Basketball: scores, statistics, standings.",
    "nba_stats": "Answers of NBA's statistics service.",
    "goalserve": "Answers of Goalserve: odds and scores.",
    "archive_files": "Files of archives, one row per file.",
}
MODEL_TABLE = "odds_api_responses"


def execute(sql: str) -> None:
    """Run a script of several statements as it stands (no bind parameters)."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(sql)


def payload_tables() -> Iterator[str]:
    """SQL that copies the model table for every other feed."""
    for table, comment in PAYLOAD_TABLES.items():
        if table != MODEL_TABLE:
            yield f"create table raw_data.{table} (like raw_data.{MODEL_TABLE} including all);"
        escaped = comment.replace("'", "''")
        yield (
            f"comment on table raw_data.{table} is '{escaped}"
            " One row per answer or file, kept as received.';"
        )


def upgrade() -> None:
    for script in sorted(SQL.glob("*.sql")):
        execute(script.read_text(encoding="utf-8"))
        if script.stem.endswith("payloads"):
            execute("\n".join(payload_tables()))


def downgrade() -> None:
    if not context.config.attributes["drop_data"]:
        kept = " union all ".join(
            f"select '{table}' from raw_data.{table}" for table in PAYLOAD_TABLES
        )
        found = op.get_bind().exec_driver_sql(f"{kept} limit 1").scalar()
        if found is not None:
            raise RuntimeError(
                f"raw_data.{found} holds payloads, which this downgrade would drop for ever; "
                "repeat it with `-x drop-data=yes` if that is meant"
            )
    execute("drop schema curated, staging, reference, ops, raw_data cascade")
