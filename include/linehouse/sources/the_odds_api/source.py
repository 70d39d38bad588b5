"""The Odds API, version 4: odds, scores, schedules and historical odds of many bookmakers.

Endpoints: `/v4/sports`, `/v4/sports/{sport}/odds|scores|events`, `.../events/{id}/odds` (halves,
innings, props), and of the past `/v4/historical/sports/{sport}/odds|events|events/{id}/odds`.
Grain: one price of one outcome of one market at one bookmaker for one event.
Cadence: the vendor refreshes featured markets every 60 s before a game and every 40 s in play,
others every 60 s.
Key: query parameter `apiKey` on each call (`ODDS_API_KEY`). Cost: markets times regions, where
ten bookmakers asked for by name count as one region; of one event those markets that are returned;
ten times that for historical odds; 1 or 2 for scores, 1 for historical events, else nothing.
Terms of use: a paid or free plan of the vendor; historical odds need a paid one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Payload
from linehouse.sources.errors import BadKeyError, DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Coverage, Parsed
from linehouse.sources.the_odds_api.errors import error_of, quota_of
from linehouse.sources.the_odds_api.events import (
    UPCOMING,
    parse_events,
    parse_schedule,
    parse_scores,
    parse_sports,
    parse_time,
)
from linehouse.sources.the_odds_api.requests import SCORES_DAYS as SCORES_DAYS
from linehouse.sources.the_odds_api.requests import TheOddsApiRequests, asks_by_event, names_in
from linehouse.sources.the_odds_api.requests import vendor_time as vendor_time

SANDBOX_KEY = "sandbox-linehouse"
SANDBOX_PREFIX = "/the_odds_api"

_ENVELOPE_FIELDS = frozenset({"timestamp", "previous_timestamp", "next_timestamp", "data"})


class TheOddsApi(TheOddsApiRequests):
    """What to ask The Odds API, and how to read its answers."""

    parser_version = "1"
    payload_tables: Mapping[str, str] = {
        "odds": "odds_api_responses",
        "scores": "odds_api_responses",
        "events": "odds_api_responses",
        "event_odds": "odds_api_responses",
        "sports": "odds_api_responses",
        "historical_odds": "odds_api_responses",
        "historical_events": "odds_api_responses",
        "historical_event_odds": "odds_api_responses",
    }
    may_be_empty = frozenset(payload_tables)
    """Nothing is listed out of season; how much there should be, the volume tells."""
    planned = frozenset({"odds", "event_odds", "events", "scores"})
    timeout_seconds = 30.0
    slots = 4
    """At most four calls at once: more were answered with 429."""
    pause_seconds = 2.0

    def base_url(self, mode: Mode | None = None) -> str:
        """Address before a request's path; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.odds_api_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """The key as query parameter: the user's in live mode only. Raises `BadKeyError`."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return {"apiKey": SANDBOX_KEY}
        if settings.odds_api_key is None or not settings.odds_api_key.get_secret_value():
            raise BadKeyError("The Odds API needs a key: set ODDS_API_KEY")
        return {"apiKey": settings.odds_api_key.get_secret_value()}

    def quota_reset(self, now: datetime) -> datetime:
        """Credits are granted anew on the first of the month."""
        first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return (first + timedelta(days=32)).replace(day=1)

    @property
    def kinds(self) -> Mapping[str, tuple[str, ...]]:
        """Kind to feeds; looks at single games where MARKETS names what is sold so."""
        settings = get_settings()
        by_event = any(asks_by_event(sport_key, settings) for sport_key in settings.sports)
        return {"odds": ("odds", "event_odds") if by_event else ("odds",), "scores": ("scores",)}

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise the `SourceError` that an answer stands for, by its `error_code` first, then by
        its status; return for an answer that holds data."""
        error = error_of(status, headers, body)
        if error is not None:
            raise error

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """Credits `remaining`, `used` and `cost` of this answer, as far as they can be read."""
        return quota_of(headers)

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload; a pure function of it.

        Raises `UnreadablePayloadError` (not JSON, or an error object) or `DriftedSchemaError`.
        """
        if payload.feed not in self.payload_tables:
            raise ValueError(f"{self.name} has no feed {payload.feed!r}")
        document = read_json(payload.body)
        if isinstance(document, dict) and "message" in document and "id" not in document:
            raise UnreadablePayloadError(f"an error object, no data: {str(document)[:200]}")
        if payload.feed == "scores":
            return parse_scores(document, sport_key=payload.sport_key)
        if payload.feed == "events":
            return parse_schedule(document, sport_key=payload.sport_key)
        if payload.feed == "sports":
            return parse_sports(document)
        if payload.feed == "event_odds" and not isinstance(document, dict):
            raise DriftedSchemaError("one event's odds should be an object")
        if payload.feed in ("odds", "event_odds"):
            return _odds(document, payload, at="")
        return _historical(document, payload)


SOURCE = TheOddsApi()


def _odds(document: Any, payload: Payload, at: str) -> Parsed:
    params = payload.params
    one_event = isinstance(document, dict)
    markets = names_in(params.get("markets", "h2h")) if params else None
    books = names_in(params.get("bookmakers", "")) or None
    parsed = parse_events(
        [document] if one_event else document,
        at=at,
        sport_key=payload.sport_key,
        markets=markets,
        bookmakers=books,
        price_format=params.get("oddsFormat", "decimal") if params else "american",
    )
    wanted = names_in(params.get("eventIds", ""))
    windowed = "commenceTimeFrom" in params or "commenceTimeTo" in params
    if one_event or wanted or windowed or payload.sport_key == UPCOMING:
        parsed.coverage = _event_coverage(parsed, payload.sport_key, wanted)
    return parsed


def _event_coverage(parsed: Parsed, sport_key: str | None, wanted: Sequence[str]) -> list[Coverage]:
    """An answer that was narrowed speaks for its own events and those asked for, no others."""
    if not parsed.coverage:
        return []
    asked = parsed.coverage[0]
    sport_of = {game.source_event_id: game.sport_key for game in parsed.games}
    if sport_key and sport_key != UPCOMING:
        sport_of = dict.fromkeys(wanted, sport_key) | sport_of
    return [
        Coverage(sport, asked.markets, asked.bookmakers, source_event_id)
        for source_event_id, sport in sport_of.items()
    ]


def _historical(document: Any, payload: Payload) -> Parsed:
    if not isinstance(document, dict):
        raise DriftedSchemaError("a historical answer should be an object with `data`")
    for key in ("timestamp", "data"):
        if key not in document:
            raise DriftedSchemaError(f"{key} is missing; there are {', '.join(sorted(document))}")
    data = document["data"]
    if payload.feed == "historical_event_odds" and not isinstance(data, dict):
        raise DriftedSchemaError("data of one event should be an object")
    if payload.feed == "historical_events":
        parsed = parse_schedule(data, at="data", sport_key=payload.sport_key)
    else:
        parsed = _odds(data, payload, at="data")
    parsed.observed_at = parse_time(document["timestamp"], "timestamp")
    parsed.historical = True
    parsed.drift = sorted({*parsed.drift, *(document.keys() - _ENVELOPE_FIELDS)})
    return parsed
