"""Runs of the DAGs that land a source: real Airflow, real server, the simulator over HTTP."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from linehouse import database
from linehouse.settings import Mode, get_settings
from tests.fixtures.dag_runner import DagRunner
from tests.fixtures.sandbox import SandboxServer
from tests.raw.conftest import (  # noqa: F401  fixtures
    live_raw_database,
    migrated_template,
)

pytestmark = pytest.mark.airflow
MARK = "sandbox-marked-5be1c0d7"
"""The simulator takes it for a key."""
KEYS = {
    "the_odds_api": ("ODDS_API_KEY", "ODDS_API_BASE_URL"),
    "api_basketball": ("API_BASKETBALL_KEY", "API_BASKETBALL_BASE_URL"),
    "goalserve": ("GOALSERVE_KEY", "GOALSERVE_BASE_URL"),
}


def states(source: str) -> set[tuple[str, str]]:
    with database.connect(Mode.SANDBOX) as connection:
        return set(
            connection.execute(
                "select distinct feed, state from ops.batches where source = %s", [source]
            ).fetchall()
        )


def test_a_source_lands_each_sport_is_judged_and_rings(run_dags: DagRunner) -> None:
    (run,) = run_dags("land_espn")
    assert run["state"] == "success", run["said"][-3000:]
    assert run["tasks"] == {
        "land": ["success"] * 2,
        "gate_raw": ["success"],
        "report_held": ["success"],
    }
    assert [asset for asset, _ in run["rung"]] == ["raw_data"]
    assert states("espn") == {("scoreboard", "accepted"), ("injuries", "accepted")}


def test_what_is_asked_for_by_name_is_asked_alone(run_dags: DagRunner) -> None:
    (run,) = run_dags("land_espn", feeds=["injuries"], sports=["basketball_nba"])
    assert run["state"] == "success", run["said"][-3000:]
    assert sorted(run["tasks"]["land"]) == ["skipped", "success"]
    assert states("espn") == {("injuries", "accepted")}


def test_a_sport_that_fails_stops_not_the_other_and_turns_the_run_red(
    run_dags: DagRunner, sandbox: SandboxServer
) -> None:
    sandbox.fault("bad_key", upstream="goalserve", path="/baseball/usa")
    (run,) = run_dags("land_goalserve")
    assert sorted(run["tasks"]["land"]) == ["failed", "success"]
    assert run["tasks"]["gate_raw"] == ["success"]
    assert run["tasks"]["report_held"] == ["failed"]
    assert run["state"] == "failed"
    assert [asset for asset, _ in run["rung"]] == ["raw_data"]
    assert "goalserve scores of baseball_mlb: " in run["said"]


def test_a_source_that_is_off_is_skipped_and_says_why(run_dags: DagRunner) -> None:
    (run,) = run_dags("land_vsin", mode="live")
    assert set(run["tasks"]["land"]) == {"skipped"}
    assert run["tasks"]["gate_raw"] == run["tasks"]["report_held"] == ["skipped"]
    assert run["rung"] == []
    assert "VSIN_ENABLED" in run["said"]


def dump(connection: psycopg.Connection[Any], schemas: tuple[str, ...]) -> str:
    """Every table of these schemas as text."""
    text = []
    tables = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s)", [list(schemas)]
    ).fetchall()
    for schema, table in tables:
        statement = sql.SQL("copy (select * from {}) to stdout").format(
            sql.Identifier(schema, table)
        )
        with connection.cursor().copy(statement) as copy:
            text.append(f"{table}: " + b"".join(bytes(chunk) for chunk in copy).decode())
    return "\n".join(text)


def test_no_key_is_in_airflows_database_its_logs_or_what_it_prints(
    live_raw_database: Mode,  # noqa: F811
    sandbox: SandboxServer,
    dag_runner: DagRunner,
) -> None:
    variables: dict[str, str] = {}
    for source, (key, address) in KEYS.items():
        variables |= {key: f"{MARK}-{source}", address: f"{sandbox.url}/{source}"}
    runs = dag_runner.run(
        *(f"land_{source}" for source in KEYS), conf={"mode": "live"}, variables=variables
    )
    with database.connect(live_raw_database, "owner") as connection:
        landed = connection.execute(
            "select distinct source from raw_data.collection_log where outcome = 'landed'"
        ).fetchall()
        warehouse = dump(connection, ("raw_data", "ops"))
    assert {source for (source,) in landed} == set(KEYS), runs[0]["said"][-3000:]
    parts = database.dsn_parts(Mode.LIVE, "airflow").connect_arguments() | {"dbname": "airflow"}
    with psycopg.connect(**parts) as connection:
        of_airflow = dump(connection, ("public",))
    assert "xcom: " in of_airflow and "rendered_task_instance_fields: " in of_airflow
    assert "land_goalserve" in of_airflow
    logs = "".join(
        path.read_text(errors="replace")
        for path in (Path(get_settings().home) / "airflow").rglob("*.log")
    )
    for place, text in {
        "warehouse": warehouse,
        "Airflow's database": of_airflow,
        "logs": logs,
        "output": runs[0]["said"],
    }.items():
        assert MARK not in text, f"a key is in {place}"
