"""The steps from an upstream to the card, as functions. DAG tasks and the command line call the
same ones; each is safe to repeat."""

from linehouse.pipeline.archives import land_archive
from linehouse.pipeline.fetching import FEEDS, failed_in, land_all, land_feed, landed_by
from linehouse.pipeline.gating import (
    GateSummary,
    NothingAcceptedError,
    RequestsFailedError,
    gate,
    report,
    require_accepted,
)
from linehouse.pipeline.history import day_start, history_window
from linehouse.pipeline.scope import scope_of, zone_enabled

__all__ = [
    "FEEDS",
    "GateSummary",
    "NothingAcceptedError",
    "RequestsFailedError",
    "day_start",
    "failed_in",
    "gate",
    "history_window",
    "land_all",
    "land_archive",
    "land_feed",
    "landed_by",
    "report",
    "require_accepted",
    "scope_of",
    "zone_enabled",
]
