"""Strategies mapped over seasons by the real Airflow, and what it says of a bad form."""

import pytest

from linehouse.database import connect
from linehouse.orchestration.run_parameters import strategies
from linehouse.settings import Mode
from linehouse.strategies import registry
from tests.fixtures.dag_runner import DagRunner

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

ARCHIVE = {"bookmaker": "sbro"}


def test_every_season_is_a_task_that_publishes_its_own_result(
    two_seasons: Mode, dag_runner: DagRunner
) -> None:
    conf = {
        "strategies": ["flat"],
        "parameters": {"flat": {**ARCHIVE, "side": "underdog"}},
        "price": "close",
    }
    (run,) = dag_runner.run("backtest_strategies", conf=conf)
    assert run["state"] == "success", run["said"][-3000:]
    assert run["tasks"] == {"plan": ["success"], "backtest": ["success"] * 2}
    with connect(two_seasons) as connection:
        rows = connection.execute(
            "select start_date_et, bets, variant_count from curated.strategy_results"
            " order by start_date_et"
        ).fetchall()
    assert [(first.year, *told) for first, *told in rows] == [(2015, 64, 1), (2016, 64, 1)]


def test_a_bad_form_fails_at_once_and_runs_nothing(
    two_seasons: Mode, dag_runner: DagRunner
) -> None:
    conf = {"strategies": ["flat"], "seasons": ["1999-00"]}
    (run,) = dag_runner.run("backtest_strategies", conf=conf)
    assert run["state"] == "failed" and run["tasks"]["plan"] == ["failed"]
    assert set(run["tasks"]["backtest"]) == {"upstream_failed"}
    assert "sandbox has no season 1999-00; it has 2015-16, 2016-17" in run["said"]


def test_by_itself_it_tries_what_is_due_and_archives_without_times_are_nothing_to_try(
    two_seasons: Mode, dag_runner: DagRunner
) -> None:
    (run,) = dag_runner.run("backtest_strategies", scheduled=True)
    assert run["state"] == "success", run["said"][-3000:]
    assert run["tasks"] == {"plan": ["success"], "backtest": ["skipped"]}


def test_the_form_proposes_every_strategy() -> None:
    assert strategies() == list(registry.strategies())
