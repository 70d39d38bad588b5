"""What must hold before anything starts; each failure says what is wrong and what to do."""

import errno
import os
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from linehouse.runtime.layout import Layout
from linehouse.settings import Settings

OLDEST_PYTHON = (3, 11)
PYTHON_TOO_NEW = (3, 14)


class PrecheckError(RuntimeError):
    """Linehouse cannot start here as things are; the message is for the user."""


@dataclass(frozen=True)
class Port:
    """A port that something of ours wants, and the variable that moves it."""

    number: int
    purpose: str
    variable: str


def ports(settings: Settings) -> dict[str, Port]:
    """By program."""
    return {
        "postgresql": Port(settings.postgres_port, "PostgreSQL", "LINEHOUSE_POSTGRES_PORT"),
        "api-server": Port(settings.airflow_port, "the Airflow UI", "LINEHOUSE_AIRFLOW_PORT"),
        "sandbox": Port(settings.sandbox_port, "the sandbox upstream", "LINEHOUSE_SANDBOX_PORT"),
    }


def check_python(version: tuple[int, ...] = sys.version_info[:2]) -> None:
    """Raises PrecheckError unless this Python is one that all packages support."""
    if not OLDEST_PYTHON <= tuple(version) < PYTHON_TOO_NEW:
        raise PrecheckError(
            f"Linehouse runs on Python 3.11, 3.12 or 3.13; this is {version[0]}.{version[1]}"
        )


def check_home(layout: Layout) -> None:
    """Raises PrecheckError unless the home can be made and written."""
    try:
        layout.make()
        probe = layout.run / f".probe.{os.getpid()}"
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        raise PrecheckError(
            f"LINEHOUSE_HOME={layout.home} cannot be written ({error.strerror}): make it writable "
            "or set LINEHOUSE_HOME to another folder"
        ) from error


def check_disk(folder: Path, minimum_free_mb: int) -> None:
    """Raises PrecheckError where the file system of `folder` is nearly full."""
    free = shutil.disk_usage(folder).free // (1024 * 1024)
    if free < minimum_free_mb:
        raise PrecheckError(
            f"only {free} MB are free on the disk of {folder}, and a warehouse that cannot write "
            f"stops in the middle: free at least {minimum_free_mb} MB "
            "(LINEHOUSE_MINIMUM_FREE_MB), or set LINEHOUSE_HOME to a folder on another disk"
        )


def check_port(port: Port) -> None:
    """Raises PrecheckError where something listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port.number))
        except OSError as error:
            if error.errno == errno.EACCES:
                reason = "may only be used by root"
            elif error.errno == errno.EADDRINUSE and not _answers(port.number):
                reason = "is held by a connection that ended (for a minute at most)"
            elif error.errno == errno.EADDRINUSE:
                reason = f"is in use{_listener(port.number)}"
            else:
                reason = f"cannot be used ({error.strerror})"
            raise PrecheckError(
                f"port {port.number}, wanted for {port.purpose}, {reason}: end that, or "
                f"set {port.variable} to another port (in the environment or in .env)"
            ) from error


def check_distinct(settings: Settings) -> None:
    """Raises PrecheckError where two of our own settings name one port."""
    seen: dict[int, Port] = {}
    for port in ports(settings).values():
        other = seen.setdefault(port.number, port)
        if other is not port:
            raise PrecheckError(
                f"port {port.number} is set for {other.purpose} ({other.variable}) and for "
                f"{port.purpose} ({port.variable}): give one of them another"
            )


def _answers(number: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", number)) == 0


def _listener(number: int) -> str:
    """` by name (pid)` where the system tells us."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.laddr and connection.laddr.port == number and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass
    return ""
