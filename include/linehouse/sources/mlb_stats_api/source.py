"""MLB Stats API: schedule with line scores and probable pitchers, live feed, clubs, standings.

Endpoints: `/api/v1/schedule|teams|standings`, `/api/v1.1/game/{gamePk}/feed/live`.
Grain: one game; one club's figures in its game, or in the standings; one club.
Cadence: schedule every few minutes on a day with games; the feed of a game once, when it is over;
clubs and standings daily.
Key: none. Cost: none; at most two or three requests a second.
Terms of use: MLB's notice allows individual, non-commercial, non-bulk use. The source is off until
the user, who has read that, turns it on (`MLB_STATS_API_ENABLED`).
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Asking, Payload, Request
from linehouse.sources.errors import (
    AccessRefusedError,
    BadRequestError,
    DriftedSchemaError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.mlb_stats_api.clubs import parse_standings, parse_teams
from linehouse.sources.mlb_stats_api.feed import parse_feed
from linehouse.sources.mlb_stats_api.schedule import parse_schedule
from linehouse.sources.past_feed import PastFeed
from linehouse.sources.reading.retry_after import retry_after_of
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Parsed

SANDBOX_PREFIX = "/mlb_stats_api"
SPORT_KEY = "baseball_mlb"
DAYS_BEFORE = 3
DAYS_AHEAD = 2
"""Around the slate: as far back as others tell scores, games that were put off or resumed, starters
of the next days."""
BEGUN = ("live", "suspended", "final")
LEAGUES = "103,104"
"""American and National League."""


class MlbStatsApi:
    """What to ask the MLB Stats API, and how to read its answers."""

    name = "mlb_stats_api"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {
        "schedule": "mlb_stats_api",
        "live_feed": "mlb_stats_api",
        "teams": "mlb_stats_api",
        "standings": "mlb_stats_api",
    }
    sports = (SPORT_KEY,)
    off_until_enabled = (
        "MLB's terms allow individual, non-commercial, non-bulk use only; whoever keeps to them "
        "turns the source on with MLB_STATS_API_ENABLED=true"
    )
    kinds: Mapping[str, tuple[str, ...]] = {
        "scores": ("schedule",),
        "stats": ("teams", "standings"),
    }
    figures = frozenset({"live_feed"})
    past_feeds = (PastFeed("schedule", "month"),)
    may_be_empty = ("schedule", "standings")
    """Days without games (`dates: []`); standings before a season."""
    timeout_seconds = 30.0
    pause_seconds = 0.5

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The schedule around the slate, clubs, standings, and the feed of each game that is over.
        Those of games that are being played only where `feed` asks for live feeds alone: a feed is
        large, and the schedule tells the line scores."""
        if asking.sport_key != SPORT_KEY:
            return []
        wanted_states = BEGUN if feed == "live_feed" else ("final",)
        wanted = [
            self.schedule_request(asking),
            self._request("teams", "/api/v1/teams", {"sportId": "1"}),
            self._request(
                "standings",
                "/api/v1/standings",
                {"leagueId": LEAGUES, "season": str(asking.day_et.year)},
            ),
            *(
                self.feed_request(event.source_event_id)
                for event in asking.events
                if event.state in wanted_states
            ),
        ]
        return [request for request in wanted if feed in (None, request.feed)]

    def schedule_request(self, asking: Asking) -> Request:
        """The games of the days around a slate."""
        first = asking.day_et - timedelta(days=DAYS_BEFORE)
        return self._schedule(first, asking.day_et + timedelta(days=DAYS_AHEAD))

    def past_requests(self, feed: str, sport_key: str, first: date, last: date) -> list[Request]:
        """The games of these days; none of another league."""
        return [self._schedule(first, last)] if sport_key == SPORT_KEY else []

    def _schedule(self, first: date, last: date) -> Request:
        return self._request(
            "schedule",
            "/api/v1/schedule",
            {
                "sportId": "1",
                "startDate": first.isoformat(),
                "endDate": last.isoformat(),
                "hydrate": "linescore,probablePitcher,team",
            },
        )

    def feed_request(self, game_pk: str) -> Request:
        """One game's live feed."""
        return self._request("live_feed", f"/api/v1.1/game/{game_pk}/feed/live", {})

    def base_url(self, mode: Mode | None = None) -> str:
        """Address before a request's path; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.mlb_stats_api_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """None: there is no key."""
        return {}

    def _request(self, feed: str, path: str, params: Mapping[str, str]) -> Request:
        return Request(self.name, feed, path, params, sport_key=SPORT_KEY)

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise the `SourceError` that an answer stands for; an error object counts also where it
        comes with 200."""
        message = _error_message(body)
        if status == 200 and message is None:
            return
        text = (
            f"MLB Stats API answered {status}: {message or body[:200].decode('utf-8', 'replace')}"
        )
        raise _error(status, text, headers)

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
        if not isinstance(document, dict):
            raise DriftedSchemaError("an answer should be an object")
        if "messageNumber" in document:
            raise UnreadablePayloadError(f"an error object, no data: {str(document)[:200]}")
        if payload.feed == "schedule":
            return parse_schedule(document)
        if payload.feed == "teams":
            return parse_teams(document)
        if payload.feed == "standings":
            return parse_standings(document)
        return parse_feed(document, as_of="timecode" in payload.params)


SOURCE = MlbStatsApi()


def _error_message(body: bytes) -> str | None:
    """The message of an error object; None for anything else."""
    if b'"messageNumber"' not in body[:1000]:
        return None
    try:
        document: Any = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if isinstance(document, dict) and "messageNumber" in document:
        return str(document.get("message"))[:300]
    return None


def _error(status: int, text: str, headers: Mapping[str, str]) -> SourceError:
    if status == 429:
        return RateLimitedError(text, retry_after_of(headers))
    if status == 403:
        return AccessRefusedError(text)
    if 400 <= status < 500 and status != 408:
        return BadRequestError(text)
    return UpstreamUnavailableError(text)
