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
USUAL_LENGTH = timedelta(hours=3)
"""What a game takes until a poll tells its result, in a plan."""
IN_PLAY_FOR = timedelta(hours=6)
"""A game without a result so long after its start is not waited for in play: it was called off, or
is held up."""
LOST_AFTER = timedelta(hours=72)
"""No poll tells the result of a game that began earlier."""
_SOONEST_AGAIN = timedelta(hours=12)


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
    waiting = [start for start in unresolved if start > now - LOST_AFTER]
    if not waiting:
        return None
    in_play = [start for start in waiting if now < start + IN_PLAY_FOR]
    dues = []
    if polling is not Polling.IN_PLAY:
        dues.append(_later(min(waiting), last_poll, polling))
    else:
        if in_play:
            again = last_poll + IN_PLAY_EVERY if last_poll is not None else now
            dues.append(max(min(in_play), again))
        if len(in_play) < len(waiting):
            dues.append(_later(min(waiting), last_poll, Polling.DAILY))
    due = max(min(dues), now)
    if due >= min(waiting) + LOST_AFTER:  # no poll would tell of that one
        return poll_due_at([s for s in waiting if s > min(waiting)], last_poll, now, polling)
    return due


def polls(
    unresolved: Iterable[datetime],
    last_poll: datetime | None,
    now: datetime,
    polling: Polling,
    until: datetime,
) -> Iterator[tuple[datetime, int]]:
    """(moment, games that wait then) of the polls that these games will take, the last at `until`.

    A game counts as told by the first poll after its usual length.
    """
    waiting = sorted(unresolved)
    while (due := poll_due_at(waiting, last_poll, now, polling)) is not None and due <= until:
        yield due, sum(start <= due for start in waiting)
        waiting = [start for start in waiting if due < start + USUAL_LENGTH]
        last_poll = now = due


def _later(first: datetime, last_poll: datetime | None, polling: Polling) -> datetime:
    """Once the first game is surely over, and then with the pause of this polling."""
    pause = DAILY_EVERY if polling is Polling.DAILY else RESULTS_EVERY
    due = first + (SOONEST_END + pause if polling is Polling.DAILY else pause)
    if last_poll is None:
        return due
    return max(due, last_poll + (pause if last_poll >= due else _SOONEST_AGAIN))
