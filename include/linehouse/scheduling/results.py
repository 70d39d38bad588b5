"""When scores are asked for: only for games that have begun and whose result is not known.

A poll shows running games, and those that began in the last three days. How often one is made
follows from the credits that the odds leave over.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

RESULTS_EVERY = timedelta(hours=60)
"""Often enough that no result is lost: the vendor looks back three days from the start."""
DAILY_EVERY = timedelta(hours=24)
IN_PLAY_EVERY = timedelta(minutes=30)
SOONEST_END = timedelta(hours=2)
"""No game ends sooner after its start."""
LOST_AFTER = timedelta(hours=72)
"""No poll tells the result of a game that began earlier."""


class Polling(StrEnum):
    """How often scores are asked for."""

    IN_PLAY = "in_play"
    DAILY = "daily"
    RARELY = "rarely"


def poll_due_at(
    unresolved: Iterable[datetime], last_poll: datetime | None, now: datetime, polling: Polling
) -> datetime | None:
    """When the next poll of a sport is due; None while no game waits for its result.

    `unresolved` are starts of games without a final score, also of those that have not begun.
    """
    begun = [start for start in unresolved if start > now - LOST_AFTER]
    if not begun:
        return None
    first = min(begun)
    if polling is Polling.IN_PLAY:
        due = first
        pause = IN_PLAY_EVERY
    else:
        pause = DAILY_EVERY if polling is Polling.DAILY else RESULTS_EVERY
        due = first + (SOONEST_END + pause if polling is Polling.DAILY else pause)
    if last_poll is not None:
        due = max(due, last_poll + min(pause, timedelta(hours=12)))
    return max(due, now)


def live_polls(
    starts: Iterable[datetime], polling: Polling, until: datetime
) -> Iterator[tuple[datetime, int]]:
    """(moment, games in play) of the polls that a calendar will bring."""
    begins = sorted(starts)
    if not begins:
        return
    at = begins[0]
    lasts = timedelta(hours=3)
    while at <= until:
        if polling is Polling.DAILY:
            if any(start <= at for start in begins):
                yield at, 0
            at += DAILY_EVERY
            begins = [start for start in begins if start > at - DAILY_EVERY]
        else:
            playing = sum(start <= at < start + lasts for start in begins)
            if playing:
                yield at, playing
                at += IN_PLAY_EVERY
            else:
                later = [start for start in begins if start > at]
                if not later:
                    return
                at = later[0]
        if not begins:
            return
