"""How often a game is looked at, by the hours until its start.

Everything is elapsed time between instants: a change of the clocks moves nothing.
"""

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


def due_at(
    start: datetime, last_fetch: datetime | None, now: datetime, lookahead: timedelta
) -> datetime | None:
    """When a game asks for its next fetch, at the earliest `now`; None where its start comes first.

    `last_fetch` is the last look at it, None where there was none.
    """
    for tier in reversed(TIERS):
        opens = (
            start - lookahead
            if tier.to_hours is None
            else start - min(timedelta(hours=tier.to_hours), lookahead) + _ENTRY
        )
        due = max(now, opens, last_fetch + tier.every if last_fetch is not None else opens)
        closes = start - timedelta(hours=tier.from_hours)
        if due < closes or (due == closes and tier.from_hours):
            return due
    return None
