"""Land what one source has to tell now: lists first, then what is asked event by event."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import psycopg

from linehouse import clock, database
from linehouse.batches import canonical_request
from linehouse.days import EASTERN, eastern_day
from linehouse.landing import figures
from linehouse.landing.fetch import FetchPolicy
from linehouse.landing.known_events import known_events
from linehouse.landing.over_http import DEFAULT_POLICY, land
from linehouse.scheduling.event_odds import within_credits
from linehouse.sentences import each_once
from linehouse.settings import Mode
from linehouse.sources.availability import http_source, off_because, sports_of
from linehouse.sources.base import Asking, HttpSource, Request
from linehouse.sources.errors import (
    CircuitOpenError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.feeds import figures_of

log = logging.getLogger(__name__)

BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
"""What the database says when two processes want one request."""
LATE_GAMES_HOUR_ET = 6
"""Until this hour games of the day before may still be played: that slate is asked about too."""

Progress = Callable[[int, int], None]
"""Told how many requests are done, of how many known so far."""


@dataclass(frozen=True)
class Failure:
    """A request that brought nothing."""

    what: str
    error: SourceError

    @property
    def sentence(self) -> str:
        """What was asked, and why it failed."""
        return f"{self.what}: {self.error}"


@dataclass
class SourceLanding:
    """What became of the requests of one source in one run."""

    source: str
    off: str | None = None
    """Why nothing was asked; None for a source that is on."""
    batch_ids: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    requests: int = 0
    rows: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> list[str]:
        """A sentence for each request that failed or was not sent."""
        return [failure.sentence for failure in self.failures]

    def raise_failure(self) -> None:
        """Raise one error for all that failed, of a type that is worth a repetition if one of them
        is; return where nothing failed."""
        if not self.failures:
            return
        errors = [failure.error for failure in self.failures]
        worth = [e for e in errors if isinstance(e, UpstreamUnavailableError | RateLimitedError)]
        raised = type((worth or errors)[0])(each_once(self.failed))
        if isinstance(raised, RateLimitedError):
            pauses = [getattr(error, "retry_after_seconds", None) or 0.0 for error in worth]
            raised.retry_after_seconds = max(pauses) or None
        raise raised


def land_source(
    mode: Mode | str,
    source_name: str,
    run_key: str,
    feeds: Sequence[str] | None = None,
    sports: Sequence[str] | None = None,
    day: date | None = None,
    *,
    among: Collection[str] | None = None,
    now: datetime | None = None,
    policy: FetchPolicy = DEFAULT_POLICY,
    seconds: float | None = None,
    before: Sequence[Request] = (),
    on_progress: Progress | None = None,
) -> SourceLanding:
    """Ask a source about these feeds, sports and this Eastern day; without them all current feeds,
    the configured sports and today. A source that is off is not asked: the result says why.

    Figures of events that are over are asked once about each, where neither feeds nor a day are
    named (`linehouse.landing.figures`); for them alone yesterday counts too.

    Each request is on its own: one that fails does not stop the others, unless the upstream did not
    answer at all, which ends the turn of its feed. `seconds` is how long all of it may take; what
    is left then is not sent, and said to have failed.

    `among`: of the current feeds, those alone (a feed by its name can be asked for more: a whole
    season's results). Requests `before` (of the past) go first, and their time does not count.

    Raises:
        KeyError: no source of that name is asked over HTTP.
        ValueError: the source has no such feed.
        SandboxUnreachableError: the clock of the sandbox does not answer.
    """
    mode = Mode(mode)
    source = http_source(source_name)
    if unknown := set(feeds or ()) - set(source.payload_tables):
        raise ValueError(
            f"{source_name} has no feed {', '.join(sorted(unknown))}; there are "
            f"{', '.join(source.payload_tables)}"
        )
    result = SourceLanding(source_name, off=off_because(source, mode))
    if result.off is not None:
        log.info("%s is off: %s", source_name, result.off)
        return result
    began = time.monotonic()
    moment = now or clock.now(mode)
    covered = sports_of(source, tuple(sports) if sports is not None else None)
    askings = [
        Asking(sport_key, moment, slate)
        for sport_key in covered
        for slate in ([day] if day is not None else _slates(mode, source, sport_key, moment))
    ]
    each_once = figures_of(source) if feeds is None and day is None else frozenset()
    turn = _Turn(source, mode, run_key, policy_of(source, policy), result, on_progress)
    turn.among = among
    turn.left_out = each_once
    lists = turn.wanted(askings, feeds)
    turn.planned += len(before)
    turn.send(before)
    turn.policy = policy_of(source, policy, seconds)
    turn.send(lists)
    of_events = turn.wanted(_with_events(mode, source_name, askings), feeds)
    turn.send(within_credits(mode, of_events))
    turn.left_out = frozenset()
    for feed, asking in _figures(mode, source, covered, moment) if each_once else ():
        turn.send(turn.wanted([asking], [feed]))
    result.seconds = round(time.monotonic() - began, 2)
    log.info(
        "%s: %d requests, %d rows, %d failed, %.1f s",
        source_name,
        result.requests,
        result.rows,
        len(result.failures),
        result.seconds,
    )
    return result


def slates(now: datetime) -> list[date]:
    """The Eastern days whose games can be on: today, and yesterday until the morning."""
    today = eastern_day(now)
    if now.astimezone(EASTERN).hour < LATE_GAMES_HOUR_ET:
        return [today - timedelta(days=1), today]
    return [today]


def policy_of(
    source: HttpSource, policy: FetchPolicy = DEFAULT_POLICY, seconds: float | None = None
) -> FetchPolicy:
    """The policy with what the source says of itself (`timeout_seconds`, `retries`), and a deadline
    `seconds` from now."""
    timeout = getattr(source, "timeout_seconds", None)
    if timeout is not None:
        policy = replace(
            policy,
            connect_seconds=min(policy.connect_seconds, timeout),
            read_seconds=min(policy.read_seconds, timeout),
            total_seconds=min(policy.total_seconds, timeout),
        )
    retries = min(policy.retries, getattr(source, "retries", policy.retries))
    deadline = time.monotonic() + seconds if seconds is not None else policy.deadline
    return replace(policy, retries=retries, deadline=deadline)


class _Turn:
    """The requests of one source, one after another."""

    def __init__(
        self,
        source: HttpSource,
        mode: Mode,
        run_key: str,
        policy: FetchPolicy,
        result: SourceLanding,
        on_progress: Progress | None,
    ) -> None:
        self.source = source
        self.mode = mode
        self.run_key = run_key
        self.policy = policy
        self.result = result
        self.on_progress = on_progress
        asked_for = float(getattr(source, "pause_seconds", 0.0))
        self.pause = 0.0 if mode is Mode.SANDBOX else asked_for  # the simulator needs none
        self.asked: set[tuple[str, str]] = set()
        self.among: Collection[str] | None = None
        self.left_out: frozenset[str] = frozenset()
        self.planned = 0
        self.done = 0
        self.silent: dict[str, str] = {}
        """Feeds whose turn is over, each with why."""

    def wanted(self, askings: Iterable[Asking], feeds: Sequence[str] | None) -> list[Request]:
        """What the source wants to ask and has not asked yet."""
        wanted = []
        for request in self._requests(askings, feeds):
            key = (request.feed, canonical_request(request.path, request.params))
            is_meant = self.among is None or request.feed in self.among
            if is_meant and request.feed not in self.left_out and key not in self.asked:
                self.asked.add(key)
                wanted.append(request)
        self.planned += len(wanted)
        return wanted

    def _requests(
        self, askings: Iterable[Asking], feeds: Sequence[str] | None
    ) -> Iterator[Request]:
        for asking in askings:
            for feed in feeds if feeds is not None else (None,):
                try:
                    yield from self.source.requests(asking, feed)
                except SourceError as error:
                    what = f"what to ask {self.source.name} about {asking.sport_key}"
                    self.result.failures.append(Failure(what, error))

    def send(self, requests: Sequence[Request]) -> None:
        """Land each; failures are noted."""
        for request in requests:
            what = _in_words(self.source.name, request)
            try:
                self._send(request)
            except BUSY as error:  # of this request; a server that is lost ends them all
                busy = UpstreamUnavailableError(f"another process has it: {type(error).__name__}")
                log.warning("%s: %s", what, busy)
                self.result.failures.append(Failure(what, busy))
            except SourceError as error:
                log.warning("%s: %s", what, error)
                self.result.failures.append(Failure(what, error))
                if getattr(error, "silent", False) or isinstance(error, CircuitOpenError):
                    self.silent[request.feed] = str(error)
            self.done += 1
            if self.on_progress:
                self.on_progress(self.done, self.planned)

    def _send(self, request: Request) -> None:
        if request.feed in self.silent:
            raise CircuitOpenError(f"not sent after {self.silent[request.feed]}")
        if self.policy.remaining_seconds() <= 0.0:
            raise UpstreamUnavailableError("not sent: the time for this source was over")
        if self.result.requests and self.pause:
            time.sleep(self.pause)
        self.result.requests += 1
        landed = land(
            request,
            self.source,
            mode=self.mode,
            run_key=self.run_key,
            policy=self.policy,
            heed_circuit=True,
        )
        self.result.batch_ids.append(str(landed.batch_id))
        self.result.rows += landed.row_count


def _slates(mode: Mode, source: HttpSource, sport_key: str, now: datetime) -> list[date]:
    """As `slates`, and yesterday until the source has told how its events ended."""
    found = slates(now)
    yesterday = eastern_day(now) - timedelta(days=1)
    if yesterday in found or not figures_of(source):
        return found
    with database.connect(mode, autocommit=True) as connection:
        is_open = figures.yesterday_is_open(connection, source, sport_key, now)
    return [yesterday, *found] if is_open else found


def _figures(
    mode: Mode, source: HttpSource, sports: Sequence[str], now: datetime
) -> list[tuple[str, Asking]]:
    with database.connect(mode, autocommit=True) as connection:
        return [
            one
            for sport_key in sports
            for one in figures.askings(connection, source, sport_key, now)
        ]


def _with_events(mode: Mode, source: str, askings: Sequence[Asking]) -> list[Asking]:
    with database.connect(mode, autocommit=True) as connection:
        return [
            replace(
                asking, events=known_events(connection, source, asking.sport_key, asking.day_et)
            )
            for asking in askings
        ]


def _in_words(source: str, request: Request) -> str:
    of_sport = f" of {request.sport_key}" if request.sport_key else ""
    at = f" at {request.params['date']}" if "date" in request.params else ""
    return f"{source} {request.feed}{of_sport}{at}"
