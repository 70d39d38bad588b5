"""The real DAG folder, parsed by the real DagBag."""

import os
from pathlib import Path

import pytest

DAG_FOLDER = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="session")
def dag_bag(tmp_path_factory: pytest.TempPathFactory):
    """Every DAG of the project; parsing needs no server."""
    os.environ.setdefault("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
    from airflow.dag_processing.dagbag import DagBag

    assert DAG_FOLDER.is_dir()
    return DagBag(dag_folder=str(DAG_FOLDER), collect_dags=True)
