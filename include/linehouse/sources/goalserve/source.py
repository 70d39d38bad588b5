"""Goalserve: schedules and scores of any league and season.

Endpoints: `/getfeed/{key}/bsktbl/nba-shedule` (sic), `/bsktbl/nba-scores`, `/baseball/mlb_shedule`,
`/baseball/usa` and their like (`goalserve_leagues`), with `json=1`.
Grain: one game with its score by quarters or innings.
Cadence: scores while games are on; schedules daily; whole seasons for history, a request a second.
Key: part of the path (`GOALSERVE_KEY`), so a request's path has `{key}` in its place, which is
filled in when it is sent. Some feeds are served only to addresses that were registered.
Cost: none that is counted. Terms of use: a paid plan of the vendor. Its odds are not asked for:
nothing tells reliably what their shape is.
"""

import contextlib
import gzip
import io
import zlib
from collections.abc import Mapping
from datetime import date, timedelta

from linehouse.days import EASTERN
from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Asking, Payload, Request
from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    RateLimitedError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.goalserve.feeds import parse_feed
from linehouse.sources.goalserve.leagues import LEAGUES, League, league_of
from linehouse.sources.past_feed import PastFeed
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Parsed

SANDBOX_KEY = "sandbox-goalserve"
SANDBOX_PREFIX = "/goalserve"
FEED_PATH = "/getfeed/{key}/"
DAYS_BACK, DAYS_AHEAD = 1, 3
_GZIP = b"\x1f\x8b"
LARGEST_BYTES = 1 << 28
"""Of an answer once it is unpacked; a season has a few million."""


class Goalserve:
    """What to ask Goalserve, and how to read its answers."""

    name = "goalserve"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {"schedule": "goalserve", "scores": "goalserve"}
    sports = tuple(LEAGUES)
    kinds: Mapping[str, tuple[str, ...]] = {
        "scores": ("scores",),
    }
    past_feeds = (PastFeed("schedule", "month"),)
    may_be_empty = frozenset(payload_tables)
    """A slate without games is a league without matches."""
    key_in_path = True
    pause_seconds = 1.0

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The schedule from the day before the slate to three days after it, and current scores."""
        if asking.sport_key not in LEAGUES:
            return []
        first = asking.day_et - timedelta(days=DAYS_BACK)
        wanted = [
            self.schedule_request(
                asking.sport_key, first=first, last=asking.day_et + timedelta(days=DAYS_AHEAD)
            ),
            self.scores_request(asking.sport_key),
        ]
        return [request for request in wanted if feed in (None, request.feed)]

    def schedule_request(
        self, league: str, *, first: date | None = None, last: date | None = None
    ) -> Request:
        """Games of a league (a sport key) from `first` to `last`, both in it, of any season.

        Raises `BadRequestError` for a league that there is not.
        """
        found = _league(league)
        params = {"json": "1"}
        for name, day in (("date1", first), ("date2", last)):
            if day is not None:
                params[name] = vendor_day(day)
        return Request(self.name, "schedule", FEED_PATH + found.schedule, params, sport_key=league)

    def past_requests(self, feed: str, sport_key: str, first: date, last: date) -> list[Request]:
        """The schedule of these days. Raises `BadRequestError`."""
        return [self.schedule_request(sport_key, first=first, last=last)]

    def scores_request(self, league: str, day: date | None = None) -> Request:
        """Scores of the current day, or of another. Raises `BadRequestError`."""
        params = {"json": "1"} | ({"date": vendor_day(day)} if day is not None else {})
        return Request(
            self.name, "scores", FEED_PATH + _league(league).scores, params, sport_key=league
        )

    def base_url(self, mode: Mode | None = None) -> str:
        """Address before a request's path; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.goalserve_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """The key under `key`, for the place of that name in the path: the user's in live mode
        only. Raises `BadKeyError`."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return {"key": SANDBOX_KEY}
        if settings.goalserve_key is None or not settings.goalserve_key.get_secret_value():
            raise BadKeyError("Goalserve needs a key: set GOALSERVE_KEY")
        return {"key": settings.goalserve_key.get_secret_value()}

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise the `SourceError` that an answer stands for; return for one that holds data."""
        if status == 200:
            return
        with contextlib.suppress(UnreadablePayloadError):
            body = unzipped(body)
        text = f"Goalserve answered {status}: {body[:200].decode('utf-8', 'replace').strip()}"
        if status == 429:
            raise RateLimitedError(text)
        if status in (401, 403):
            raise BadKeyError(f"{text} (or this address is not registered with the vendor)")
        if 400 <= status < 500 and status != 408:
            raise BadRequestError(text)
        raise UpstreamUnavailableError(text)

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """Nothing is counted."""
        return {}

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload; a pure function of it. A schedule of days that are over is history.

        Raises `UnreadablePayloadError` or `DriftedSchemaError`.
        """
        if payload.feed not in self.payload_tables:
            raise ValueError(f"{self.name} has no feed {payload.feed!r}")
        parsed = parse_feed(read_json(unzipped(payload.body)), payload.sport_key)
        last = payload.params.get("date2") or payload.params.get("date")
        if last and payload.observed_at is not None:
            today = payload.observed_at.astimezone(EASTERN).date()
            parsed.historical = _read_day(last) < today
        return parsed


SOURCE = Goalserve()


def vendor_day(day: date) -> str:
    """A day as the vendor writes it: `27.05.2026`."""
    return day.strftime("%d.%m.%Y")


def unzipped(body: bytes) -> bytes:
    """The body, where it came compressed without saying so."""
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            found = file.read(LARGEST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadablePayloadError(f"compressed, and cannot be opened: {error}") from error
    if len(found) > LARGEST_BYTES:
        raise UnreadablePayloadError(f"compressed, and holds more than {LARGEST_BYTES:,} bytes")
    return found


def _read_day(text: str) -> date:
    day, month, year = (int(part) for part in text.split("."))
    return date(year, month, day)


def _league(sport_key: str) -> League:
    league = league_of(sport_key)
    if league is None:
        raise BadRequestError(f"no league of {sport_key}; there are {', '.join(LEAGUES)}")
    return league
