"""VSiN: what bettors of DraftKings and of Circa bet, with each book's current lines. HTML.

Endpoint: `/betting-splits/?source=DK|CIRCA&sport=&view=`, one page for each book, one feed each.
Grain: one share of handle (money) and of bets (tickets) for each side of a market at one book; the
point of spread and total (their prices are not shown), the price of the moneyline.
Cadence: the page renews itself every 5 minutes; nothing carries a time of its own, and a game has a
day but no start.
Key: none. Terms of use: unclear on automated access, so it is off until the user turns it on.
"""

from collections.abc import Mapping
from datetime import timedelta

from linehouse.days import eastern_day
from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Asking, Payload, Request
from linehouse.sources.errors import BadRequestError
from linehouse.sources.rows import Parsed
from linehouse.sources.vsin.page import LEAGUES, parse_page

SANDBOX_PREFIX = "/vsin"
BOOKS = {"splits_dk": "DK", "splits_circa": "CIRCA"}
"""Feed to the book as the vendor calls it."""
SPORTS = {sport_key: league for league, sport_key in LEAGUES.items()}
VIEWS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
"""Days from now to the page that shows them; others stand only on the page of all."""


class Vsin:
    """What to ask VSiN, and how to read its pages."""

    name = "vsin"
    parser_version = "1"
    payload_tables: Mapping[str, str] = dict.fromkeys(BOOKS, "vsin_data")
    sports = tuple(SPORTS)
    off_until_enabled = (
        "VSiN's terms of use are unclear on automated access; VSIN_ENABLED=true turns it on"
    )
    kinds: Mapping[str, tuple[str, ...]] = {"odds": tuple(BOOKS), "splits": tuple(BOOKS)}
    may_be_empty = frozenset(BOOKS)
    """Circa books fewer games; out of season neither book has one. That DraftKings' page has games
    while others name some, its suite demands."""
    timeout_seconds = 20.0
    pause_seconds = 0.5

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """Both books' pages of the day."""
        ahead = (asking.day_et - eastern_day(asking.now)) // timedelta(days=1)
        view = VIEWS.get(ahead, "all")
        return [
            self.page_request(one, asking.sport_key, view) for one in BOOKS if feed in (None, one)
        ]

    def page_request(self, feed: str, sport_key: str, view: str = "today") -> Request:
        """One book's page of a sport: `today`, `tomorrow`, `yesterday` or `all`."""
        try:
            league = SPORTS[sport_key]
        except KeyError:
            raise BadRequestError(
                f"VSiN has no {sport_key}; there are {', '.join(SPORTS)}"
            ) from None
        params = {"source": BOOKS[feed], "sport": league, "view": view}
        return Request(
            self.name, feed, "/betting-splits/", params, {"accept": "text/html"}, sport_key
        )

    def base_url(self, mode: Mode | None = None) -> str:
        """Address before a request's path; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.vsin_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """No key is needed."""
        return {}

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """The status tells; what comes with 200 and is no table, the parser refuses."""

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """None is told."""
        return {}

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload; a pure function of it.

        Raises `UnreadablePayloadError` (no page of splits, or cut off) or `DriftedSchemaError`.
        """
        if payload.feed not in BOOKS:
            raise ValueError(f"{self.name} has no feed {payload.feed!r}")
        return parse_page(payload.body, BOOKS[payload.feed])


SOURCE = Vsin()
