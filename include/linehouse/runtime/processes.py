"""Start, stop and look at a whole Linehouse on this machine.

Everything is idempotent: `up` starts what is missing, restarts what has other settings, and
repairs what a crash left; `down` leaves no process.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
from pydantic import SecretStr

from linehouse.runtime import airflow, marked, prechecks, preparation, programs, started_with
from linehouse.runtime.health import airflow_health, sandbox_answers, wait_until_healthy
from linehouse.runtime.layout import Layout
from linehouse.runtime.postgres import RIGHTS_VERSION, EmbeddedPostgres
from linehouse.runtime.supervisor import RUNNING, Supervisor
from linehouse.settings import PROJECT_ROOT, Settings, get_settings

Report = Callable[[str], None]
# Variables that Airflow reads; what our own code reads is in the settings.
DECIDING = ("AIRFLOW", "LINEHOUSE_AIRFLOW")
# What long-lived processes keep imported; DAG files are read anew for each task.
IMPORTED = ("include", "expectations", "plugins")


@dataclass(frozen=True)
class UpResult:
    """What `up` did."""

    airflow_url: str
    login: airflow.AdminLogin
    first_run: bool
    """The administrator was made now: the one time to show the password."""
    repaired: list[str]
    seconds: dict[str, float]


@dataclass(frozen=True)
class ProcessStatus:
    """One program; `state` is supervisord's word (RUNNING, STOPPED, FATAL, ...)."""

    name: str
    state: str
    pid: int | None
    uptime_seconds: float | None
    memory_mb: float | None
    """Resident memory of the program and its children; shared pages count once for each."""


@dataclass(frozen=True)
class Status:
    """What runs; `health` has Airflow's own verdict per component, empty when it is down."""

    home: str
    running: bool
    database_running: bool
    airflow_url: str
    sandbox_url: str
    postgres_port: int
    processes: list[ProcessStatus] = field(default_factory=list)
    health: dict[str, str] = field(default_factory=dict)


def up(
    *,
    database_only: bool = False,
    settings: Settings | None = None,
    report: Report = lambda _: None,
) -> UpResult:
    """Start what does not run yet and wait until it works.

    With `database_only` just PostgreSQL and its databases as they are, for commands that work
    without Airflow. Raises PrecheckError, PostgresError, SupervisorError, PreparationError: all
    RuntimeError with a message for the user.
    """
    settings = settings or get_settings()
    layout = Layout(settings.home)
    prechecks.check_python()
    prechecks.check_home(layout)
    prechecks.check_distinct(settings)
    timer = _Timer()
    with _only_one(layout, report):
        supervisor = Supervisor(layout)
        server = EmbeddedPostgres(layout.home, settings.postgres_port)
        prechecks.check_disk(server.folder, settings.minimum_free_mb)
        environment = airflow.environment(settings, layout)
        repaired = _prepare_supervisor(settings, supervisor, server, environment, report)
        _start_database(supervisor, server)
        timer.lap("database")
        first_run = False
        if not database_only:
            _check_pipeline_ports(settings, supervisor)
            first_run = preparation.prepare(layout, server, environment, report)
            timer.lap("schemas")
            for program in programs.pipeline_programs(settings, layout):
                supervisor.start_program(f"{programs.PIPELINE_GROUP}:{program.name}")
            wait_until_healthy(settings, supervisor, report)
            timer.lap("airflow")
    return UpResult(
        airflow.base_url(settings),
        airflow.admin_login(layout),
        first_run,
        repaired,
        timer.seconds,
    )


def down(*, settings: Settings | None = None, report: Report = lambda _: None) -> list[str]:
    """Stop everything of this home, also what a crash left. Names what could not be ended."""
    settings = settings or get_settings()
    layout = Layout(settings.home)
    if not layout.run.exists():
        return []
    with _only_one(layout, report):
        return _stop(layout, report)


def status(*, settings: Settings | None = None) -> Status:
    """What runs now; makes and starts nothing."""
    settings = settings or get_settings()
    layout = Layout(settings.home)
    entries = Supervisor(layout).processes() if layout.run.exists() else []
    processes = [_process_status(entry) for entry in entries]
    alive = {process.name for process in processes if process.state in RUNNING}
    health = airflow_health(settings) if "api-server" in alive else {}
    if "sandbox" in alive:
        health["sandbox"] = "healthy" if sandbox_answers(settings) else "unhealthy"
    return Status(
        home=str(layout.home),
        running="api-server" in alive and "scheduler" in alive,
        database_running=programs.DATABASE in alive,
        airflow_url=airflow.base_url(settings),
        sandbox_url=settings.sandbox_url,
        postgres_port=settings.postgres_port,
        processes=processes,
        health=health,
    )


def _prepare_supervisor(
    settings: Settings,
    supervisor: Supervisor,
    server: EmbeddedPostgres,
    environment: dict[str, str],
    report: Report,
) -> list[str]:
    """A supervisor that runs this configuration; says what a crash had left."""
    layout = supervisor.layout
    configuration = programs.supervisor_configuration(
        layout,
        supervisor.socket,
        programs.database_program(server),
        programs.pipeline_programs(settings, layout),
    )
    stamp = layout.run / "settings.sha256"
    wanted = _fingerprint(configuration, environment, settings)
    if supervisor.is_up():
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return []
        report("code or settings have changed: starting anew")
        _stop(layout, report)
    repaired = _end_leftovers(layout, server)
    prechecks.check_port(prechecks.ports(settings)["postgresql"])
    supervisor.configuration.write_text(configuration, encoding="utf-8")
    stamp.write_text(wanted, encoding="utf-8")
    started_with.remember(layout, settings)
    supervisor.start(environment)
    for line in repaired:
        report(f"after a crash: {line}")
    return repaired


def _start_database(supervisor: Supervisor, server: EmbeddedPostgres) -> None:
    made = server.ensure_initialised()
    if server.process() is None:
        server.repair()
    supervisor.start_program(programs.DATABASE)
    server.wait()
    stamp = supervisor.layout.run / "databases"
    if made or not stamp.exists() or stamp.read_text(encoding="utf-8") != RIGHTS_VERSION:
        server.ensure_databases()
        stamp.write_text(RIGHTS_VERSION, encoding="utf-8")


def _check_pipeline_ports(settings: Settings, supervisor: Supervisor) -> None:
    running = {p["name"] for p in supervisor.processes() if p["statename"] in RUNNING}
    for name, port in prechecks.ports(settings).items():
        if name not in running:
            prechecks.check_port(port)


def _end_leftovers(layout: Layout, server: EmbeddedPostgres) -> list[str]:
    """End what carries our mark though no supervisor lives; a server that no one watches too."""
    repaired = []
    left = marked.find(layout)
    if left:
        repaired.append(f"ended {', '.join(sorted(map(marked.describe, left)))}")
        marked.end(process for process in left if process.name() != "postgres")
    if server.process() is not None:
        server.stop("fast")
        repaired.append("stopped the PostgreSQL that was left running")
    elif server.repair():
        repaired.append("removed PostgreSQL's stale pid file; it replays its log now")
    return repaired


def _stop(layout: Layout, report: Report) -> list[str]:
    supervisor = Supervisor(layout)
    if supervisor.is_up():
        supervisor.stop(report)
    left = marked.find(layout)
    server = EmbeddedPostgres(layout.home, 0)
    server.stop("fast")
    still_there = marked.end(process for process in left if process.is_running())
    for name in ("supervisord.pid", "settings.sha256", started_with.FILE):
        (layout.run / name).unlink(missing_ok=True)
    return [marked.describe(process) for process in still_there]


def _fingerprint(configuration: str, environment: dict[str, str], settings: Settings) -> str:
    """What a process that started earlier would have otherwise: options, settings, code."""
    variables = sorted(
        (name, value) for name, value in environment.items() if name.startswith(DECIDING)
    )
    values = [
        (name, value.get_secret_value() if isinstance(value, SecretStr) else value)
        for name, value in settings
    ]
    code = [
        (str(path), path.stat().st_mtime_ns, path.stat().st_size)
        for folder in IMPORTED
        for path in sorted((PROJECT_ROOT / folder).rglob("*.py"))
    ]
    return hashlib.sha256(repr((configuration, variables, values, code)).encode()).hexdigest()


def _process_status(entry: dict[str, object]) -> ProcessStatus:
    pid = int(str(entry["pid"])) or None
    alive = entry["statename"] == "RUNNING"
    return ProcessStatus(
        name=str(entry["name"]),
        state=str(entry["statename"]),
        pid=pid,
        uptime_seconds=float(str(entry["now"])) - float(str(entry["start"])) if alive else None,
        memory_mb=_memory_mb(pid) if pid else None,
    )


def _memory_mb(pid: int) -> float | None:
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return round(sum(member.memory_info().rss for member in family) / 1024 / 1024, 1)
    except psutil.Error:
        return None


@contextmanager
def _only_one(layout: Layout, report: Report) -> Iterator[None]:
    """One `up` or `down` of a home at a time."""
    with open(layout.run / "processes.lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another `linehouse up` or `down` of this home")
            fcntl.flock(file, fcntl.LOCK_EX)
        os.set_inheritable(file.fileno(), False)
        yield


class _Timer:
    """Seconds per step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, name: str) -> None:
        """Close the step `name`."""
        now = time.monotonic()
        self.seconds[name] = round(now - self._last, 2)
        self._last = now
