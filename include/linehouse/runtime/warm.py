"""Imports that cost seconds, made once in the scheduler before it forks its workers.

LocalExecutor forks its workers when it starts and each worker forks its tasks, so a task finds
these modules loaded (dbt two seconds, Great Expectations three).
"""

import importlib
import logging
import os
import threading

VARIABLE = "LINEHOUSE_WARM"
MODULES = (
    "dbt.cli.main",
    "dbt.adapters.postgres",
    "dbt.parser.manifest",
    "dbt.task.build",
    "great_expectations",
    "great_expectations.execution_engine.sqlalchemy_execution_engine",
    "great_expectations.expectations.core",
    "pandas",
    "psycopg",
    "psycopg2",
    "sqlalchemy.dialects.postgresql",
    "httpx",
    "openpyxl",
    "python_calamine",
    "linehouse.promotion",
    "linehouse.landing",
)

log = logging.getLogger(__name__)


def wanted() -> bool:
    """Whether this process is the one to warm; asked once, children do not repeat it."""
    return os.environ.pop(VARIABLE, "") == "1"


def warm() -> list[str]:
    """Import what can be imported; the names that could not are logged and returned.

    A missing module costs time later and nothing else, so it never keeps the scheduler down.
    """
    failed = []
    for name in MODULES:
        try:
            importlib.import_module(name)
        except Exception:
            log.warning("could not be imported ahead of time: %s", name, exc_info=True)
            failed.append(name)
    others = [thread.name for thread in threading.enumerate()][1:]
    if others:
        log.warning("threads before the fork, which its children will not have: %s", others)
    return failed
