"""The DAGs of the schedule in real Airflow: what a scheduled run asks, and what it leaves alone."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from linehouse import database
from linehouse.backfill import making, store
from linehouse.settings import PROJECT_ROOT, Mode
from tests.fixtures.dag_runner import DagRunner
from tests.fixtures.sandbox import SandboxServer

pytestmark = [pytest.mark.airflow, pytest.mark.slow]


def asked() -> list[str]:
    """The feeds that were asked, in order."""
    with database.connect(Mode.SANDBOX) as connection:
        rows = connection.execute(
            "select feed from raw_data.collection_log where outcome = 'landed' order by attempt_id"
        ).fetchall()
    return [feed for (feed,) in rows]


def test_scheduled_runs_ask_what_is_due_then_nothing(run_dags: DagRunner) -> None:
    """The clock stands still: the free lists first, then the odds that they show to be due."""
    (dry,) = run_dags.run(
        "land_the_odds_api", scheduled=True, variables={"SCHEDULER_DRY_RUN": "true"}
    )
    assert (dry["state"], asked()) == ("success", [])
    lists, odds, nothing = run_dags.run(*["land_the_odds_api"] * 3, scheduled=True)
    assert [run["state"] for run in (lists, odds, nothing)] == ["success"] * 3
    assert asked() == ["events"] * 2 + ["odds"] * 2
    assert [asset for asset, _ in odds["rung"]] == ["raw_data"]
    assert nothing["tasks"]["gate_raw"] == ["skipped"]
    assert nothing["rung"] == []


def test_games_are_moved_along_and_prices_followed_up(
    run_dags: DagRunner, sandbox: SandboxServer
) -> None:
    run_dags.run(*["land_the_odds_api"] * 2, scheduled=True)
    (quiet,) = run_dags("update_game_status")
    assert (quiet["state"], quiet["tasks"]["gate_raw"]) == ("success", ["skipped"])
    assert quiet["tasks"]["move_games"] == ["success"]
    sandbox.set_clock(datetime(2026, 4, 18, 23, 40, tzinfo=UTC), frozen=True)
    status, watch = run_dags("update_game_status", "watch_prices")
    assert (status["state"], watch["state"]) == ("success", "success")
    assert asked()[4:6] == ["scores"] * 2
    assert asked()[6:] == ["odds"] * 2
    with database.connect(Mode.SANDBOX) as connection:
        states = dict(
            connection.execute("select state, count(*) from ops.game_states group by 1").fetchall()
        )
    assert states["live"] > 0 and states["scheduled"] > 0


def test_a_backfill_lands_is_gated_and_rings(run_dags: DagRunner, sandbox: SandboxServer) -> None:
    wish = making.Wish(date(2026, 4, 9), date(2026, 4, 9), ("baseball_mlb",))
    with database.connect(Mode.SANDBOX) as connection:
        plan_id = store.save(connection, making.make(Mode.SANDBOX, connection, wish))
    (run,) = run_dags.run("backfill_history", conf={"plan_id": plan_id})
    assert run["tasks"]["fetch"] == ["success"], run
    assert [asset for asset, _ in run["rung"]] == ["raw_data"]
    with database.connect(Mode.SANDBOX) as connection:
        assert store.progress(connection, plan_id).state == "done"


def test_in_live_mode_airflow_takes_the_timetable_and_the_watcher(tmp_path: Path) -> None:
    code = (
        "import json\n"
        "from airflow.dag_processing.dagbag import DagBag\n"
        "from airflow.serialization.serialized_objects import DagSerialization\n"
        "bag = DagBag(dag_folder='dags')\n"
        "assert not bag.import_errors, bag.import_errors\n"
        "told = {}\n"
        "for name in ('land_the_odds_api', 'update_game_status', 'watch_prices'):\n"
        "    read = DagSerialization.from_dict(DagSerialization.to_dict(bag.dags[name]))\n"
        "    told[name] = [read.timetable.summary, [\n"
        "        watcher.name for _, asset in read.timetable.asset_condition.iter_assets()\n"
        "        for watcher in asset.watchers]]\n"
        "print(json.dumps(told))\n"
    )

    def told(**variables: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": "include:.",
                "AIRFLOW_HOME": str(tmp_path),
                "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
                "LINEHOUSE_MODE": "live",
                "ODDS_API_KEY": "k" * 32,
                **variables,
            },
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    on = told(WATCH_PRICES="true")
    assert on["land_the_odds_api"] == ["odds, by the games", []]
    assert on["update_game_status"] == ["scores, by the games", []]
    assert on["watch_prices"][1] == ["price_watch"]
    keyless = told(WATCH_PRICES="true", ODDS_API_KEY="")
    assert [watchers for _, watchers in keyless.values()] == [[], [], []]
    # other sources tell where games stand
    by_the_games = [name for name, (summary, _) in keyless.items() if "by the games" in summary]
    assert by_the_games == ["update_game_status"]
