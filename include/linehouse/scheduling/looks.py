"""Markets that are sold event by event (halves, innings): which games are looked at, and when.

Each look is one request and costs what its markets cost. So a game is looked at in the closing tier
alone: every half hour where the credits allow that for all games, else once, just before its start,
for as many games as they allow. Which those are is drawn by lot, the same at every plan: a plan
that is made anew must neither forget a game that it has chosen nor spend on the first ones all that
was meant for the week.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from linehouse.scheduling.closing import CLOSING_AGE, LEAD, NEAR_AGE

EVERY = timedelta(minutes=30)


class Listed(Protocol):
    """A game that the vendor lists."""

    @property
    def event_id(self) -> str | None: ...
    @property
    def commence_at(self) -> datetime: ...


def often(
    games: Iterable[Listed], last_looks: Mapping[str, datetime], now: datetime
) -> list[tuple[datetime, str]]:
    """(moment, event) of a look every half hour of each game's closing tier."""
    found = []
    for event, start in _listed(games):
        at = _not_before(now, start - NEAR_AGE, last_looks.get(event))
        while at < start:
            found.append((at, event))
            at += EVERY
    return found


def once(
    games: Iterable[Listed], last_looks: Mapping[str, datetime], now: datetime
) -> list[tuple[datetime, str]]:
    """(moment, event) of one look just before each start, in the order in which games are drawn;
    none where the last look is young enough already."""
    found = [
        (max(now, start - LEAD), event)
        for event, start in _listed(games)
        if event not in last_looks or start - last_looks[event] > CLOSING_AGE
    ]
    return sorted(found, key=lambda look: sha256(look[1].encode()).digest())


def _listed(games: Iterable[Listed]) -> Sequence[tuple[str, datetime]]:
    return [(game.event_id, game.commence_at) for game in games if game.event_id is not None]


def _not_before(now: datetime, tier_begins: datetime, last: datetime | None) -> datetime:
    return max(now, tier_begins, last + EVERY if last is not None else now)
