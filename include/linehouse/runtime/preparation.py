"""What must be in the databases before Airflow starts: its own tables, and the warehouse's."""

import importlib.metadata
import subprocess
import sys
from collections.abc import Callable

from linehouse.orchestration.landing_pools import pools
from linehouse.runtime import deployment
from linehouse.runtime.layout import Layout
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode

DISTRIBUTIONS = ("apache-airflow-core", "apache-airflow-providers-fab")


class PreparationError(RuntimeError):
    """Tables could not be made; carries the end of what was said and the log's place."""


def prepare(
    layout: Layout,
    server: EmbeddedPostgres,
    environment: dict[str, str],
    report: Callable[[str], None],
) -> bool:
    """Deploy both modes' databases and make Airflow's tables, side by side.

    Returns True if Airflow's database was made from nothing. Raises PreparationError.
    """
    jobs: dict[str, subprocess.Popen[bytes]] = {}
    stale = [mode for mode in Mode if not deployment.is_deployed(mode)]
    if stale:
        report(f"deploying the warehouse ({', '.join(mode.value for mode in stale)})")
        # One after the other in one process: what dbt and GX cost to import is paid once.
        arguments = ["linehouse.runtime.deployment", *(mode.value for mode in stale)]
        jobs["deployment"] = _start(layout, environment, "deployment", arguments)
    stamp = layout.run / "airflow_database"
    made = False
    if not airflow_is_ready(layout, server):
        report("making Airflow's tables")
        made = _is_empty(server)
        arguments = ["linehouse.runtime.airflow_database"]
        jobs["airflow-database"] = _start(layout, environment, "airflow-database", arguments)
    codes = {name: job.wait() for name, job in jobs.items()}
    for name, code in codes.items():
        if code != 0:
            raise PreparationError(
                f"{name} failed; {layout.logs / name}.log ends: {_end(layout, name)}"
            )
    if "airflow-database" in jobs:
        stamp.write_text(_airflow_stamp(server), encoding="utf-8")
    return made


def airflow_is_ready(layout: Layout, server: EmbeddedPostgres) -> bool:
    """Whether the installed Airflow made its tables, and all pools, on this very server."""
    stamp = layout.run / "airflow_database"
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _airflow_stamp(server)


def _airflow_stamp(server: EmbeddedPostgres) -> str:
    versions = [f"{name}=={importlib.metadata.version(name)}" for name in DISTRIBUTIONS]
    versions += [f"{name}:{slots}" for name, slots in sorted(pools().items())]
    with server.connect() as connection:
        row = connection.execute("select system_identifier::text from pg_control_system()")
        return " ".join([*versions, str(row.fetchone())])


def _is_empty(server: EmbeddedPostgres) -> bool:
    with server.connect("airflow") as connection:
        row = connection.execute("select to_regclass('ab_user') is null").fetchone()
        return bool(row and row[0])


def _start(
    layout: Layout, environment: dict[str, str], name: str, arguments: list[str]
) -> subprocess.Popen[bytes]:
    with open(layout.logs / f"{name}.log", "wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=environment,
            cwd=layout.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _end(layout: Layout, name: str) -> str:
    text = (layout.logs / f"{name}.log").read_text(errors="replace")
    return " | ".join(text.strip().splitlines()[-5:])
