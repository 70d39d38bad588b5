"""Whoever only reads: sees what is published with what it means, and can do nothing else."""

import psycopg
import pytest

from linehouse import database
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode
from tests.fixtures.databases import replace_database

OTHER_SCHEMAS = ("raw_data", "ops", "reference", "staging")
TABLE = "curated.game_quality"
STATEMENTS = {
    "rows": (
        f"insert into {TABLE} (game_quality_id) values (gen_random_uuid())",
        f"update {TABLE} set line_count = 0",
        f"delete from {TABLE}",
        f"truncate {TABLE}",
        f"merge into {TABLE} as q using (select 1) as one on false when not matched then"
        " insert (game_quality_id) values (gen_random_uuid())",
        f"copy {TABLE} from program 'true'",
        f"select * from {TABLE} for update",
        f"lock table {TABLE} in row exclusive mode",
        "update pg_class set relname = 'x' where relname = 'game_quality'",
    ),
    "what others own": (
        f"alter table {TABLE} add column mine int",
        f"drop table {TABLE}",
        f"create index on {TABLE} (line_count)",
        f"comment on table {TABLE} is 'mine'",
        f"create rule mine as on update to {TABLE} do instead nothing",
        "drop function curated.games_between",
        "drop schema curated cascade",
        "alter database linehouse_sandbox set search_path = public",
        "refresh materialized view curated.mine",
    ),
    "what is one's own": (
        "create table curated.mine (a int)",
        "create table public.mine (a int)",
        "create table mine (a int)",
        f"create table public.mine as select * from {TABLE}",
        f"select * into public.mine from {TABLE}",
        "create temporary table mine (a int)",
        "create temporary view mine as select 1",
        "create temporary sequence mine",
        "create view public.mine as select 1",
        "create function curated.mine() returns int return 1",
        "create function public.mine() returns int return 1",
        "create function pg_temp.mine() returns int return 1",
        "create procedure public.mine() language sql as 'select 1'",
        "create sequence public.mine",
        "create type public.mine as (a int)",
        "create domain public.mine as int",
        "create operator public.=== (function = int4eq, leftarg = int, rightarg = int)",
        "create schema mine",
        "create database mine",
        "create extension dblink",
        "create extension file_fdw",
        "create language plperlu",
        "create server mine foreign data wrapper none",
        "create publication mine",
        "create subscription mine connection 'host=127.0.0.1' publication mine",
        "create event trigger mine on ddl_command_start execute function suppress_redundant_updates_trigger()",  # noqa: E501
        "create tablespace mine location '/tmp'",
        "create role mine",
    ),
    "large objects": (
        "select lo_create(0)",
        "select lo_creat(-1)",
        "select lo_from_bytea(0, 'x')",
        "select lo_import('/etc/hosts')",
        "select lo_export(1, '/tmp/mine')",
        "select lo_put(1, 0, 'x')",
    ),
    "files and programs": (
        "select pg_read_file('/etc/hosts')",
        "select pg_read_binary_file('PG_VERSION')",
        "select pg_ls_dir('.')",
        "select pg_stat_file('PG_VERSION')",
        "select pg_ls_logdir()",
        f"copy {TABLE} to '/tmp/mine'",
        f"copy {TABLE} to program 'true'",
        "load 'auto_explain'",
    ),
    "other roles": (
        "set role linehouse_etl",
        "set role linehouse_owner",
        "set role postgres",
        "set role pg_read_all_data",
        "set session authorization linehouse_etl",
        "alter role analyst superuser",
        "alter role linehouse_etl password 'mine'",
        "grant linehouse_etl to analyst",
        "reassign owned by linehouse_owner to analyst",
        "select rolpassword from pg_authid",
        "select passwd from pg_shadow",
        "alter default privileges for role linehouse_owner grant all on tables to analyst",
    ),
    "the server": (
        "alter system set fsync = off",
        "select pg_reload_conf()",
        "select pg_rotate_logfile()",
        "select pg_switch_wal()",
        "select pg_create_restore_point('mine')",
        "select pg_create_physical_replication_slot('mine', true)",
        "checkpoint",
        "set session_replication_role = replica",
        "set log_statement = 'none'",
        "set temp_file_limit = -1",
        "select pg_terminate_backend(%(other)s)",
        "select pg_cancel_backend(%(other)s)",
    ),
    "locks that promotions wait for": (
        "select pg_advisory_lock(1)",
        "select pg_advisory_lock(1, 1)",
        "select pg_advisory_lock_shared(1)",
        "select pg_advisory_xact_lock(1)",
        "select pg_try_advisory_lock(1)",
        "select pg_try_advisory_xact_lock(1)",
    ),
}


@pytest.fixture(scope="module")
def deployed(postgres_server: EmbeddedPostgres, _sandbox_template: str) -> Mode:
    """A warehouse as deployed, which no test here can change."""
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    return Mode.SANDBOX


@pytest.mark.parametrize("what", STATEMENTS)
def test_an_analyst_can_do_nothing_else(deployed: Mode, what: str) -> None:
    """Also where the session has left the mode of only reading, which is a default alone."""
    done = []
    with (
        database.connect(deployed, "etl", autocommit=True) as etl,
        database.connect(deployed, "analyst", autocommit=True) as connection,
    ):
        connection.execute("set default_transaction_read_only = off")
        connection.execute("set statement_timeout = '5s'")
        assert connection.execute("show transaction_read_only").fetchone() == ("off",)
        other = {"other": etl.info.backend_pid}
        for statement in STATEMENTS[what]:
            try:
                connection.execute(statement, other if "%(other)s" in statement else None)
                done.append(statement)
            except psycopg.Error as error:
                assert not isinstance(error, psycopg.errors.SyntaxError), statement
        assert done == []
        assert etl.execute("select 1").fetchone() == (1,)


def test_of_other_schemas_an_analyst_reads_no_table_and_calls_no_function(
    deployed: Mode,
) -> None:
    with database.connect(deployed, "owner") as connection:
        relations = connection.execute(
            "select c.oid::regclass::text from pg_class as c"
            " inner join pg_namespace as n on c.relnamespace = n.oid"
            " where n.nspname = any(%s) and c.relkind in ('r', 'v', 'm', 'p', 'S')",
            [list(OTHER_SCHEMAS)],
        ).fetchall()
    assert len(relations) > 80
    with database.connect(deployed, "analyst", autocommit=True) as connection:
        for (relation,) in relations:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select from {relation}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select raw_data.ensure_lines_month('2026-11-01')")
        readable = connection.execute(
            "select relname from pg_class as c"
            " where relnamespace = 'curated'::regnamespace and relkind in ('r', 'v')"
            " and has_table_privilege(oid, 'select')"
        ).fetchall()
        assert len(readable) > 20
        for (relation,) in readable:
            connection.execute(f"select * from curated.{relation} limit 1")


def test_everything_that_an_analyst_sees_says_what_it_is(deployed: Mode) -> None:
    """Comments stand in PostgreSQL, where psql and other tools look for them."""
    with database.connect(deployed, "analyst") as connection:
        columns = connection.execute(
            """
            select c.relname, a.attname, obj_description(c.oid, 'pg_class'),
                col_description(c.oid, a.attnum)
            from pg_class as c
            inner join pg_attribute as a on c.oid = a.attrelid
            where c.relnamespace = 'curated'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
                and a.attnum > 0 and not a.attisdropped
            """
        ).fetchall()
        functions = connection.execute(
            "select proname, obj_description(oid, 'pg_proc') from pg_proc"
            " where pronamespace = 'curated'::regnamespace"
        ).fetchall()
    assert len({relation for relation, *_ in columns}) > 20 and len(columns) > 400
    silent = [f"{relation}.{column}" for relation, column, of_all, own in columns
              if not (of_all and own and own.strip().endswith("."))]  # fmt: skip
    assert silent == []
    assert len(functions) == 6 and all(said for _, said in functions)
