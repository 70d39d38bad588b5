"""What tasks of the landing DAGs do where they are tried again: real warehouse, real HTTP."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from linehouse import pipeline
from linehouse.orchestration import landing_runs
from linehouse.orchestration.dag_runs import run_key_of
from linehouse.settings import Mode
from tests.fixtures.sandbox import SandboxServer
from tests.raw.conftest import rows

NBA, MLB = "basketball_nba", "baseball_mlb"


def run(number: int, run_type: str = "scheduled", **params: Any) -> Mapping[str, Any]:
    """What a task is told of its run."""
    dag_run = SimpleNamespace(dag_id="land_the_odds_api", run_id=f"r{number}", run_type=run_type)
    return {"params": {"mode": "sandbox"} | params, "dag_run": dag_run}


def asked(feed: str) -> int:
    ((count,),) = rows(
        Mode.SANDBOX,
        f"select count(*) from raw_data.collection_log where feed = '{feed}'",
    )
    return int(count)


def test_a_task_that_is_tried_again_finds_what_its_killed_attempt_landed(
    raw_database: Mode, sandbox: SandboxServer
) -> None:
    first = landing_runs.land_feed(run(1), NBA, "odds")
    assert asked("events") == 1, "a scheduled run asks the free list first"
    again = landing_runs.land_feed(run(1), NBA, "odds")
    assert again["batch_id"] == first["batch_id"] is not None
    assert again["outcome"] != landing_runs.NOT_DUE
    assert (asked("events"), asked("odds")) == (1, 0)
    other = landing_runs.land_feed(run(1), MLB, "odds")
    assert other["outcome"] == "landed"
    assert landing_runs.land_feed(run(1), NBA, "scores")["outcome"] == landing_runs.NOT_DUE
    # what the gate judges the log tells, not the tasks
    assert pipeline.landed_by(raw_database, run_key_of(run(1))) == [
        first["batch_id"],
        other["batch_id"],
    ]
    # another run decides anew: the list is fresh, so the odds are due
    assert landing_runs.land_feed(run(2), NBA, "odds")["outcome"] == "landed"
    assert asked("odds") == 1


def test_a_run_of_nothing_is_skipped_and_one_that_failed_is_red(raw_database: Mode) -> None:
    with pytest.raises(AirflowSkipException, match="nothing was due"):
        landing_runs.gate_source(run(1), "the_odds_api", 0)
    with pytest.raises(AirflowSkipException, match="nothing was due"):
        landing_runs.report_source(run(1), "the_odds_api", 0, None)
    with pytest.raises(AirflowFailException, match="accepted no batch"):
        landing_runs.gate_source(run(1), "the_odds_api", 1)
    with pytest.raises(AirflowFailException, match="1 tasks of the_odds_api failed"):
        landing_runs.report_source(run(1), "the_odds_api", 1, None)
    with pytest.raises(AirflowSkipException, match="does not ask for scores"):
        landing_runs.land_feed(run(1, feeds=["odds"]), NBA, "scores")
