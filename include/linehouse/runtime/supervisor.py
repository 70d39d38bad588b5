"""The supervisor: one supervisord per LINEHOUSE_HOME, asked over its private socket."""

import os
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from typing import Any, cast

import psutil
from supervisor.xmlrpc import SupervisorTransport

from linehouse.runtime.layout import MARKER, Layout

START_SECONDS = 15.0
STOP_SECONDS = 90.0
RUNNING = ("STARTING", "RUNNING", "BACKOFF")


class SupervisorError(RuntimeError):
    """The supervisor does not answer or a program does not stay up; says where to look."""


class Supervisor:
    """Starts, stops and lists the programs of one home."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    @cached_property
    def socket(self) -> Path:
        """Where supervisord listens."""
        folder = self.layout.socket_folder(self.layout.run / "socket", uid=os.geteuid())
        return folder / "supervisor.sock"

    @property
    def configuration(self) -> Path:
        """The generated supervisord.conf."""
        return self.layout.run / "supervisord.conf"

    def _call(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self.socket}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def is_up(self) -> bool:
        """Whether a supervisor of this home answers."""
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except (OSError, HTTPException, xmlrpc.client.Error):
            return False

    def start(self, environment: dict[str, str]) -> None:
        """Start supervisord on the configuration; its programs inherit `environment`."""
        self.socket.unlink(missing_ok=True)
        with open(self.layout.logs / "supervisord.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.configuration)],
                env=environment,
                cwd=self.layout.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_up():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SupervisorError(
                    f"the process supervisor did not start; see {self.layout.logs}/supervisord.log"
                )
            time.sleep(0.05)

    def processes(self) -> list[dict[str, Any]]:
        """One entry per program: `name`, `group`, `statename`, `pid`, `start`, `now`, `spawnerr`.

        Empty where no supervisor answers.
        """
        try:
            return cast(list[dict[str, Any]], self._call("getAllProcessInfo"))
        except (OSError, HTTPException, xmlrpc.client.Error):
            return []

    def start_program(self, full_name: str) -> None:
        """Ask for a program (`group:name`) to run; does nothing where it does already."""
        try:
            self._call("startProcess", full_name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise SupervisorError(
                    f"{full_name} cannot be started: {fault.faultString}"
                ) from fault

    def failed(self) -> dict[str, Any] | None:
        """A program that was given up, or None."""
        return next((p for p in self.processes() if p["statename"] == "FATAL"), None)

    def stop(self, report: Callable[[str], None] = lambda _: None) -> None:
        """Stop the programs, the database last, then the supervisor itself."""
        process = self._process()
        with suppress(OSError, HTTPException, xmlrpc.client.Error):
            self._call("shutdown")
        deadline = time.monotonic() + STOP_SECONDS
        told = False
        while process is not None and process.is_running() and time.monotonic() < deadline:
            if process.status() == psutil.STATUS_ZOMBIE:
                break
            if not told and time.monotonic() > deadline - STOP_SECONDS + 5:
                report("waiting for running tasks to end")
                told = True
            time.sleep(0.1)
        self.socket.unlink(missing_ok=True)

    def _process(self) -> psutil.Process | None:
        """The supervisord that answers on our socket."""
        try:
            process = psutil.Process(int(self._call("getPID")))
            return process if process.environ().get(MARKER) == str(self.layout.home) else None
        except (OSError, HTTPException, xmlrpc.client.Error, psutil.Error):
            return None
