"""`linehouse backfill` from the plan to the promoted zones, where no Airflow runs."""

import json

import pytest
from typer.testing import CliRunner

from linehouse import database
from linehouse.cli.app import app
from linehouse.settings import Mode


def run(*arguments: str) -> dict:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.output)


@pytest.mark.slow
def test_plan_execute_status(fresh_database: Mode, sandbox, setting, tmp_path) -> None:
    setting(BACKFILL_PAUSE_SECONDS="0")
    days = ("--from", "2026-04-10", "--to", "2026-04-10", "--sport", "baseball_mlb")
    file = str(tmp_path / "calendar.yaml")
    free = run("backfill", "plan", *days, "--file", file, "--json")
    assert free["credits"] == 0
    told = run("backfill", "execute", str(free["plan"]), "--json")
    assert (told["state"], told["failure"]) == ("done", None)
    paid = run("backfill", "plan", *days, "--share", "30", "--hours", "0", "--file", file, "--json")
    assert paid["about"]["games_selected"] >= 2
    assert paid["credits"] >= 30
    told = run("backfill", "execute", file, "--json")
    assert (told["plan_id"], told["state"]) == (paid["plan"], "done")
    assert told["credits_done"] == paid["credits"]
    assert {step["step"] for step in told["steps"]} >= {"fetch", "gate_raw", "promote_curated"}
    shown = run("backfill", "status", "--json")["backfills"]
    assert [one["state"] for one in shown] == ["done", "done"]
    with database.connect(fresh_database) as connection:
        row = connection.execute(
            "select count(distinct game_id) from curated.closing_lines where source = %s",
            ["the_odds_api"],
        ).fetchone()
    assert row is not None and row[0] >= paid["about"]["games_selected"]
