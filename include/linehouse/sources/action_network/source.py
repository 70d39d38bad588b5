"""Action Network: odds by book, what the public bets, line history. Undocumented, without a key.

Endpoints: `/web/v2/scoreboard/{league}` (games, odds and shares of one Eastern day),
`/web/v2/markets/event/{id}/history` (every price of one event; gone two weeks after the game),
`/web/v1/scoreboard/{league}` (flat odds rows; read where only that exists, never asked).
Grain: one price of one side of one market and period at one book; one share of tickets and of
money for each side, a single consensus of all books.
Cadence: answers may be cached for 30 s; nothing carries the time of its change but the history.
Key: none, but a browser's User-Agent is needed, and some addresses are refused all the same.
Terms of use: they forbid automated access, so it is off until the user turns it on.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from linehouse.settings import Mode, get_settings
from linehouse.sources.action_network.games import (
    BY_THE_WEEK,
    CONSENSUS_BOOK,
    LEAGUES,
    MARKETS,
    OPENING_BOOK,
    PERIODS,
    asked_date,
    market_name,
    read_game,
)
from linehouse.sources.action_network.history import parse_history
from linehouse.sources.action_network.markets import lines_of, read_outcomes, splits_of
from linehouse.sources.action_network.v1 import parse_scoreboard_v1
from linehouse.sources.base import Asking, KnownEvent, Payload, Request
from linehouse.sources.errors import (
    AccessRefusedError,
    BadRequestError,
    DriftedSchemaError,
    RateLimitedError,
    UnreadablePayloadError,
)
from linehouse.sources.reading.answer_fields import objects
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Coverage, Parsed

SANDBOX_PREFIX = "/action_network"
BROWSER = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36",
    "accept": "application/json",
}
FIRST_PAUSE_SECONDS = 5.0
"""After a 429 that names no time."""
HISTORY_AFTER_START = timedelta(hours=6)
"""So long after its start a game's moves are still asked: its last ones come just before."""
NO_BOOKS = frozenset({CONSENSUS_BOOK, OPENING_BOOK})
"""All that is served where the vendor does not serve the books that were asked for (another state,
a block): then it says nothing of those."""
FRAME_FIELDS = frozenset({"league", "games", "market_rules", "content_live_count"})


class ActionNetwork:
    """What to ask Action Network, and how to read its answers."""

    name = "action_network"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {
        "scoreboard": "action_network_games",
        "history": "action_network_odds",
        "scoreboard_v1": "action_network_odds",
    }
    sports = tuple(LEAGUES)
    off_until_enabled = (
        "Action Network's terms of use forbid automated access; "
        "ACTION_NETWORK_ENABLED=true turns it on"
    )
    kinds: Mapping[str, tuple[str, ...]] = {
        "odds": ("scoreboard", "history"),
        "scores": ("scoreboard",),
        "splits": ("scoreboard",),
    }
    may_be_empty = frozenset({"scoreboard", "scoreboard_v1", "history"})
    """A day without games; an event without a line yet."""
    timeout_seconds = 20.0
    pause_seconds = 0.5
    cadences: Mapping[str, timedelta] = {"history": timedelta(hours=3)}
    """A history tells everything again, whenever it is asked."""

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The scoreboard of the day, then the history of each of its known events that has lines
        that can have moved."""
        wanted = [self.scoreboard_request(asking)]
        wanted += [
            self.history_request(event) for event in asking.events if _may_have_moved(event, asking)
        ]
        return [request for request in wanted if feed in (None, request.feed)]

    def scoreboard_request(self, asking: Asking) -> Request:
        """Games, odds and shares of an Eastern day; of the current week for football."""
        params = _params(asking.sport_key)
        if asking.sport_key not in BY_THE_WEEK:
            params["date"] = asking.day_et.strftime("%Y%m%d")
        return Request(
            self.name,
            "scoreboard",
            f"/web/v2/scoreboard/{_league(asking.sport_key)}",
            params,
            BROWSER,
            asking.sport_key,
        )

    def history_request(self, event: KnownEvent) -> Request:
        """Every price of one event."""
        return Request(
            self.name,
            "history",
            f"/web/v2/markets/event/{event.source_event_id}/history",
            _params(event.sport_key),
            BROWSER,
            event.sport_key,
        )

    def base_url(self, mode: Mode | None = None) -> str:
        """Address before a request's path; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.action_network_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """No key is needed."""
        return {}

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """A refused address or browser is no matter of trying again; the rest goes by status."""
        if status == 403:
            raise AccessRefusedError(
                "Action Network answered 403: it refuses this machine's address or User-Agent"
            )
        if status == 429:
            told = {name.lower() for name in headers}
            pause = None if "retry-after" in told else FIRST_PAUSE_SECONDS
            text = "Action Network answered 429: asked too often"
            raise RateLimitedError(text, pause, doubles=True)

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """None is told."""
        return {}

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload; a pure function of it.

        Raises `UnreadablePayloadError` (not JSON, or an error object) or `DriftedSchemaError`.
        """
        if payload.feed not in self.payload_tables:
            raise ValueError(f"{self.name} has no feed {payload.feed!r}")
        document = read_json(payload.body)
        if not isinstance(document, dict):
            raise DriftedSchemaError(
                f"an answer should be an object, but is {str(document)[:60]!r}"
            )
        if "statusCode" in document and "games" not in document:
            raise UnreadablePayloadError(f"an error object, no data: {str(document)[:200]}")
        if payload.feed == "history":
            return parse_history(document, payload)
        if payload.feed == "scoreboard_v1":
            return parse_scoreboard_v1(document, payload)
        return _scoreboard(document, payload)


SOURCE = ActionNetwork()


def _scoreboard(document: Mapping[str, Any], payload: Payload) -> Parsed:
    parsed = Parsed()
    drift = set(document.keys() - FRAME_FIELDS)
    shown: set[str] = set()
    books = _names(payload.params.get("bookIds", ""))
    periods = _names(payload.params.get("periods", "event"))
    markets = tuple(market_name(market, period) for period in periods for market in MARKETS)
    for game, path in objects(document, "games", ""):
        row = read_game(
            game,
            path,
            drift,
            asked_sport=payload.sport_key,
            asked_day=asked_date(payload.params),
        )
        outcomes = list(read_outcomes(game, path, row, drift))
        shown |= {one.book for one in outcomes}
        parsed.games.append(row)
        parsed.lines.extend(lines_of(outcomes, row.source_event_id))
        parsed.splits.extend(splits_of(outcomes, row, drift))
    drift |= {
        f"games[].markets.{book} (not asked for)" for book in shown if books and book not in books
    }
    fallen_back = bool(shown) and shown <= NO_BOOKS and not NO_BOOKS.issuperset(books)
    if fallen_back:
        drift.add(f"games[].markets holds none of {', '.join(sorted({*books} - NO_BOOKS))}")
    told = tuple(sorted(shown)) if fallen_back else books
    parsed.coverage = [
        Coverage(row.sport_key, markets, told or None, row.source_event_id) for row in parsed.games
    ]
    parsed.drift = sorted(drift)
    return parsed


def _may_have_moved(event: KnownEvent, asking: Asking) -> bool:
    if event.sport_key != asking.sport_key or event.state in ("postponed", "cancelled"):
        return False
    if event.state not in ("final", "suspended") or event.commence_at is None:
        return event.state not in ("final", "suspended")
    return asking.now < event.commence_at + HISTORY_AFTER_START


def _params(sport_key: str) -> dict[str, str]:
    return {
        "bookIds": ",".join(get_settings().action_network_books),
        "periods": ",".join(PERIODS.get(sport_key, ("event",))),
    }


def _league(sport_key: str) -> str:
    try:
        return LEAGUES[sport_key]
    except KeyError:
        raise BadRequestError(
            f"Action Network has no {sport_key}; there are {', '.join(LEAGUES)}"
        ) from None


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in value.split(",") if name)
