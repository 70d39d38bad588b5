"""Airflow's pools, one for each source: an upstream that is slow keeps no slot from the others.

`linehouse up` and the containers' preparation make them; a task whose pool is missing never starts.
"""

from linehouse.sources import registry
from linehouse.sources.base import Source

SLOTS = 2
SLOTS_OF = {"the_odds_api": 4}
"""At most four calls at once: more were answered with 429."""


def pool_of(source_name: str) -> str:
    """The name of a source's pool."""
    return f"land_{source_name}"


def pools() -> dict[str, int]:
    """Every pool with its slots; one slot for a source that wants pauses between its requests."""
    sources = [registry.get(name) for name in registry.names()]
    return {pool_of(one.name): _slots(one) for one in sources if hasattr(one, "requests")}


def _slots(source: Source) -> int:
    if getattr(source, "pause_seconds", 0.0):
        return 1
    return SLOTS_OF.get(source.name, SLOTS)
