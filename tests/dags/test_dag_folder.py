"""Which DAGs there are, how they hang together, and what each must carry."""

import ast
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

DAG_FOLDER = Path(__file__).parents[2] / "dags"
EXPECTED = {
    "land_the_odds_api",
    "load_archive",
    "promote_staging",
    "promote_curated",
    "run_pipeline",
    "run_strategies",
    "review_promotion",
}
GATE_OWNS = {
    ("land_the_odds_api", "gate_raw"): "raw_data",
    ("load_archive", "gate_raw"): "raw_data",
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
    order = ["land", "gate_raw", "promote_staging", "promote_curated", "choose_card"]
    for upstream, downstream in itertools.pairwise(order):
        assert downstream in dag.get_task(upstream).downstream_task_ids


def test_accepted_batches_go_on_although_a_request_failed(dag_bag) -> None:
    gate = dag_bag.dags["land_the_odds_api"].get_task("gate_raw")
    assert gate.trigger_rule == "all_done"


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
