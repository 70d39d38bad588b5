"""What the pages' tests share."""

import pytest
from psycopg import sql

from linehouse import database
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode


@pytest.fixture
def no_live_database(postgres_server: EmbeddedPostgres) -> None:
    """Other tests of this process may have made one."""
    name = database.dsn_parts(Mode.LIVE, "owner").dbname
    with postgres_server.connect(autocommit=True) as connection:
        connection.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        )
