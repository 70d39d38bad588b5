"""Which zones are promoted, and what of them."""

from datetime import date
from typing import Any

from linehouse.settings import get_settings


def zone_enabled(zone: str) -> bool:
    """Whether settings let this zone be promoted."""
    settings = get_settings()
    return settings.enable_staging if zone == "staging" else settings.enable_curated


def scope_of(
    first_day: date | None,
    last_day: date | None,
    *,
    everything: bool = False,
    whole_pipeline: bool = False,
) -> Any:
    """The scope of a promotion: all, the days asked for (US Eastern), or what is pending.

    In a run of the whole pipeline the days say what is fetched; what it landed is pending then,
    today's snapshot with it.
    """
    if everything:
        return "all"
    if whole_pipeline or (first_day is None and last_day is None):
        return "pending"
    return ("dates", first_day or date(1900, 1, 1), last_day or date(2100, 1, 1))
