"""The real DAG folder, parsed by the real DagBag; and an Airflow that runs its DAGs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linehouse.runtime import airflow
from linehouse.runtime.layout import Layout
from linehouse.settings import PROJECT_ROOT, Mode, get_settings
from tests.fixtures.sandbox import SandboxServer

RunDags = Callable[..., list[Any]]
DAG_FOLDER = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="session")
def dag_bag(tmp_path_factory: pytest.TempPathFactory):
    """Every DAG of the project; parsing needs no server."""
    os.environ.setdefault("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
    from airflow.dag_processing.dagbag import DagBag

    assert DAG_FOLDER.is_dir()
    return DagBag(dag_folder=str(DAG_FOLDER), collect_dags=True)


@pytest.fixture(scope="session")
def airflow_environment(postgres_server: Any, sandbox_server: SandboxServer) -> dict[str, str]:
    """The environment of an Airflow whose database is on the test's own server."""
    settings = get_settings()
    environment = airflow.environment(settings, Layout(settings.home))
    subprocess.run(
        [sys.executable, "-m", "linehouse.runtime.airflow_database"],
        env=environment,
        cwd=PROJECT_ROOT,
        check=True,
        capture_output=True,
    )
    return environment


@pytest.fixture
def run_dags(
    fresh_database: Mode, sandbox: SandboxServer, airflow_environment: dict[str, str]
) -> RunDags:
    """Run DAGs to their end; of each its state, its tasks' states and the assets that it rang."""
    return runner(airflow_environment)


def runner(airflow_environment: dict[str, str], **variables: str) -> RunDags:
    """Runs DAGs of that Airflow, with these environment variables besides its own."""

    def run(*dag_ids: str, **conf: Any) -> list[Any]:
        wanted = [[dag_id, {"mode": "sandbox"} | conf] for dag_id in dag_ids]
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("run_dag.py")), json.dumps(wanted)],
            env=airflow_environment | variables,
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
        )
        said = done.stdout + done.stderr
        ends = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        assert len(ends) == len(dag_ids), said[-3000:]
        return [json.loads(end.removeprefix("RESULT ")) | {"said": said} for end in ends]

    return run
