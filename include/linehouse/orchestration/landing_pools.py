"""Airflow's pools, one for each source: an upstream that is slow keeps no slot from the others.

`linehouse up` and the containers' preparation make them; a task whose pool is missing never starts.
"""

from linehouse.sources.availability import http_sources
from linehouse.sources.base import HttpSource

SLOTS = 2
"""Of a source that says nothing of its own (`slots`)."""


def pool_of(source_name: str) -> str:
    """The name of a source's pool."""
    return f"land_{source_name}"


def pools() -> dict[str, int]:
    """Every pool with its slots."""
    return {pool_of(name): _slots(source) for name, source in http_sources().items()}


def _slots(source: HttpSource) -> int:
    """As the source says; else one where it wants pauses between its requests."""
    declared: int | None = getattr(source, "slots", None)
    if declared is not None:
        return declared
    return 1 if getattr(source, "pause_seconds", 0.0) else SLOTS
