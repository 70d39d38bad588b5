"""ESPN's site API: scoreboards with DraftKings' prices, and injury reports. Undocumented.

Endpoints: `/apis/site/v2/sports/{basketball/nba|baseball/mlb}/scoreboard|injuries`.
Grain: one event of the slates asked for, and while it is `pre` one price of one outcome of one
market at one book, with its opening price; one report on one player.
Cadence: every few minutes on a day with games; injuries twice a day. Nothing tells when a price
changed: the time of the fetch stands. What the source calls `close` is the current price.
Key: none. Cost: none; bursts are refused with 403 or 429.
Terms of use: a public site's own API, without a promise; a few requests a run, with pauses.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Asking, Payload, Request
from linehouse.sources.errors import (
    BadRequestError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.espn.injuries import parse_injuries
from linehouse.sources.espn.scoreboard import parse_scoreboard
from linehouse.sources.past_feed import PastFeed
from linehouse.sources.reading.retry_after import retry_after_of
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Parsed

SANDBOX_PREFIX = "/espn"
PATHS = {
    "basketball_nba": "/apis/site/v2/sports/basketball/nba",
    "baseball_mlb": "/apis/site/v2/sports/baseball/mlb",
}
MOST_EVENTS = 300
"""Above any two days of a league; without it the answer is cut at 100."""


class Espn:
    """What to ask ESPN, and how to read its answers."""

    name = "espn"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {
        "scoreboard": "espn_scoreboard",
        "injuries": "espn_injuries",
    }
    sports = tuple(PATHS)
    kinds: Mapping[str, tuple[str, ...]] = {
        "odds": ("scoreboard",),
        "scores": ("scoreboard",),
        "injuries": ("injuries",),
    }
    past_feeds = (PastFeed("scoreboard"),)
    may_be_empty = ("scoreboard", "injuries")
    """A day without games; a league without a report (in the off-season)."""
    timeout_seconds = 20.0
    pause_seconds = 0.5

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The slate and the one before it (its last games end after midnight) in one answer, and
        the injuries of the league."""
        path = PATHS.get(asking.sport_key)
        if path is None:
            return []
        first = asking.day_et - timedelta(days=1)
        wanted = [
            Request(
                self.name,
                "scoreboard",
                f"{path}/scoreboard",
                {"dates": f"{first:%Y%m%d}-{asking.day_et:%Y%m%d}", "limit": str(MOST_EVENTS)},
                sport_key=asking.sport_key,
            ),
            Request(self.name, "injuries", f"{path}/injuries", sport_key=asking.sport_key),
        ]
        return [request for request in wanted if feed in (None, request.feed)]

    def base_url(self, mode: Mode | None = None) -> str:
        """Address before a request's path; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.espn_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """None: there is no key."""
        return {}

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise the `SourceError` that an answer stands for; an error object counts also where it
        comes with 200."""
        code, message = _error_body(body)
        if status == 200 and code is None:
            return
        raise _error(code if status == 200 and code else status, message, headers)

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """Nothing: there are no such headers."""
        return {}

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload; a pure function of it.

        Raises `UnreadablePayloadError` (not JSON, or an error object) or `DriftedSchemaError`.
        """
        if payload.feed not in self.payload_tables:
            raise ValueError(f"{self.name} has no feed {payload.feed!r}")
        document = read_json(payload.body)
        if isinstance(document, dict) and "code" in document and "message" in document:
            raise UnreadablePayloadError(f"an error object, no data: {str(document)[:200]}")
        if payload.feed == "injuries":
            return parse_injuries(document, payload.sport_key)
        return parse_scoreboard(document, payload.sport_key)


SOURCE = Espn()


def _error_body(body: bytes) -> tuple[int | None, str]:
    """`code` and `message` of an error object; without one, no code and the body's start."""
    start = body[:200].decode("utf-8", "replace")
    if b'"code"' not in body[:2000]:
        return None, start
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None, start
    if isinstance(document, dict) and "message" in document and "events" not in document:
        code = document.get("code")
        return (code if isinstance(code, int) else 500), str(document["message"])[:300]
    return None, start


def _error(status: int, message: str, headers: Mapping[str, str]) -> SourceError:
    text = f"ESPN answered {status}: {message}"
    if status in (403, 429):  # there is no key that could be wrong: a burst was refused
        return RateLimitedError(text, retry_after_of(headers))
    if 400 <= status < 500 and status != 408:
        return BadRequestError(text)
    return UpstreamUnavailableError(text)
