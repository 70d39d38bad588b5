"""The free requests that tell of the games of past days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from linehouse.backfill.plan import Step, cost_of, month_of
from linehouse.backfill.selection import PastGame
from linehouse.days import EASTERN
from linehouse.seasons import Seasons
from linehouse.settings import Mode
from linehouse.sources.base import Asking, HttpSource, Request
from linehouse.sources.past_feed import PastFeed


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def calendar_steps(mode: Mode, games: Iterable[PastGame]) -> tuple[list[Step], list[str]]:
    """Results of the selected games from the first free source that is on, and why some sport has
    none."""
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for game in games:
        days[game.sport_key][game.game_date_et] += 1
    steps: list[Step] = []
    without = []
    for sport_key, of_sport in sorted(days.items()):
        found = calendar_of(mode, sport_key)
        if found is None:
            without.append(f"no free source that is on tells the results of {sport_key}")
            continue
        for step in source_steps(*found, sport_key, sorted(of_sport)):
            steps.append(step)
    return steps, without


def calendar_of(mode: Mode, sport_key: str) -> tuple[HttpSource, str] | None:
    """The first free feed that tells this sport's past days and is on; None where none is."""
    from linehouse.sources import registry
    from linehouse.sources.availability import http_sources, off_because, sports_of

    sources = http_sources()
    for source in (sources[name] for name in registry.MODULES if name in sources):
        calendars = [past.feed for past in _past_feeds(source) if past.is_calendar]
        if calendars and sports_of(source, (sport_key,)) and off_because(source, mode) is None:
            return source, calendars[0]
    return None


def range_feed(source: HttpSource) -> str | None:
    """The feed of a source that tells most of a span of the past; None where it tells none."""
    return next((past.feed for past in _past_feeds(source)), None)


def _past_feeds(source: HttpSource) -> tuple[PastFeed, ...]:
    return getattr(source, "past_feeds", ())


def source_steps(
    source: HttpSource, feed: str, sport_key: str, days: Sequence[date]
) -> Iterator[Step]:
    """What a source's feed is to be asked about these days of a sport or league, each request once:
    by months or seasons where one answer tells a span, else day by day.

    Raises `BadRequestError` for a league that the source does not have.
    """
    seen = set()
    for day, request in _requests(source, feed, sport_key, days):
        what = (request.path, *sorted(request.params.items()))
        if what not in seen:
            seen.add(what)
            yield Step(request, month_of(day), cost_of(request))


def _requests(
    source: Any, feed: str, sport_key: str, days: Sequence[date]
) -> Iterator[tuple[date, Request]]:
    span = next((past.span for past in _past_feeds(source) if past.feed == feed), "day")
    if span == "day":
        for day in days:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=EASTERN)
            for request in source.requests(Asking(sport_key, noon, day), feed):
                yield day, request
        return
    seasons = Seasons.from_seeds()
    spans: dict[object, list[date]] = defaultdict(list)
    for day in days:
        named = month_of(day) if span == "month" else seasons.season_of(sport_key, day)
        spans[named].append(day)
    for of_span in spans.values():
        first, last = min(of_span), max(of_span)
        for request in source.past_requests(feed, sport_key, first, last):
            yield month_of(first), request
