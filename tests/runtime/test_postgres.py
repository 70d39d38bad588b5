"""The embedded server is made, durable, private, and repairs itself."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import traceback
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from linehouse import database
from linehouse.runtime.postgres import EmbeddedPostgres, PostgresError
from linehouse.runtime.service_user import SYSTEM_FOLDER
from linehouse.settings import Mode
from tests.fixtures.network import free_port

AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
NORMAL_USER = "daemon"  # exists everywhere and owns nothing


def rows(server: EmbeddedPostgres) -> list[int]:
    with server.connect() as connection:
        return [row[0] for row in connection.execute("select id from kept order by id")]


def keep(server: EmbeddedPostgres, value: int) -> None:
    with server.connect() as connection:
        connection.execute("create table if not exists kept (id int)")
        connection.execute("insert into kept values (%s)", [value])


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
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(postgres_server.dsn("linehouse_sandbox", "airflow"))


def test_what_an_analyst_set_for_all_analysts_is_set_back(
    postgres_server: EmbeddedPostgres, fresh_database: Mode
) -> None:
    """A role may change its own password and defaults: the next start undoes it."""
    with database.connect(fresh_database, "analyst", autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        connection.execute("alter role analyst password 'mine'")
        connection.execute("alter role analyst set statement_timeout = '1ms'")
        connection.execute("alter role analyst reset default_transaction_read_only")
        connection.execute("alter role analyst in database linehouse_sandbox set timezone = 'EST'")
    with pytest.raises(psycopg.OperationalError, match="password"):
        database.connect(fresh_database, "analyst")
    postgres_server.ensure_databases()
    with database.connect(fresh_database, "analyst") as connection:
        for setting, value in (
            ("default_transaction_read_only", "on"),
            ("statement_timeout", "0"),
            ("temp_file_limit", "10GB"),
            ("timezone", "UTC"),
        ):
            assert connection.execute(f"show {setting}").fetchone() == (value,)


@pytest.mark.parametrize("host", ["socket", "127.0.0.1"])
def test_no_way_in_without_the_password(postgres_server: EmbeddedPostgres, host: str) -> None:
    where = str(postgres_server.socket_folder) if host == "socket" else host
    for user in ("postgres", "linehouse_etl", "analyst"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host=where,
                port=postgres_server.port,
                user=user,
                dbname="postgres",
                password="guess",
            )


def test_it_is_durable_and_set_as_the_promotion_needs(own_server: EmbeddedPostgres) -> None:
    own_server.start()
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "random_page_cost": "1.1",
        "client_connection_check_interval": "500ms",
        "listen_addresses": "127.0.0.1",
        "password_encryption": "scram-sha-256",
        "autovacuum_vacuum_scale_factor": "0",
        "data_checksums": "on",
        "TimeZone": "UTC",
    }
    with own_server.connect() as connection:
        found = {name: connection.execute(f"show {name}").fetchone()[0] for name in wanted}
    assert found == wanted


def test_secrets_are_for_their_user_alone(postgres_server: EmbeddedPostgres) -> None:
    folder = postgres_server.layout.secrets
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) >= 5
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {file.stat().st_uid for file in files} == {os.geteuid()}
    assert stat.S_IMODE(postgres_server.data.stat().st_mode) == 0o700


def test_no_password_lies_in_the_data_folder_or_the_log(postgres_server: EmbeddedPostgres) -> None:
    secrets = [file.read_text().strip() for file in postgres_server.layout.secrets.iterdir()]
    texts = [postgres_server.log, *postgres_server.data.glob("*.conf")]
    assert not (postgres_server.folder / ".initial").exists()
    for path in texts:
        text = path.read_text(errors="replace")
        assert not [secret for secret in secrets if secret in text], path


def test_starting_twice_changes_nothing(own_server: EmbeddedPostgres) -> None:
    own_server.start()
    first = own_server.process()
    own_server.start()
    assert first is not None
    assert own_server.process() == first


def test_what_was_committed_survives_a_killed_server(own_server: EmbeddedPostgres) -> None:
    own_server.start()
    keep(own_server, 1)
    process = own_server.process()
    assert process is not None
    children = process.children()
    os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs([process, *children], timeout=10)
    assert (own_server.data / "postmaster.pid").exists()
    own_server.start()
    assert rows(own_server) == [1]


def test_an_immediate_stop_is_recovered_from(own_server: EmbeddedPostgres) -> None:
    own_server.start()
    keep(own_server, 1)
    own_server.stop("immediate")
    assert own_server.process() is None
    own_server.start()
    keep(own_server, 2)
    assert rows(own_server) == [1, 2]


def test_a_pid_file_that_names_a_stranger_is_removed_and_the_stranger_lives(
    own_server: EmbeddedPostgres,
) -> None:
    own_server.start()
    own_server.stop()
    with subprocess.Popen(["sleep", "60"], **own_server.user.process_options) as stranger:
        (own_server.data / "postmaster.pid").write_text(f"{stranger.pid}\n{own_server.data}\n")
        own_server.start()
        assert own_server.process() is not None
        assert stranger.poll() is None
        stranger.kill()


def test_a_data_folder_left_half_made_is_made_again(own_server: EmbeddedPostgres) -> None:
    half = own_server.folder / "data.partial"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    own_server.start()
    assert not half.exists()
    keep(own_server, 1)
    assert rows(own_server) == [1]


def test_a_long_home_gets_a_short_socket(own_folder: Path) -> None:
    long = own_folder / ("a" * 60) / ("b" * 60)
    long.parent.mkdir(mode=0o711)
    server = EmbeddedPostgres(long, free_port())
    try:
        server.start()
        with server.connect() as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert len(str(server.socket_folder)) < 80
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
    finally:
        server.stop("immediate")
        shutil.rmtree(server.socket_folder, ignore_errors=True)


def test_a_lost_password_is_said_with_the_way_out(own_server: EmbeddedPostgres) -> None:
    own_server.start()
    (own_server.layout.secrets / "postgres_postgres").unlink()
    with pytest.raises(PostgresError, match="does not know the password"):
        EmbeddedPostgres(own_server.layout.home, own_server.port).start()


def test_a_port_in_use_is_in_the_error(own_server: EmbeddedPostgres) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", own_server.port))
        taken.listen()
        with pytest.raises(PostgresError, match="could not bind IPv4 address"):
            own_server.start()


@only_root
def test_as_root_the_server_is_nobody(own_server: EmbeddedPostgres) -> None:
    own_server.start()
    process = own_server.process()
    assert process is not None
    assert process.username() == "nobody"
    assert process.uids().effective != 0


@only_root
def test_below_a_closed_folder_roots_server_lies_elsewhere_and_the_folder_stays_closed(
    own_folder: Path,
) -> None:
    closed = own_folder / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "home", free_port())
    try:
        server.start()
        keep(server, 1)
        assert rows(server) == [1]
        assert server.folder.is_relative_to(SYSTEM_FOLDER)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        server.stop("immediate")
        if server.folder.is_relative_to(SYSTEM_FOLDER):
            shutil.rmtree(server.folder.parent)


@only_root
def test_a_normal_user_needs_nothing_of_root(own_folder: Path) -> None:
    own_folder.chmod(0o777)

    def as_normal_user() -> None:
        server = EmbeddedPostgres(own_folder / "home", free_port())
        server.start()
        process = server.process()
        assert process is not None
        assert process.username() == NORMAL_USER
        keep(server, 7)
        assert rows(server) == [7]
        server.stop()
        assert server.process() is None

    assert run_as(NORMAL_USER, as_normal_user) == ""
    assert (own_folder / "home" / "secrets").owner() == NORMAL_USER


def run_as(user: str, work: Callable[[], None]) -> str:
    """Do `work` in a fork as `user`; returns its traceback, empty when all went well."""
    account = pwd.getpwnam(user)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            work()
        except BaseException:
            os.write(writer, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return said
