"""Imports that cost seconds, made once in the scheduler before it forks its workers.

LocalExecutor forks its workers when it starts and each worker forks its tasks, so a task finds
these modules loaded (dbt two seconds, Great Expectations three).
"""

import importlib
import logging
import os
import threading

from linehouse.settings import get_settings

VARIABLE = "LINEHOUSE_WARM"
MODULES = (
    "pandas",
    "psycopg",
    "psycopg2",
    "sqlalchemy.dialects.postgresql",
    "httpx",
    "openpyxl",
    "python_calamine",
    "linehouse.landing",
    "linehouse.promotion",
    "linehouse.strategies.card",
)

log = logging.getLogger(__name__)


def wanted() -> bool:
    """Whether this process is the one to warm; asked once, children do not repeat it."""
    return os.environ.pop(VARIABLE, "") == "1"


def warm() -> list[str]:
    """Import what can be imported, parse the dbt project; what could not is logged and returned.

    A missing module costs time later and nothing else, so it never keeps the scheduler down.
    """
    failed = []
    for name in MODULES:
        try:
            importlib.import_module(name)
        except Exception:
            log.warning("could not be imported ahead of time: %s", name, exc_info=True)
            failed.append(name)
    try:
        from linehouse.promotion.warming import warm as warm_promotion

        warm_promotion(get_settings().mode)
    except Exception:
        log.warning("dbt and Great Expectations stay cold", exc_info=True)
        failed.append("linehouse.promotion.warming")
    others = [thread.name for thread in threading.enumerate()][1:]
    if others:
        log.warning("threads before the fork, which its children will not have: %s", others)
    return failed
