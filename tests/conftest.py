"""Fixtures that every part shares: a real server, fresh databases, the real archives."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import PROJECT_ROOT, Mode, get_settings
from tests.fixtures.databases import replace_database
from tests.fixtures.network import free_port

pytest_plugins = ["tests.fixtures.sandbox", "tests.fixtures.dag_runner", "tests.fixtures.seasons"]

TEMPLATE_SUFFIX = "_template"
OWN_VARIABLES = ("LINEHOUSE_HOME", "LINEHOUSE_POSTGRES_PORT", "LINEHOUSE_MODE", "DATABASE_URL")


AIRFLOW_RUNS = "tests/running"

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # the machine may be busy: no test fails by the clock


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a running Airflow comes first, then the files with the most slow tests."""
    slow = Counter(_unit(item.nodeid) for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: (_unit(item.nodeid) != AIRFLOW_RUNS, -slow[_unit(item.nodeid)]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a worker whole files, and all that needs a running Airflow to one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByUnit(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _unit(nodeid)

    return ByUnit(config, log)


def _unit(nodeid: str) -> str:
    return AIRFLOW_RUNS if nodeid.startswith(f"{AIRFLOW_RUNS}/") else nodeid.partition("::")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Settings are read anew: the test before may have had another environment."""
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """The embedded server in a folder of its own; the environment points everything at it."""
    folder = Path(tempfile.mkdtemp(prefix="lh-"))
    folder.chmod(0o711)  # root's server runs as another user
    server = EmbeddedPostgres(folder / "home", free_port())
    before = {name: os.environ.get(name) for name in OWN_VARIABLES}
    os.environ["LINEHOUSE_HOME"] = str(server.layout.home)
    os.environ["LINEHOUSE_POSTGRES_PORT"] = str(server.port)
    os.environ["LINEHOUSE_MODE"] = "sandbox"
    os.environ.pop("DATABASE_URL", None)
    get_settings.cache_clear()
    try:
        server.start()
        _fast_and_forgetful(server)
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(server.socket_folder, ignore_errors=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        get_settings.cache_clear()


def _fast_and_forgetful(server: EmbeddedPostgres) -> None:
    """Leave the disk be: what a killed process or server loses is the same, and no test cuts the
    machine's power."""
    with server.connect(autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")


def _template(server: EmbeddedPostgres, mode: Mode, dbname: str) -> str:
    """Deploy once into the database itself (the state manifest holds its name), then set aside."""
    template = dbname + TEMPLATE_SUFFIX
    replace_database(server, dbname, "template1")
    from linehouse.promotion.deploy import deploy

    deploy(mode)
    with server.connect(autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [dbname]
        )
        connection.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(dbname), sql.Identifier(template)
            )
        )
    return template


@pytest.fixture(scope="session")
def _sandbox_template(postgres_server: EmbeddedPostgres) -> str:
    return _template(postgres_server, Mode.SANDBOX, "linehouse_sandbox")


@pytest.fixture(scope="session")
def _live_template(postgres_server: EmbeddedPostgres) -> str:
    return _template(postgres_server, Mode.LIVE, "linehouse")


@pytest.fixture
def fresh_database(postgres_server: EmbeddedPostgres, _sandbox_template: str) -> Mode:
    """The sandbox database as deployed and empty, made anew for this test."""
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    return Mode.SANDBOX


@pytest.fixture
def fresh_live_database(postgres_server: EmbeddedPostgres, _live_template: str) -> Mode:
    """The live database as deployed and empty, made anew for this test."""
    replace_database(postgres_server, "linehouse", _live_template)
    return Mode.LIVE


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real archives: LINEHOUSE_REAL_DATA, else ../shared/real beside the project."""
    folder = Path(os.environ.get("LINEHOUSE_REAL_DATA", PROJECT_ROOT / ".." / "shared" / "real"))
    if not folder.is_dir():
        pytest.skip(f"no real archives at {folder} (set LINEHOUSE_REAL_DATA)")
    return folder.resolve()
