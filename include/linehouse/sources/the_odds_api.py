"""The Odds API, version 4: odds, scores, schedules and historical odds of many bookmakers.

Endpoints: `/v4/sports/{sport}/odds|scores|events`, `/v4/historical/sports/{sport}/odds`.
Grain: one price of one outcome of one market at one bookmaker for one event.
Cadence: the vendor refreshes featured markets every 60 s before a game and every 40 s in play.
Key: query parameter `apiKey` on each call (`ODDS_API_KEY`). Cost: markets times regions, where
ten bookmakers asked for by name count as one region; ten times that for historical odds.
Terms of use: a paid or free plan of the vendor; historical odds need a paid one.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from linehouse.settings import Mode, Settings, get_settings
from linehouse.sources.base import (
    Asking,
    BadKeyError,
    BadRequestError,
    Coverage,
    DriftedSchemaError,
    Parsed,
    Payload,
    Request,
    UnreadablePayloadError,
)
from linehouse.sources.the_odds_api_errors import error_of, quota_of
from linehouse.sources.the_odds_api_events import (
    UPCOMING,
    parse_events,
    parse_schedule,
    parse_scores,
    parse_time,
)
from linehouse.sources.verbatim_json import read_json

SANDBOX_KEY = "sandbox-linehouse"
SANDBOX_PREFIX = "/the_odds_api"
BOOKMAKERS_PER_REGION = 10
HISTORICAL_FACTOR = 10
SCORES_DAYS = 3

_ENVELOPE_FIELDS = frozenset({"timestamp", "previous_timestamp", "next_timestamp", "data"})


class TheOddsApi:
    """What to ask The Odds API, and how to read its answers."""

    name = "the_odds_api"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {
        "odds": "odds_api_responses",
        "scores": "odds_api_responses",
        "events": "odds_api_responses",
        "historical_odds": "odds_api_responses",
    }
    may_be_empty = frozenset(payload_tables)
    """Nothing is listed out of season; how much there should be, the volume tells."""

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The sport's odds and scores now; scores as many days back as the vendor allows, so that
        a missed run loses none."""
        wanted = [
            self.odds_request(asking.sport_key),
            self.scores_request(asking.sport_key, SCORES_DAYS),
        ]
        return [request for request in wanted if feed in (None, request.feed)]

    def odds_request(
        self,
        sport_key: str,
        settings: Settings | None = None,
        *,
        event_ids: Sequence[str] = (),
        commence_from: datetime | None = None,
        commence_to: datetime | None = None,
    ) -> Request:
        """All events of a sport with the odds of the bookmakers and markets of the settings."""
        params = _odds_params(settings or get_settings())
        params |= _filters(event_ids, commence_from, commence_to)
        return Request(
            self.name, "odds", f"/v4/sports/{sport_key}/odds", params, sport_key=sport_key
        )

    def scores_request(self, sport_key: str, days_from: int | None = None) -> Request:
        """Scores of running games, and of those that ended up to `days_from` (1 to 3) days ago."""
        params = {"dateFormat": "iso"}
        if days_from is not None:
            if not 1 <= days_from <= 3:
                raise BadRequestError(f"daysFrom is 1 to 3, not {days_from}")
            params["daysFrom"] = str(days_from)
        return Request(
            self.name, "scores", f"/v4/sports/{sport_key}/scores", params, sport_key=sport_key
        )

    def events_request(
        self,
        sport_key: str,
        *,
        commence_from: datetime | None = None,
        commence_to: datetime | None = None,
    ) -> Request:
        """All events of a sport, without odds; costs nothing."""
        params = {"dateFormat": "iso"} | _filters((), commence_from, commence_to)
        return Request(
            self.name, "events", f"/v4/sports/{sport_key}/events", params, sport_key=sport_key
        )

    def historical_odds_request(
        self, sport_key: str, at: datetime, settings: Settings | None = None
    ) -> Request:
        """The snapshot at or just before `at` (5-minute steps since September 2022)."""
        params = _odds_params(settings or get_settings()) | {"date": vendor_time(at)}
        return Request(
            self.name,
            "historical_odds",
            f"/v4/historical/sports/{sport_key}/odds",
            params,
            sport_key=sport_key,
        )

    def cost(self, request: Request) -> int:
        """Credits that a request costs at most, known before it is sent (an empty answer is
        free)."""
        if request.feed == "events":
            return 0
        if request.feed == "scores":
            return 2 if "daysFrom" in request.params else 1
        markets = len(_names(request.params.get("markets", "h2h")))
        books = _names(request.params.get("bookmakers", ""))
        regions = (
            math.ceil(len(books) / BOOKMAKERS_PER_REGION)
            if books
            else len(_names(request.params.get("regions", "")))
        )
        factor = HISTORICAL_FACTOR if request.feed.startswith("historical") else 1
        return factor * markets * regions

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
        if payload.feed == "odds":
            return _odds(document, payload, at="")
        return _historical(document, payload)


SOURCE = TheOddsApi()


def vendor_time(moment: datetime) -> str:
    """A time as the vendor accepts it: whole seconds, UTC, `Z`."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _odds_params(settings: Settings) -> dict[str, str]:
    params = {
        "markets": ",".join(settings.markets),
        "oddsFormat": "american",
        "dateFormat": "iso",
    }
    if settings.bookmakers:
        params["bookmakers"] = ",".join(settings.bookmakers)
    else:
        params["regions"] = ",".join(settings.regions)
    return params


def _filters(
    event_ids: Sequence[str], commence_from: datetime | None, commence_to: datetime | None
) -> dict[str, str]:
    filters = {}
    if event_ids:
        filters["eventIds"] = ",".join(event_ids)
    if commence_from is not None:
        filters["commenceTimeFrom"] = vendor_time(commence_from)
    if commence_to is not None:
        filters["commenceTimeTo"] = vendor_time(commence_to)
    return filters


def _odds(document: Any, payload: Payload, at: str) -> Parsed:
    params = payload.params
    one_event = isinstance(document, dict)
    markets = _names(params.get("markets", "h2h")) if params else None
    books = _names(params.get("bookmakers", "")) or None
    parsed = parse_events(
        [document] if one_event else document,
        at=at,
        sport_key=payload.sport_key,
        markets=markets,
        bookmakers=books,
        price_format=params.get("oddsFormat", "decimal") if params else "american",
    )
    wanted = _names(params.get("eventIds", ""))
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
    parsed = _odds(document["data"], payload, at="data")
    parsed.observed_at = parse_time(document["timestamp"], "timestamp")
    parsed.historical = True
    parsed.drift = sorted({*parsed.drift, *(document.keys() - _ENVELOPE_FIELDS)})
    return parsed


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in value.split(",") if name)
