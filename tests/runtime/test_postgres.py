"""The embedded server is made, durable, private, and repairs itself."""

import psycopg
import pytest

from linehouse import database
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode


def test_every_role_reaches_its_own_databases_and_no_other(
    postgres_server: EmbeddedPostgres, fresh_database: Mode
) -> None:
    for role in ("owner", "etl", "analyst"):
        with database.connect(fresh_database, role) as connection:
            row = connection.execute("select current_user, current_database()").fetchone()
            assert row == (database.ROLE_NAMES[role], "linehouse_sandbox")
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(postgres_server.dsn("airflow", database.ROLE_NAMES[role]))
    with psycopg.connect(postgres_server.dsn("airflow", "airflow")) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
