"""Where a game stands, by what its sources say and by the clock.

A game goes scheduled, live, final; or postponed, suspended, cancelled. Only scheduled games are
fetched for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

SCHEDULED, LIVE, FINAL = "scheduled", "live", "final"
POSTPONED, SUSPENDED, CANCELLED = "postponed", "suspended", "cancelled"
CALLED_OFF = (CANCELLED, POSTPONED, SUSPENDED)
OVERRULED_AFTER = timedelta(hours=6)
"""A game that is on a list so long after a source called it off is on again."""


@dataclass(frozen=True)
class Claim:
    """What one source said last about a game."""

    source: str
    observed_at: datetime
    commence_at: datetime | None
    state: str | None = None
    completed: bool | None = None
    has_score: bool = False
    told_at: datetime | None = None
    """When state, completion and score were seen; they can be older than the last sight."""


@dataclass(frozen=True)
class State:
    """A game's state and why."""

    state: str
    evidence: str


def state_of(
    claims: Iterable[Claim], now: datetime, listed_at: Mapping[str, datetime] | None = None
) -> State:
    """The state that the claims give at a moment.

    `listed_at`: by source, when its newest list of all games was seen. A game that a newer list
    leaves out before its start was called off; that much is known, and counts as postponed.
    """
    known = sorted(claims, key=lambda claim: claim.observed_at)
    for claim in known:
        if claim.completed or claim.state == FINAL:
            return State(FINAL, f"{claim.source} tells the result")
    start = start_of(known)
    sights = [claim.observed_at for claim in known if claim.state not in CALLED_OFF]
    last_sight = max(sights, default=None)
    for state in CALLED_OFF:
        for claim in known:
            told = claim.told_at or claim.observed_at
            if claim.state == state and not (
                last_sight and last_sight - told > OVERRULED_AFTER and start and start > now
            ):
                return State(state, f"{claim.source} says so")
    for claim in known:
        if claim.state == LIVE or (claim.has_score and claim.completed is False):
            return State(LIVE, f"{claim.source} tells a running score")
    if start is None:
        return State(SCHEDULED, "no source tells its start")
    for claim in known:
        newest = (listed_at or {}).get(claim.source)
        if newest is not None and claim.observed_at < newest < start and claim is known[-1]:
            return State(POSTPONED, f"{claim.source} lists it no more since {newest:%d %b %H:%MZ}")
    if start <= now:
        return State(LIVE, "its start has passed")
    return State(SCHEDULED, "its start is to come")


def start_of(claims: Iterable[Claim]) -> datetime | None:
    """The start as it was told last."""
    told = [claim for claim in claims if claim.commence_at is not None]
    return max(told, key=lambda claim: claim.observed_at).commence_at if told else None
