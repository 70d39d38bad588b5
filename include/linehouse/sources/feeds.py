"""What kinds of data a source's feeds bring, and how often each is worth asking for.

Which feeds bring a kind each source declares itself (`kinds`), as it does the exceptions
(`cadences`) and the feeds that are asked once about each event (`figures`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from linehouse.days import eastern_day
from linehouse.sources.base import Asking, HttpSource, Source
from linehouse.sources.errors import SourceError

CADENCES: Mapping[str, timedelta] = {
    "odds": timedelta(minutes=30),
    "splits": timedelta(minutes=15),
    "scores": timedelta(minutes=10),
    "injuries": timedelta(hours=12),
    "stats": timedelta(days=1),
}
"""Every kind, and how often it is worth asking for while games are near. A feed of several kinds
follows the most frequent of them."""
QUIET = timedelta(hours=6)
"""How often scores, splits and odds are worth asking for while no game is near."""
NEAR = {"odds", "splits", "scores"}
OTHERWISE = timedelta(days=1)


def kinds_of(source: Source, feed: str) -> tuple[str, ...]:
    """The kinds that a feed brings; none for one that only leads to others."""
    return tuple(kind for kind in CADENCES if feed in feeds_of(source, kind))


def feeds_of(source: Source, kind: str) -> tuple[str, ...]:
    """The feeds of a source that bring this kind. Raises `KeyError` for an unknown kind."""
    if kind not in CADENCES:
        raise KeyError(kind)
    declared: Mapping[str, tuple[str, ...]] = getattr(source, "kinds", {})
    return declared.get(kind, ())


def figures_of(source: Source) -> frozenset[str]:
    """The feeds that are asked once about each event, when it is over: they follow the events, not
    a cadence."""
    return frozenset(getattr(source, "figures", ()))


def asked_by_itself(source: HttpSource, sport_key: str, now: datetime) -> frozenset[str]:
    """The feeds that every run asks which names none: not those that are asked by name, about the
    past, or about single events."""
    try:
        requests = source.requests(Asking(sport_key, now, eastern_day(now)))
    except SourceError:
        return frozenset()
    return frozenset(request.feed for request in requests)


def planned_of(source: Source) -> frozenset[str]:
    """The feeds that follow the plan of a quota instead of a cadence."""
    return frozenset(getattr(source, "planned", ()))


def cadence(source: Source, feed: str, *, games_near: bool = True) -> timedelta:
    """How often a feed is worth asking for; the source's own `cadences` go first."""
    own: Mapping[str, timedelta] = getattr(source, "cadences", {})
    kinds = kinds_of(source, feed)
    every = own.get(feed) or min((CADENCES[kind] for kind in kinds), default=OTHERWISE)
    if games_near or not NEAR.intersection(kinds):
        return every
    return max(every, QUIET)
