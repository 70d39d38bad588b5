"""The schema comes up, goes down and comes up again, and rights are as narrow as promised."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import psycopg
import pytest

from linehouse import database, migrate
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode, get_settings

PAYLOAD_TABLES = {
    "action_network_games",
    "action_network_odds",
    "api_basketball",
    "archive_files",
    "espn_injuries",
    "espn_scoreboard",
    "goalserve",
    "mlb_stats_api",
    "nba_stats",
    "odds_api_responses",
    "sbd_betting_splits",
    "vsin_data",
}


@pytest.fixture
def empty_database(postgres_server: EmbeddedPostgres) -> Iterator[Mode]:
    """The sandbox database without any schema."""
    with postgres_server.connect(autocommit=True) as connection:
        connection.execute("drop database if exists linehouse_sandbox with (force)")
        connection.execute("create database linehouse_sandbox owner linehouse_owner")
        postgres_server.grant_database(connection, "linehouse_sandbox")
    yield Mode.SANDBOX


def catalogue(mode: Mode) -> list[tuple[object, ...]]:
    """Every relation, column, type, right and comment of our schemas."""
    with database.connect(mode, "owner") as connection:
        return connection.execute(
            """
            select n.nspname, c.relname, c.relkind, c.relacl::text, a.attname,
                format_type(a.atttypid, a.atttypmod), a.attnotnull,
                obj_description(c.oid, 'pg_class'), col_description(c.oid, a.attnum)
            from pg_class as c
            join pg_namespace as n on n.oid = c.relnamespace
            left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
            where n.nspname in ('raw_data', 'ops', 'reference', 'staging', 'curated')
            order by 1, 2, a.attnum
            """
        ).fetchall()


def test_up_down_and_up_again_gives_the_same_schema(empty_database: Mode) -> None:
    migrate.upgrade(empty_database)
    assert migrate.current(empty_database) == migrate.head()
    first = catalogue(empty_database)
    assert len(first) > 300
    migrate.downgrade(empty_database)
    assert catalogue(empty_database) == []
    assert migrate.current(empty_database) is None
    migrate.upgrade(empty_database)
    assert catalogue(empty_database) == first


def test_going_down_refuses_to_drop_payloads_unless_told(empty_database: Mode) -> None:
    migrate.upgrade(empty_database)
    with database.connect(empty_database) as connection:
        connection.execute(
            "insert into raw_data.goalserve (source, feed, body, body_sha256, body_bytes)"
            " values ('x', 'y', 'z', '', 1)"
        )
    with pytest.raises(RuntimeError, match=r"raw_data\.goalserve holds payloads"):
        migrate.downgrade(empty_database)
    with database.connect(empty_database) as connection:
        assert connection.execute("select count(*) from raw_data.goalserve").fetchone() == (1,)
    migrate.downgrade(empty_database, drop_data=True)
    assert migrate.current(empty_database) is None


def test_the_twelve_payload_tables_have_one_shape(empty_database: Mode) -> None:
    migrate.upgrade(empty_database)
    shapes: dict[str, list[tuple[object, ...]]] = {}
    for _, table, kind, _, column, type_, required, comment, meaning in catalogue(empty_database):
        if table in PAYLOAD_TABLES and kind == "r":
            shapes.setdefault(str(table), []).append((column, type_, required, meaning))
            assert comment
    assert set(shapes) == PAYLOAD_TABLES
    assert all(shape == shapes["odds_api_responses"] for shape in shapes.values())
    assert all(meaning for *_, meaning in shapes["goalserve"])


def test_an_administrator_of_another_server_can_migrate(
    postgres_server: EmbeddedPostgres, empty_database: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_server.dsn("linehouse", "postgres"))
    get_settings.cache_clear()
    try:
        migrate.upgrade(empty_database)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    with database.connect(empty_database, "owner") as connection:
        owners = connection.execute(
            "select distinct tableowner from pg_tables where schemaname in ('raw_data', 'ops')"
        ).fetchall()
    assert owners == [("linehouse_owner",)]


@pytest.mark.parametrize(
    "statement",
    [
        "update raw_data.odds_api_responses set body = ''",
        "delete from raw_data.odds_api_responses",
        "truncate raw_data.games_raw",
        "drop table raw_data.collection_log",
        "create table raw_data.mine (a int)",
        "create table curated.mine (a int)",
        "delete from raw_data.collection_log",
    ],
)
def test_the_runtime_role_cannot_lose_what_was_received(
    empty_database: Mode, statement: str
) -> None:
    migrate.upgrade(empty_database)
    with (
        database.connect(empty_database) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_the_analyst_reads_curated_and_nothing_else(empty_database: Mode) -> None:
    migrate.upgrade(empty_database)
    with database.connect(empty_database, "owner") as connection:
        connection.execute("create table curated.later (a int)")
        connection.execute("create table staging.later (a int)")
    with database.connect(empty_database, "analyst", autocommit=True) as connection:
        assert connection.execute("select count(*) from curated.later").fetchone() == (0,)
        for table in ("staging.later", "raw_data.games_raw", "ops.batches"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from {table}")
        with pytest.raises(psycopg.Error):
            connection.execute("insert into curated.later values (1)")
    with database.connect(empty_database) as connection:
        connection.execute("insert into curated.later values (1)")
        connection.execute("analyze curated.later")
        connection.execute("create schema staging_candidate")


FILLING = (
    "create temporary table mine (a int)",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "select lo_from_bytea(0, 'x')",
)
LOCKING = "select pg_try_advisory_lock(1)"


def what_does_harm(role: database.Role) -> list[str]:
    """Statements that a role may run once it has left the mode of only reading: they fill the disk,
    or hold locks that promotions wait for."""
    done = []
    with database.connect(Mode.SANDBOX, role, autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        for statement in (*FILLING, LOCKING):
            with suppress(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
                done.append(statement)
    return done


def test_the_analyst_cannot_fill_the_disk_or_hold_locks(empty_database: Mode) -> None:
    migrate.upgrade(empty_database)
    assert what_does_harm("analyst") == []
    assert what_does_harm("etl") == [FILLING[0], LOCKING]


def test_the_analyst_of_another_server_cannot_either(
    postgres_server: EmbeddedPostgres, empty_database: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres_server.connect(autocommit=True) as connection:  # as its owner would make it
        connection.execute("drop database linehouse_sandbox with (force)")
        connection.execute("create database linehouse_sandbox")
    assert what_does_harm("analyst") == [*FILLING, LOCKING]
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("DATABASE_URL", postgres_server.dsn("linehouse", "postgres"))
        get_settings.cache_clear()
        migrate.upgrade(empty_database)
    get_settings.cache_clear()
    assert what_does_harm("analyst") == []
    assert what_does_harm("etl") == [FILLING[0], LOCKING]


@pytest.mark.parametrize(
    ("day", "partition"),
    [
        (date(2026, 12, 31), "betting_lines_raw_2026_12"),
        (date(2027, 1, 1), "betting_lines_raw_2027_01"),
        (date(2028, 2, 29), "betting_lines_raw_2028_02"),
    ],
)
def test_a_month_gets_its_partition_once(empty_database: Mode, day: date, partition: str) -> None:
    migrate.upgrade(empty_database)
    with database.connect(empty_database) as connection:
        for _ in range(2):
            made = connection.execute("select raw_data.ensure_lines_month(%s)", [day]).fetchone()
            assert made == (partition,)
        connection.execute(
            "insert into raw_data.betting_lines_raw (payload_id, position, landed_on,"
            " source_event_id, bookmaker, market, outcome, price_format)"
            " values (1, 1, %s, 'e', 'b', 'h2h', 'Home', 'american')",
            [day],
        )
        where = connection.execute(
            "select tableoid::regclass::text from raw_data.betting_lines_raw"
        ).fetchone()
    assert where == (f"raw_data.{partition}",)
