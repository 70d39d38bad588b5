"""A warehouse for each test of promotion: deployed, with its own clock, empty or with a slate."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import sql

from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode
from tests.fixtures.databases import replace_database

sys.path.insert(0, str(Path(__file__).parent))

from slate import NOON, Warehouse

DATABASE = "linehouse_sandbox"


@pytest.fixture
def warehouse(fresh_database: Mode) -> Warehouse:
    return Warehouse(fresh_database)


@pytest.fixture(scope="session")
def _published_template(postgres_server: EmbeddedPostgres, _sandbox_template: str) -> str:
    """A deployed database in which the slate's first snapshot is published in both zones."""
    template = f"{DATABASE}_published"
    replace_database(postgres_server, DATABASE, _sandbox_template)
    warehouse = Warehouse(Mode.SANDBOX)
    warehouse.take_in(NOON)
    warehouse.promote_both()
    with postgres_server.connect(autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [DATABASE]
        )
        connection.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(DATABASE), sql.Identifier(template)
            )
        )
    return template


@pytest.fixture
def published(postgres_server: EmbeddedPostgres, _published_template: str) -> Warehouse:
    """A warehouse whose first snapshot, seen at `NOON`, is published in both zones."""
    return _again(postgres_server, _published_template)


@pytest.fixture
def renew(
    postgres_server: EmbeddedPostgres, _sandbox_template: str, fresh_database: Mode
) -> Callable[[], Warehouse]:
    """Empty the warehouse again: another history of the same facts can be told in it."""
    return lambda: _again(postgres_server, _sandbox_template)


@pytest.fixture
def renew_published(
    postgres_server: EmbeddedPostgres, _published_template: str
) -> Callable[[], Warehouse]:
    """The warehouse with its first snapshot published, again and again."""
    return lambda: _again(postgres_server, _published_template)


def _again(server: EmbeddedPostgres, template: str) -> Warehouse:
    replace_database(server, DATABASE, template)
    warehouse = Warehouse(Mode.SANDBOX)
    warehouse.landed = [batch for (batch,) in warehouse.ask("select batch_id from ops.batches")]
    return warehouse
