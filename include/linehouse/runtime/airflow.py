"""Airflow's whole configuration, as environment: no airflow.cfg is written or read for it.

`environment()` is what every Airflow process of ours runs under, be it supervised, a test or a
command that asks Airflow something in a process of its own.
"""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from linehouse.runtime import credentials
from linehouse.runtime.layout import MARKER, Layout
from linehouse.settings import PROJECT_ROOT, Settings, get_settings

ADMIN_USER = "admin"
ADMIN_SECRET = "airflow_admin_password"
OVERRIDE_PREFIX = "LINEHOUSE_AIRFLOW__"
# Threads of numeric libraries: with several workers on few cores they only take turns.
SINGLE_THREADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "SCARF_ANALYTICS": "false",
    "TQDM_DISABLE": "1",
}


@dataclass(frozen=True)
class AdminLogin:
    """Who may do everything in the Airflow UI, and where the password is kept."""

    user: str
    password: str = field(repr=False)
    password_file: Path


def base_url(settings: Settings) -> str:
    """The one address that shows it all."""
    return f"http://127.0.0.1:{settings.airflow_port}"


def admin_login(layout: Layout) -> AdminLogin:
    """The administrator's login; the password is made on first use unless a setting names it."""
    wanted = get_settings().admin_password
    return AdminLogin(
        user=ADMIN_USER,
        password=credentials.read_or_make(
            layout.secrets, ADMIN_SECRET, wanted.get_secret_value if wanted else None
        ),
        password_file=layout.secrets / ADMIN_SECRET,
    )


def parallelism() -> int:
    """Tasks at once: four per core, because most wait for PostgreSQL or an upstream."""
    return max(4, min(32, 4 * (os.cpu_count() or 1)))


def configuration(settings: Settings, layout: Layout) -> dict[str, dict[str, str]]:
    """Airflow's options by section; whatever is not here has Airflow's default.

    Makes the keys on first use. Raises OSError where the home cannot be written.
    """
    password = credentials.read_or_make(layout.secrets, "postgres_airflow")
    url = base_url(settings)
    return {
        "core": {
            "dags_folder": str(PROJECT_ROOT / "dags"),
            "plugins_folder": str(PROJECT_ROOT / "plugins"),
            "load_examples": "False",
            "executor": "LocalExecutor",
            "mp_start_method": "fork",  # workers inherit what the scheduler imported
            "parallelism": str(parallelism()),
            "max_active_tasks_per_dag": str(parallelism()),
            "auth_manager": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            "fernet_key": credentials.read_or_make(
                layout.secrets, "airflow_fernet_key", credentials.fernet_key
            ),
            "dags_are_paused_at_creation": "False",
            "min_serialized_dag_update_interval": "5",
            "execution_api_server_url": f"{url}/execution/",
            "killed_task_cleanup_time": "15",
        },
        "database": {
            "sql_alchemy_conn": (
                f"postgresql+psycopg2://airflow:{password}"
                f"@127.0.0.1:{settings.postgres_port}/airflow"
            ),
        },
        "api": {
            "host": "127.0.0.1",
            "port": str(settings.airflow_port),
            "base_url": url,
            "workers": "1",
            "secret_key": credentials.read_or_make(layout.secrets, "airflow_api_secret_key"),
            "instance_name": "Linehouse",
            "expose_config": "False",
        },
        "api_auth": {
            "jwt_secret": credentials.read_or_make(layout.secrets, "airflow_jwt_secret"),
        },
        "scheduler": {
            "scheduler_idle_sleep_time": "0.2",
            "max_tis_per_query": "16",
            # A killed task is seen and retried within half a minute (default: five minutes).
            "task_instance_heartbeat_timeout": "30",
            "task_instance_heartbeat_timeout_detection_interval": "5",
            "orphaned_tasks_check_interval": "30",
            "enable_health_check": "False",
        },
        "workers": {
            "min_heartbeat_interval": "3",
            "max_failed_heartbeats": "5",
            "execution_api_timeout": "15",
        },
        "dag_processor": {
            # A changed file is parsed at the next look, an unchanged one every five minutes.
            "refresh_interval": "30",
            "min_file_process_interval": "300",
            "parsing_processes": "1",
            "print_stats_interval": "300",
            "stale_dag_threshold": "90",
        },
        "logging": {
            "base_log_folder": str(layout.airflow / "logs"),
            "logging_level": settings.log_level.upper(),
            "colored_console_log": "False",
        },
        "metrics": {"statsd_on": "False", "otel_on": "False"},
    }


def environment(settings: Settings, layout: Layout) -> dict[str, str]:
    """The environment of every process of this Linehouse.

    The caller's variables come first, without what belongs to another Airflow (`AIRFLOW*`); then
    ours. One option of Airflow is overridden by `LINEHOUSE_AIRFLOW__SECTION__OPTION`.
    """
    result = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "_AIRFLOW", "PYTHON", "SUPERVISOR_"))
    }
    virtual_environment = Path(sys.executable).parent
    result |= {
        "PATH": os.pathsep.join([str(virtual_environment), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join([str(PROJECT_ROOT), str(PROJECT_ROOT / "include")]),
        "PYTHONUNBUFFERED": "1",
        "AIRFLOW_HOME": str(layout.airflow),
        "LINEHOUSE_HOME": str(layout.home),
        "LINEHOUSE_AIRFLOW_PORT": str(settings.airflow_port),
        "LINEHOUSE_POSTGRES_PORT": str(settings.postgres_port),
        "LINEHOUSE_SANDBOX_PORT": str(settings.sandbox_port),
        MARKER: str(layout.home),
        # Airflow's process titles overwrite the environment that we find our processes by.
        "SPT_NOENV": "1",
        **QUIET,
        **dict.fromkeys(SINGLE_THREADED, "1"),
    }
    for section, options in configuration(settings, layout).items():
        for option, value in options.items():
            result[f"AIRFLOW__{section.upper()}__{option.upper()}"] = value
    for name, value in os.environ.items():
        if name.startswith(OVERRIDE_PREFIX):
            result[name.removeprefix("LINEHOUSE_")] = value
    return result
