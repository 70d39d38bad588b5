"""Warm up: import what is heavy and parse the dbt project before the process forks."""

import time

from linehouse.promotion import invoke
from linehouse.promotion.gate import suite_modules
from linehouse.promotion.zones import ZONES
from linehouse.settings import Mode


def warm(mode: Mode | None = None) -> float:
    """Import dbt, Great Expectations and all suites; with a mode, parse its project too.

    Opens no connection that a forked process could share. Returns the seconds it took.
    """
    started = time.perf_counter()
    import dbt.adapters.postgres
    import dbt.cli.main  # noqa: F401

    from linehouse.promotion import gx, structure  # noqa: F401

    for zone in ZONES:
        suite_modules(zone)
    if mode is not None:
        invoke.manifest(Mode(mode), "candidate")
    return time.perf_counter() - started
