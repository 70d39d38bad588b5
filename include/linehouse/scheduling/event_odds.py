"""Markets that The Odds API sells event by event: when they are asked for, and how many games."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Request

log = logging.getLogger(__name__)

FEED = "event_odds"
SOURCE_NAME = "the_odds_api"


def sports() -> tuple[str, ...]:
    """The sports of which MARKETS names such a market."""
    from linehouse.sources.the_odds_api.requests import asks_by_event

    settings = get_settings()
    return tuple(sport_key for sport_key in settings.sports if asks_by_event(sport_key, settings))


def land_events(
    mode: Mode, sport_key: str, run_key: str, events: Sequence[str] | None = None
) -> dict[str, Any]:
    """Look at games one by one: at these events, else at those of the day that have not begun.

    Returns: `batch_ids` and `rows`.
    Raises: a `SourceError` for all that failed, after every game was tried.
    """
    from linehouse.landing import land_source
    from linehouse.sources.the_odds_api.source import SOURCE

    looks = [SOURCE.event_odds_request(sport_key, event) for event in events or ()]
    feeds = [FEED] if events is None else []
    landed = land_source(mode, SOURCE_NAME, run_key, feeds=feeds, sports=[sport_key], before=looks)
    landed.raise_failure()
    return {"batch_ids": landed.batch_ids, "rows": landed.rows}


def within_credits(mode: Mode, requests: Iterable[Request]) -> list[Request]:
    """These requests but for looks at single games that would reach into the reserve. The
    simulator's credits are not spared."""
    wanted = list(requests)
    looks = [request for request in wanted if request.feed == FEED]
    if not looks or mode is Mode.SANDBOX:
        return wanted
    from linehouse import clock, database
    from linehouse.scheduling import decision, quota
    from linehouse.sources.the_odds_api.source import SOURCE

    settings = get_settings()
    with database.connect(mode, autocommit=True) as connection:
        credits = quota.read(connection, clock.now(mode), settings.odds_api_quota)
    left = credits.left - decision.reserve_of(credits.total, settings)
    taken = []
    for request in looks:
        if SOURCE.cost(request) > left:
            break
        left -= SOURCE.cost(request)
        taken.append(request)
    if len(taken) < len(looks):
        log.warning(
            "%d of %d games are not looked at one by one: %d credits are left beyond the reserve",
            len(looks) - len(taken),
            len(looks),
            max(left, 0),
        )
    return [request for request in wanted if request.feed != FEED or request in taken]
