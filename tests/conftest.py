"""Fixtures that every part shares: a real server, fresh databases, the real archives."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import PROJECT_ROOT, Mode, get_settings
from tests.fixtures.chain import EMPTY, Chain
from tests.fixtures.databases import replace_database
from tests.fixtures.network import free_port
from tests.fixtures.running import RunningLinehouse, run_linehouse

pytest_plugins = ["tests.fixtures.sandbox", "tests.fixtures.dag_runner"]

TEMPLATE_SUFFIX = "_template"
OWN_VARIABLES = ("LINEHOUSE_HOME", "LINEHOUSE_POSTGRES_PORT", "LINEHOUSE_MODE", "DATABASE_URL")


AIRFLOW_RUNS = "running Airflow"


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has the running Airflow and begins with it; the others take whole files, those
    with the longest tests first."""
    slow: Counter[str] = Counter()
    for item in items:
        running = "running_linehouse" in getattr(item, "fixturenames", ())
        group = AIRFLOW_RUNS if running else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
        slow[group] += item.get_closest_marker("slow") is not None
    items.sort(key=lambda item: (_group(item) != AIRFLOW_RUNS, -slow[_group(item)], _group(item)))


def _group(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    return str(marker.args[0]) if marker else ""


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
def running_linehouse() -> Iterator[RunningLinehouse]:
    """Everything up once for the session; `with running_linehouse.entered():` to work with it."""
    with run_linehouse() as running:
        yield running


@pytest.fixture(scope="module")
def chain(running_linehouse: RunningLinehouse) -> Iterator[Chain]:
    """The running Linehouse's way from the upstream to the card; `renew` empties its database."""
    with running_linehouse.entered():
        one = Chain(running_linehouse)
        one.keep(EMPTY)  # nothing else fills it
        one.sandbox.credits()
        try:
            yield one
        finally:
            one.sandbox.reset()
            one.sandbox.http.close()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real archives: LINEHOUSE_REAL_DATA, else ../shared/real beside the project."""
    folder = Path(os.environ.get("LINEHOUSE_REAL_DATA", PROJECT_ROOT / ".." / "shared" / "real"))
    if not folder.is_dir():
        pytest.skip(f"no real archives at {folder} (set LINEHOUSE_REAL_DATA)")
    return folder.resolve()
