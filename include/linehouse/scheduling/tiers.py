"""How often a game is looked at, by the hours until its start.

Everything is elapsed time between instants: a change of the clocks moves nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Tier:
    """A span of hours before the start, and the longest pause between two fetches in it."""

    name: str
    from_hours: float
    """The near end, included."""
    to_hours: float | None
    """The far end, not included; None: as far as the lookahead goes."""
    every: timedelta


TIERS = (
    Tier("closing", 0, 3, timedelta(minutes=30)),
    Tier("pregame", 3, 12, timedelta(hours=3)),
    Tier("sharp", 12, 24, timedelta(hours=12)),
    Tier("early", 24, 72, timedelta(hours=24)),
    Tier("opening", 72, None, timedelta(hours=48)),
)
"""Nearest first, which is also the order in which credits go to them."""
NAMES = tuple(tier.name for tier in TIERS)
_ENTRY = timedelta(seconds=1)
"""The far end of a tier belongs to the one before it."""


def hours_until(start: datetime, at: datetime) -> float:
    """Hours from a moment to a start, negative after it."""
    return (start - at).total_seconds() / 3600


def tier_of(start: datetime, at: datetime, lookahead: timedelta | None = None) -> Tier | None:
    """The tier of a game at a moment; None once it has begun, or beyond the lookahead."""
    left = start - at
    if left <= timedelta() or (lookahead is not None and left > lookahead):
        return None
    hours = left.total_seconds() / 3600
    return next(tier for tier in TIERS if tier.to_hours is None or hours < tier.to_hours)


def due_of(
    starts: Sequence[datetime], last_fetch: datetime | None, now: datetime, lookahead: timedelta
) -> datetime | None:
    """When the first of these games asks for its next fetch, at the earliest `now`.

    `starts` are in order; `last_fetch` is the last look at all of them, None where there was none.
    None: every start comes before its next fetch, or there is no game.
    """
    dues = []
    for tier in TIERS:
        begins = lookahead if tier.to_hours is None else timedelta(hours=tier.to_hours)
        ends = timedelta(hours=tier.from_hours)
        if lookahead <= ends:
            continue
        earliest = now if last_fetch is None else max(now, last_fetch + tier.every)
        cut = bisect_left if tier.from_hours else bisect_right
        position = cut(starts, earliest + ends)
        if position < len(starts):
            entry = _ENTRY if tier.to_hours is not None else timedelta()
            dues.append(max(earliest, starts[position] - min(begins, lookahead) + entry))
    return min(dues, default=None)


def nearest(
    starts: Sequence[datetime], at: datetime, lookahead: timedelta
) -> tuple[Tier | None, int]:
    """The nearest tier that has games at a moment, and how many; `starts` are in order."""
    first = bisect_right(starts, at)
    tier = tier_of(starts[first], at, lookahead) if first < len(starts) else None
    if tier is None:
        return None, 0
    ends = at + (lookahead if tier.to_hours is None else timedelta(hours=tier.to_hours))
    return tier, bisect_left(starts, ends) - first
