"""Which DAGs there are, how they hang together, and what each must carry."""

import ast
import itertools
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linehouse.orchestration.landing_pools import pool_of, pools
from linehouse.sources.availability import http_sources

DAG_FOLDER = Path(__file__).parents[2] / "dags"
SOURCES = sorted(http_sources())
EXPECTED = {
    *(f"land_{source}" for source in SOURCES),
    "load_archive",
    "promote_staging",
    "promote_curated",
    "run_pipeline",
    "run_strategies",
    "review_promotion",
    "backfill_history",
    "backtest_strategies",
    "update_game_status",
    "watch_prices",
    "write_docs",
}
GATE_OWNS = {
    **{(f"land_{source}", "gate_raw"): "raw_data" for source in SOURCES},
    ("load_archive", "gate_raw"): "raw_data",
    ("backfill_history", "gate_raw"): "raw_data",
    ("update_game_status", "gate_raw"): "raw_data",
    ("watch_prices", "gate_raw"): "raw_data",
    ("promote_staging", "promote"): "staging",
    ("promote_curated", "promote"): "curated",
    ("run_strategies", "choose_card"): "betting_card",
}
WAITS_FOR = {
    "promote_staging": "raw_data",
    "promote_curated": "staging",
    "run_strategies": "curated",
}


def test_exactly_these_dags_without_import_errors(dag_bag) -> None:
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == EXPECTED


def test_a_file_holds_the_dag_of_its_name(dag_bag) -> None:
    assert {path.stem for path in DAG_FOLDER.glob("*.py")} == EXPECTED
    for dag_id, dag in dag_bag.dags.items():
        assert Path(dag.fileloc).stem == dag_id


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_every_dag_has_docs_tags_an_owner_and_never_catches_up(dag_bag, dag_id: str) -> None:
    dag = dag_bag.dags[dag_id]
    assert dag.doc_md and len(dag.doc_md) > 100
    assert dag.tags
    assert not dag.catchup
    assert {task.owner for task in dag.tasks} == {"linehouse"}


@pytest.mark.parametrize("dag_id", sorted(EXPECTED - {"review_promotion"}))
def test_one_run_at_a_time(dag_bag, dag_id: str) -> None:
    assert dag_bag.dags[dag_id].max_active_runs == 1


def test_the_task_that_gates_owns_the_asset_of_its_zone(dag_bag) -> None:
    owned = {
        (dag_id, task.task_id): outlet.name
        for dag_id, dag in dag_bag.dags.items()
        for task in dag.tasks
        for outlet in task.outlets
        if dag_id != "review_promotion"
    }
    assert owned == GATE_OWNS


def test_each_zone_waits_for_the_asset_of_the_one_before(dag_bag) -> None:
    waits = {
        dag_id: dag.timetable.asset_condition.name
        for dag_id, dag in dag_bag.dags.items()
        if getattr(dag.timetable, "asset_condition", None)
    }
    assert waits == WAITS_FOR


def test_the_full_run_rings_no_other_dag(dag_bag) -> None:
    dag = dag_bag.dags["run_pipeline"]
    assert not any(task.outlets for task in dag.tasks)
    order = [
        "land", "gate_raw", "promote_staging", "promote_curated", "choose_card",
        "keep_track_record", "write_docs",
    ]  # fmt: skip
    for upstream, downstream in itertools.pairwise(order):
        assert downstream in dag.get_task(upstream).downstream_task_ids
    after_the_card = {"keep_track_record", "write_docs"}
    assert dag.get_task("choose_card").downstream_task_ids == after_the_card
    assert not dag.get_task("write_docs").wait_for_completion


def test_docs_are_not_made_while_the_first_pipeline_runs(dag_bag) -> None:
    """A daily DAG with a first day in the past would begin with the scheduler."""
    from airflow.serialization.serialized_objects import DagSerialization

    before = datetime.now(UTC)
    scheduled = DagSerialization.from_dict(DagSerialization.to_dict(dag_bag.dags["write_docs"]))
    assert scheduled.next_dagrun_info(last_automated_run_info=None).run_after > before


@pytest.mark.parametrize("source", SOURCES)
def test_accepted_batches_go_on_although_a_request_failed(dag_bag, source: str) -> None:
    gate = dag_bag.dags[f"land_{source}"].get_task("gate_raw")
    assert gate.trigger_rule == "all_done"


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_a_pool_time_outs_and_a_retry_policy_of_its_own(
    dag_bag, source: str
) -> None:
    dag = dag_bag.dags[f"land_{source}"]
    land = dag.get_task("land")
    assert land.partial_kwargs["pool"] == pool_of(source)
    assert pools()[pool_of(source)] >= 1
    assert land.partial_kwargs["execution_timeout"] < dag.dagrun_timeout
    assert land.partial_kwargs["retry_policy"] is not None
    assert source in dag.tags
    # by the clock in live mode alone
    assert type(dag.timetable).__name__ == "NullTimetable" or source == "the_odds_api"


def test_no_two_sources_share_a_pool() -> None:
    assert len(pools()) == len(SOURCES)


def test_in_live_mode_sources_that_are_off_have_no_schedule_and_say_why() -> None:
    code = (
        "import json, sys\n"
        "from airflow.dag_processing.dagbag import DagBag\n"
        "bag = DagBag(dag_folder='dags')\n"
        "assert not bag.import_errors, bag.import_errors\n"
        "print(json.dumps({dag_id: [type(dag.timetable).__name__ != 'NullTimetable',"
        " dag.is_paused_upon_creation,"
        " dag.doc_md] for dag_id, dag in bag.dags.items()}))\n"
    )
    keys = {"ODDS_API_KEY": "k" * 32, "API_BASKETBALL_KEY": "", "GOALSERVE_KEY": "g" * 32}
    off = {"LINEHOUSE_MODE": "live", "VSIN_ENABLED": "true", "ACTION_NETWORK_ENABLED": "false"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=DAG_FOLDER.parent,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "include:.", **keys, **off},
        check=True,
    )
    dags = json.loads(done.stdout.strip().splitlines()[-1])
    scheduled = {source: dags[f"land_{source}"][0] for source in SOURCES}
    assert scheduled["goalserve"] and scheduled["vsin"] and scheduled["espn"]
    for source in ("action_network", "api_basketball", "mlb_stats_api"):
        is_scheduled, paused, doc = dags[f"land_{source}"]
        assert not is_scheduled and not paused, "turning the source on must be enough"
        assert "**Off in live mode:**" in doc
    assert "API_BASKETBALL_KEY" in dags["land_api_basketball"][2]
    assert "ACTION_NETWORK_ENABLED" in dags["land_action_network"][2]
    assert dags["backtest_strategies"][0], "the track record is kept by itself"
    assert "g" * 32 not in done.stdout and "k" * 32 not in done.stdout


def test_a_blocked_promotion_asks_a_person_and_still_fails_its_run(dag_bag) -> None:
    for dag_id in ("promote_staging", "promote_curated"):
        dag = dag_bag.dags[dag_id]
        # a mode that was published rings although the other one's gate blocked: then this one fails
        assert dag.get_task("promote").inherits_from_skipmixin
        assert dag.get_task("one_mode_blocked").trigger_rule == "all_success"
        assert dag.get_task("list_blocked").trigger_rule == "one_failed"
        assert dag.get_task("list_blocked").upstream_task_ids == {"promote", "one_mode_blocked"}
        ask = dag.get_task("ask_for_review")
        assert ask.partial_kwargs["trigger_dag_id"] == "review_promotion"
        # a leaf that does not run when `promote` fails: this is what turns the run red
        leaves = {task.task_id for task in dag.tasks if not task.downstream_task_ids}
        assert leaves == {"published", "ask_for_review"}
        assert dag.get_task("published").trigger_rule == "all_success"


def test_no_answer_within_a_day_is_a_rejection(dag_bag) -> None:
    ask = dag_bag.dags["review_promotion"].get_task("ask")
    assert ask.defaults == ["Reject"]
    assert ask.response_timeout.total_seconds() == 24 * 3600


def test_no_dag_file_imports_anything_heavy() -> None:
    heavy = {"dbt", "great_expectations", "pandas", "sqlalchemy", "psycopg"}
    for path in DAG_FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {name.split(".")[0] for name in names} & heavy, path.name


def test_parsing_a_dag_loads_nothing_heavy() -> None:
    code = (
        "import sys, runpy, pathlib\n"
        "from airflow.sdk import dag\n"
        "before = set(sys.modules)\n"
        "for path in sorted(pathlib.Path('dags').glob('*.py')): runpy.run_path(str(path))\n"
        "new = set(sys.modules) - before\n"
        "print([m for m in ('dbt', 'great_expectations', 'pandas', 'psycopg') if m in new])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=DAG_FOLDER.parent,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "include:."},
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stdout
