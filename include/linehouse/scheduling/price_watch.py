"""Looks at a cheap source all the time and fires when a price of a coming game really changed.

Off unless `WATCH_PRICES` is set. What it sees is not landed: it is the bell, the run that it starts
fetches. A first look fires nothing, nor does a book's new time stamp, a new game or a game that
begins; only a price or a point that differs from the one before, or that is gone or back.

An upstream that fails is looked at ever less often, one that asks for a pause gets it, and the
circuit breaker holds here as it does for landing.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from linehouse.settings import Mode, get_settings

log = logging.getLogger(__name__)

RUN_ID = "watch"
LONGEST_REST_SECONDS = 600.0
"""An upstream that fails is looked at so often at least, where it does not ask for more."""
MOST_DOUBLINGS = 10

Line = tuple[str, str, str, str]
"""Event, bookmaker, market, outcome."""
Prices = Mapping[Line, tuple[str | None, str | None]]
"""(price, point) of every line of the games that are to come."""


class Look:
    """Looks at one feed of one source for one sport; keeps what it saw last."""

    def __init__(self, mode: Mode, source: str, feed: str, sport_key: str) -> None:
        self.mode, self.source, self.feed, self.sport_key = mode, source, feed, sport_key
        self._etags: dict[str, str] = {}
        self._bodies: dict[str, Prices] = {}
        self._last: Prices | None = None
        self._failures = 0
        self._rests_until = 0.0

    @property
    def rests(self) -> bool:
        """Whether it is not to look yet."""
        return time.monotonic() < self._rests_until

    def rest_after(self, error: Exception, seconds: float) -> float:
        """Note a failure; how many seconds it rests, `seconds` being the usual pause."""
        from linehouse.sources.errors import CircuitOpenError, RateLimitedError

        self._failures += 1
        rest = min(seconds * 2 ** min(self._failures, MOST_DOUBLINGS), LONGEST_REST_SECONDS)
        if isinstance(error, RateLimitedError):
            rest = max(rest, error.retry_after_seconds or 0.0)
        if isinstance(error, CircuitOpenError) and error.until is not None:
            rest = max(rest, (error.until - datetime.now(UTC)).total_seconds())
        self._rests_until = max(self._rests_until, time.monotonic() + rest)
        return rest

    def rests_with(self, other: "Look") -> None:
        """Rest as long as another one does."""
        self._rests_until = max(self._rests_until, other._rests_until)

    def changed(self) -> bool:
        """Ask once; whether a price that was seen before is another now.

        Raises: the `SourceError` that fits an answer without data, or says that nothing was sent.
        """
        prices = self._ask()
        self._failures = 0
        before, self._last = self._last, prices
        if before is None:
            return False
        events = {line[0] for line in prices}
        known = {line: told for line, told in before.items() if line[0] in events}
        events_before = {line[0] for line in before}
        now = {line: told for line, told in prices.items() if line[0] in events_before}
        return known != now

    def _ask(self) -> Prices:
        from linehouse import clock
        from linehouse.days import eastern_day
        from linehouse.sources.base import Asking

        now = clock.now(self.mode)
        source = _source(self.source)
        prices: dict[Line, tuple[str | None, str | None]] = {}
        for request in source.requests(Asking(self.sport_key, now, eastern_day(now)), self.feed):
            prices |= self._prices_of(source, request, now)
        return prices

    def _prices_of(self, source: Any, request: Any, now: datetime) -> Prices:
        from dataclasses import replace

        from linehouse.batches import canonical_request
        from linehouse.landing.fetch import FetchPolicy
        from linehouse.landing.unlanded import ask
        from linehouse.sources.base import Payload

        what = canonical_request(request.path, request.params)
        if what in self._etags:
            headers = {**request.headers, "if-none-match": self._etags[what]}
            request = replace(request, headers=headers)
        answer = ask(
            request,
            source,
            mode=self.mode,
            run_id=RUN_ID,
            policy=FetchPolicy(total_seconds=30.0, retries=0),
            has_failed=self._failures > 0,
        )
        if answer.status == 304 and what in self._bodies:
            return self._bodies[what]
        if answer.failure is not None:
            raise answer.failure
        parsed = source.parse(
            Payload(
                source.name,
                request.feed,
                answer.body,
                now,
                sport_key=request.sport_key,
                params=dict(request.params),
                headers=dict(answer.headers),
                status=answer.status,
                url=answer.url,
            )
        )
        coming = {
            game.source_event_id
            for game in parsed.games
            if game.commence_at is not None and game.commence_at > now
        }
        self._bodies[what] = {
            (line.source_event_id, line.bookmaker, line.market, line.outcome): (
                line.price,
                line.point,
            )
            for line in parsed.lines
            if line.source_event_id in coming and line.label != "open"
        }
        self._etags.pop(what, None)
        if "etag" in answer.headers:  # of what could be read: a drifted answer is asked for again
            self._etags[what] = answer.headers["etag"]
        return self._bodies[what]

    def refusal(self) -> str | None:
        """Why this is not looked at all the time: there is no such source or feed, the source is
        off, or its answers cost credits that no plan has counted (not so in the sandbox)."""
        from linehouse import clock
        from linehouse.days import eastern_day
        from linehouse.sources.availability import off_because
        from linehouse.sources.base import Asking

        wrong = misspelt(self.source, self.feed)
        if wrong is not None or self.mode is Mode.SANDBOX:
            return wrong
        source = _source(self.source)
        off = off_because(source, self.mode)
        if off is not None:
            return off
        now = clock.now(self.mode)
        asking = Asking(self.sport_key, now, eastern_day(now))
        cost = getattr(source, "cost", None)
        if cost and any(cost(request) for request in source.requests(asking, self.feed)):
            return f"each look at {self.feed} of {self.source} costs credits; watch a free source"
        return None


class PriceChangeTrigger(BaseEventTrigger):
    """Fires with the sports whose prices changed; `payload`: mode, source, feed, sport_keys."""

    def __init__(self, mode: str, source: str, feed: str, seconds: float) -> None:
        super().__init__()
        self.mode, self.source, self.feed, self.seconds = mode, source, feed, seconds
        self._looks: list[Look] = []

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """As the triggerer keeps it."""
        return (
            "linehouse.scheduling.price_watch.PriceChangeTrigger",
            {
                "mode": self.mode,
                "source": self.source,
                "feed": self.feed,
                "seconds": self.seconds,
            },
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look for ever; an upstream that fails is looked at again after a rest."""
        self._looks = looks = [
            Look(Mode(self.mode), self.source, self.feed, sport_key)
            for sport_key in get_settings().sports
        ]
        for look in list(looks):
            if (reason := await asyncio.to_thread(look.refusal)) is not None:
                log.error("%s is not watched: %s", look.source, reason)
                looks.remove(look)
        while True:
            changed = [look.sport_key for look in looks if await self._changed(look)]
            if changed:
                yield TriggerEvent(
                    {
                        "mode": self.mode,
                        "source": self.source,
                        "feed": self.feed,
                        "sport_keys": changed,
                    }
                )
            await asyncio.sleep(self.seconds)

    async def _changed(self, look: Look) -> bool:
        from linehouse.sources.errors import RateLimitedError

        if look.rests:
            return False
        try:
            return await asyncio.to_thread(look.changed)
        except Exception as error:  # a watcher that dies is never started again
            rest = look.rest_after(error, self.seconds)
            if isinstance(error, RateLimitedError):  # it is said to whoever asks this source
                for other in self._looks:
                    other.rests_with(look)
            log.warning(
                "No look at %s %s of %s for %.0f s: %s: %s",
                look.source,
                look.feed,
                look.sport_key,
                rest,
                type(error).__name__,
                error,
            )
            return False


def misspelt(source: str, feed: str) -> str | None:
    """Why WATCH_PRICES_SOURCE or WATCH_PRICES_FEED names nothing that can be watched, or None."""
    from linehouse.sources.availability import http_source

    try:
        there = http_source(source).payload_tables
    except KeyError as error:
        return f"WATCH_PRICES_SOURCE: {error.args[0]}"
    if feed not in there:
        return f"WATCH_PRICES_FEED: {source} has no feed {feed!r}; there are {', '.join(there)}"
    return None


def _source(name: str) -> Any:
    """The source that is watched. Raises `KeyError`."""
    from linehouse.sources import registry

    return registry.get(name)
