"""A warehouse for each test of promotion: deployed, empty, with its own clock."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import sql

from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode

sys.path.insert(0, str(Path(__file__).parent))

from slate import Warehouse


@pytest.fixture
def warehouse(fresh_database: Mode) -> Warehouse:
    return Warehouse(fresh_database)


@pytest.fixture
def renew(
    postgres_server: EmbeddedPostgres, _sandbox_template: str, fresh_database: Mode
) -> Callable[[], Warehouse]:
    """Empty the warehouse again: another history of the same facts can be told in it."""

    def again() -> Warehouse:
        with postgres_server.connect(autocommit=True) as connection:
            connection.execute("drop database if exists linehouse_sandbox with (force)")
            connection.execute(
                sql.SQL(
                    "create database linehouse_sandbox owner linehouse_owner template {}"
                ).format(sql.Identifier(_sandbox_template))
            )
            postgres_server.grant_database(connection, "linehouse_sandbox")
        return Warehouse(fresh_database)

    return again
