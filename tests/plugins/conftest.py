"""What the pages' tests share."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient
from psycopg import sql

from linehouse import database
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import PROJECT_ROOT, Mode

LoadPlugin = Callable[[str], ModuleType]


@pytest.fixture
def load_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadPlugin:
    """Load a file of `plugins/` by its name, as Airflow loads it."""
    monkeypatch.setenv("AIRFLOW_HOME", os.environ.get("AIRFLOW_HOME", str(tmp_path / "airflow")))

    def load(name: str) -> ModuleType:
        specification = importlib.util.spec_from_file_location(
            name, PROJECT_ROOT / "plugins" / f"{name}.py"
        )
        assert specification and specification.loader
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def logged_in(plugin: Any) -> TestClient:
    """A reader of the module's `plugin` whom Airflow knows."""
    plugin.app.dependency_overrides[plugin.get_user] = lambda: "somebody"
    return TestClient(plugin.app)


@pytest.fixture
def no_live_database(postgres_server: EmbeddedPostgres) -> None:
    """Other tests of this process may have made one."""
    name = database.dsn_parts(Mode.LIVE, "owner").dbname
    with postgres_server.connect(autocommit=True) as connection:
        connection.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        )
