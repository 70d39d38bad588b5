"""What a command needs running: found running, or started for the command and stopped after it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from linehouse.orchestration.airflow_client import AirflowClient, AirflowUnreachableError
from linehouse.settings import PROJECT_ROOT, Mode, get_settings

if TYPE_CHECKING:
    from linehouse.runtime.postgres import EmbeddedPostgres


def airflow() -> AirflowClient | None:
    """A client of this copy's Airflow, or None where it does not run. Says which of this command's
    settings Airflow, started with others, will not heed."""
    from linehouse.cli.output import warn
    from linehouse.runtime import started_with
    from linehouse.runtime.airflow import ADMIN_SECRET, admin_login, base_url
    from linehouse.runtime.layout import Layout

    settings = get_settings()
    layout = Layout(settings.home)
    if not (layout.secrets / ADMIN_SECRET).exists():
        return None
    login = admin_login(layout)
    try:
        client = AirflowClient(base_url(settings), login.user, login.password)
    except AirflowUnreachableError:
        return None
    if others := started_with.differing(layout, settings):
        warn(
            f"Airflow runs with the settings it was started with: {', '.join(others)} of this"
            " command differ and are not heeded there; `linehouse up` takes them over"
        )
    return client


@contextmanager
def warehouse(mode: Mode, moving: bool = False) -> Iterator[None]:
    """PostgreSQL is up within the block, with the database of the mode deployed.

    A running server is taken to be deployed, unless `moving` asks to make sure of it (cheap where
    nothing changed). A server that was not running is started and stopped again; one that
    DATABASE_URL names is somebody else's and left alone.

    Raises:
        PostgresError: the embedded server cannot be started.
    """
    from linehouse.runtime.postgres import EmbeddedPostgres

    settings = get_settings()
    if settings.database_url is not None:
        if moving:
            from linehouse.promotion import deploy

            deploy(mode)
        yield
        return
    server = EmbeddedPostgres(settings.home, settings.postgres_port)
    found_running = server.process() is not None
    if not found_running:
        server.start()
    try:
        if not found_running or moving:
            from linehouse.promotion import deploy

            deploy(mode)
        yield
    finally:
        if not found_running and not _others_use(server):
            server.stop("fast")


def _others_use(server: "EmbeddedPostgres") -> bool:
    """Whether another command has come to use the server meanwhile."""
    with server.connect() as connection:
        row = connection.execute(
            "select exists (select from pg_stat_activity"
            " where backend_type = 'client backend' and pid <> pg_backend_pid())"
        ).fetchone()
    return bool(row and row[0])


@contextmanager
def upstream(mode: Mode) -> Iterator[None]:
    """The simulator answers within the block where the mode is sandbox."""
    from linehouse import clock

    if mode is Mode.LIVE:
        yield
        return
    try:
        clock.now(mode)
    except clock.SandboxUnreachableError:
        with _own_sandbox():
            yield
    else:
        yield


@contextmanager
def _own_sandbox(seconds: float = 30.0) -> Iterator[None]:
    """The simulator as a process of this command.

    Raises:
        SandboxUnreachableError: it does not answer within `seconds`, or lies on another machine.
    """
    from linehouse import clock

    settings = get_settings()
    if settings.sandbox_url_override:
        clock.now(Mode.SANDBOX)  # raises with the address
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "linehouse.sandbox.app:create_app", "--factory"),
            *("--host", "127.0.0.1", "--port", str(settings.sandbox_port)),
            *("--log-level", "warning"),
        ],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(PROJECT_ROOT / "include"), str(PROJECT_ROOT)])},
    )
    try:
        deadline = time.monotonic() + seconds
        while True:
            try:
                clock.now(Mode.SANDBOX)
                break
            except clock.SandboxUnreachableError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)
