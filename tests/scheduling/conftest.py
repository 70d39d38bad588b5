"""A migrated warehouse and the simulated upstream, whose clock stands still."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from linehouse import database, migrate, pipeline
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode, get_settings
from tests.fixtures.databases import replace_database
from tests.fixtures.sandbox import SandboxServer

TEMPLATE = "linehouse_schedule_template"
DATABASE = "linehouse_sandbox"


@pytest.fixture(scope="session")
def schedule_template(postgres_server: EmbeddedPostgres) -> str:
    """A database with all migrations, to copy from."""
    replace_database(postgres_server, DATABASE, "template1")
    migrate.upgrade(Mode.SANDBOX)
    with postgres_server.connect(autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [DATABASE]
        )
        connection.execute(f"drop database if exists {TEMPLATE}")
        connection.execute(f"alter database {DATABASE} rename to {TEMPLATE}")
    return TEMPLATE


@pytest.fixture
def warehouse(
    postgres_server: EmbeddedPostgres, schedule_template: str, sandbox: SandboxServer
) -> Mode:
    """The sandbox's database, migrated and empty; the simulator at its first moment."""
    replace_database(postgres_server, DATABASE, schedule_template)
    return Mode.SANDBOX


@pytest.fixture
def live_warehouse(postgres_server: EmbeddedPostgres, schedule_template: str) -> Mode:
    """The live database, migrated and empty."""
    replace_database(postgres_server, "linehouse", schedule_template)
    return Mode.LIVE


@pytest.fixture
def ask(warehouse: Mode) -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of a query."""

    def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
        with database.connect(warehouse, autocommit=True) as connection:
            cursor = connection.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    return rows


@pytest.fixture
def land(warehouse: Mode, sandbox: SandboxServer) -> Callable[..., None]:
    """Land a feed of a sport at a moment of the simulator; its batch is accepted."""

    def landing(sport_key: str, feed: str, at: datetime) -> None:
        sandbox.set_clock(at, frozen=True)
        pipeline.land_feed(warehouse, sport_key, feed, f"{feed} {at}")
        with database.connect(warehouse) as connection:
            connection.execute("update ops.batches set state = 'accepted'")

    return landing


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Set variables for the test."""

    def set_variables(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()

    yield set_variables
    monkeypatch.undo()
    get_settings.cache_clear()
