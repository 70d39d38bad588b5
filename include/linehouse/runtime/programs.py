"""The programs that make up a running Linehouse, and the supervisor's configuration for them."""

import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from linehouse.runtime import warm
from linehouse.runtime.layout import MARKER, Layout
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Settings

DATABASE = "postgresql"
PIPELINE_GROUP = "pipeline"
PROGRAM_VARIABLE = "LINEHOUSE_PROGRAM"
SANDBOX_APP = "linehouse.sandbox.app"


@dataclass(frozen=True)
class Program:
    """One supervised process."""

    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 20


def database_program(server: EmbeddedPostgres) -> Program:
    """PostgreSQL in the foreground, with an environment that holds none of our secrets."""
    variables = {**server.environment, MARKER: str(server.layout.home)}
    bare = [f"{name}={value}" for name, value in variables.items()]
    return Program(
        name=DATABASE,
        command=["/usr/bin/env", "-i", *bare, *server.command],
        folder=Path("/"),
        user=server.user.name if server.user.differs else None,
        stop_signal="INT",  # fast shutdown: clients are sent away, nothing is lost
        stop_seconds=60,
    )


def pipeline_programs(settings: Settings, layout: Layout) -> list[Program]:
    """The simulated upstream and Airflow's processes."""
    airflow = [str(Path(sys.executable).parent / "airflow")]
    commands = {
        "sandbox": [
            *(sys.executable, "-m", "uvicorn", f"{SANDBOX_APP}:create_app", "--factory"),
            *("--host", "127.0.0.1", "--port", str(settings.sandbox_port)),
            *("--log-level", "warning"),
        ],
        "api-server": [*airflow, "api-server"],
        "scheduler": [*airflow, "scheduler", "--skip-serve-logs"],
        "dag-processor": [*airflow, "dag-processor"],
        "triggerer": [*airflow, "triggerer", "--skip-serve-logs"],
    }
    launch = [sys.executable, "-m", "linehouse.runtime.launch"]
    return [
        Program(
            name=name,
            command=[*launch, name, *command],
            folder=layout.airflow,
            environment={warm.VARIABLE: "1"} if name == "scheduler" else {},
        )
        for name, command in commands.items()
    ]


def supervisor_configuration(
    layout: Layout, socket: Path, database: Program, pipeline: Iterable[Program]
) -> str:
    """supervisord.conf: nothing starts by itself, everything is started again when it dies."""
    pipeline = list(pipeline)
    lines = [
        "[supervisord]",
        f"logfile={_escape(layout.logs / 'supervisord.log')}",
        "logfile_maxbytes=5MB",
        "logfile_backups=2",
        f"pidfile={_escape(layout.run / 'supervisord.pid')}",
        f"childlogdir={_escape(layout.logs)}",
        "nodaemon=true",
        "silent=true",
        "umask=077",
        "minfds=1024",
        "",
        "[unix_http_server]",
        f"file={_escape(socket)}",
        "chmod=0700",
        "",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        "",
        *_program_lines(layout, database, priority=1),
    ]
    for program in pipeline:
        lines += _program_lines(layout, program, priority=10)
    # The supervisor stops a group as one, and groups by falling priority: the database last.
    names = ",".join(program.name for program in pipeline)
    lines += [f"[group:{PIPELINE_GROUP}]", f"programs={names}", "priority=10", ""]
    return "\n".join(lines)


def _program_lines(layout: Layout, program: Program, priority: int) -> list[str]:
    lines = [
        f"[program:{program.name}]",
        f"command={_escape(shlex.join(program.command))}",
        f"directory={_escape(program.folder)}",
        f"priority={priority}",
        "autostart=false",
        "autorestart=true",
        "startsecs=2",
        "startretries=5",
        f"stopsignal={program.stop_signal}",
        f"stopwaitsecs={program.stop_seconds}",
        "killasgroup=true",
        "redirect_stderr=true",
        f"stdout_logfile={_escape(layout.logs / (program.name + '.log'))}",
        "stdout_logfile_maxbytes=20MB",
        "stdout_logfile_backups=2",
    ]
    if program.user:
        lines.append(f"user={program.user}")
    variables = {PROGRAM_VARIABLE: program.name, **program.environment}
    lines.append(
        "environment=" + ",".join(f'{name}="{value}"' for name, value in variables.items())
    )
    return [*lines, ""]


def _escape(value: object) -> str:
    return str(value).replace("%", "%%")
