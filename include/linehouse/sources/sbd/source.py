"""SportsBettingDime: what the public bets, and the odds of six books.

Endpoint: `/v2/matchups/{league}/betting-splits` (one Eastern day, the current one; no date can be
asked). Seen for MLB; the other leagues are asked by analogy.
Grain: one share of tickets and of stakes for each side of a market, one set for all books; one
price of one side of one market at one book.
Cadence: splits carry the time of their update, and are still written after the start of a game:
whoever means closing splits cuts them off there. Odds carry no time. No limits are known.
Key: none. Terms of use: nothing about automated access is known.
"""

from collections.abc import Mapping

from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Asking, Payload, Request
from linehouse.sources.errors import BadRequestError
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Parsed
from linehouse.sources.sbd.matchups import parse_matchups

SANDBOX_PREFIX = "/sbd"
LEAGUES = {
    "baseball_mlb": "mlb",
    "basketball_nba": "nba",
    "americanfootball_nfl": "nfl",
    "icehockey_nhl": "nhl",
}
"""Sport key to the vendor's league."""


class SportsBettingDime:
    """What to ask SportsBettingDime, and how to read its answers."""

    name = "sbd"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {"splits": "sbd_betting_splits"}
    sports = tuple(LEAGUES)
    kinds: Mapping[str, tuple[str, ...]] = {
        "odds": ("splits",),
        "splits": ("splits",),
    }
    may_be_empty = frozenset({"splits"})
    """A day without games."""
    timeout_seconds = 20.0

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The current day of the sport."""
        if feed not in (None, "splits"):
            return []
        return [self.splits_request(asking.sport_key)]

    def splits_request(self, sport_key: str) -> Request:
        """Splits of a sport, and the odds of the books of the settings."""
        try:
            league = LEAGUES[sport_key]
        except KeyError:
            raise BadRequestError(
                f"SportsBettingDime has no {sport_key}; there are {', '.join(LEAGUES)}"
            ) from None
        return Request(
            self.name,
            "splits",
            f"/v2/matchups/{league}/betting-splits",
            {"books": ",".join(get_settings().sbd_books)},
            {"accept": "application/json"},
            sport_key,
        )

    def base_url(self, mode: Mode | None = None) -> str:
        """Address before a request's path; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.sbd_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """No key is needed."""
        return {}

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """No error body is known: the status tells."""

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """None is told."""
        return {}

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload; a pure function of it.

        Raises `UnreadablePayloadError` (not JSON) or `DriftedSchemaError`.
        """
        if payload.feed not in self.payload_tables:
            raise ValueError(f"{self.name} has no feed {payload.feed!r}")
        return parse_matchups(
            read_json(payload.body),
            sport_key=payload.sport_key,
            books=tuple(name for name in payload.params.get("books", "").split(",") if name),
        )


SOURCE = SportsBettingDime()
