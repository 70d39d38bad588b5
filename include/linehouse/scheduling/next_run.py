"""When a schedule's next run is, by the clock on the wall.

The sandbox's clock runs as fast as the wall's from a moment of its own, so that the way to the next
fetch is the same on both.
"""

import logging
from datetime import datetime, timedelta

import httpx

from linehouse.scheduling import decision
from linehouse.scheduling.work import LEAST_PAUSE, Work
from linehouse.settings import Mode, get_settings

log = logging.getLogger(__name__)

UNDER_WAY = timedelta(minutes=10)
"""A run so young counts as made, although nothing of it has landed yet. After that what landed
decides, so that a run that failed is made again."""
CHECK_AGAIN = timedelta(minutes=30)
"""The next run where the warehouse or the sandbox's clock does not answer."""
CLOCK_SECONDS = 2.0


def next_run_at(mode: Mode, work: Work, last_run: datetime | None, wall_now: datetime) -> datetime:
    """When to run next (UTC, by the wall), never before `wall_now` nor too soon after `last_run`.

    Never raises and never waits for more than some seconds: a scheduler calls it.
    """
    earliest = max(wall_now, last_run + LEAST_PAUSE) if last_run else wall_now
    try:
        found = _next(mode, work, last_run, wall_now)
    except Exception as error:
        log.warning(
            "When to fetch %s next cannot be told (%s); the next look is in %.0f minutes",
            work,
            type(error).__name__,
            CHECK_AGAIN.total_seconds() / 60,
        )
        return max(earliest, (last_run or wall_now) + CHECK_AGAIN)
    return max(earliest, found)


def _next(mode: Mode, work: Work, last_run: datetime | None, wall_now: datetime) -> datetime:
    ahead = _clock(mode, wall_now) - wall_now
    now = wall_now + ahead
    with decision.connect(mode) as connection:
        assumed: dict[decision.Wanted, datetime] = {}
        if last_run is not None and timedelta() <= wall_now - last_run < UNDER_WAY:
            ran_at = last_run + ahead
            as_it_was = decision.decide(connection, ran_at, work)
            assumed = dict.fromkeys(as_it_was.wanted, ran_at)
        found = decision.decide(connection, now, work, assumed=assumed)
    due = now if found.wanted else found.next_at
    return due - ahead


def _clock(mode: Mode, wall_now: datetime) -> datetime:
    """The mode's instant now. Raises where the sandbox does not answer soon."""
    if mode is Mode.LIVE:
        return wall_now
    url = get_settings().sandbox_url.rstrip("/") + "/__sandbox__/clock"
    answer = httpx.get(url, timeout=CLOCK_SECONDS, trust_env=False).raise_for_status()
    return datetime.fromisoformat(answer.json()["now"])
