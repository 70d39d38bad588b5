"""Parameters of The Odds API: read, checked, refused with the vendor's error codes."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from linehouse.sandbox.league.books import BOOKMAKERS, MARKETS

HISTORICAL_FACTOR = 10
BOOKMAKERS_PER_REGION = 10
REGIONS = ("us", "us2", "us_dfs", "us_ex", "uk", "eu", "fr", "se", "au")
OUTRIGHTS = ("outrights", "outrights_lay")
FEATURED_MARKETS = (*MARKETS, "h2h_lay", *OUTRIGHTS)
ADDITIONAL_MARKET = re.compile(
    r"(alternate_)?(h2h|h2h_3_way|spreads|totals|team_totals)"
    r"(_[hqp][1-4]|_1st_[13579]_innings?)?|draw_no_bet|btts|(player|batter|pitcher)_[a-z0-9_]+"
)
"""What the endpoint of one event knows besides; whether a sport has it is another question."""


class VendorError(Exception):
    """An answer that is an error in the vendor's form."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Query:
    """The parameters of one request, as far as they were given."""

    sport: str
    event_id: str
    markets: tuple[str, ...]
    regions: tuple[str, ...]
    bookmakers: tuple[str, ...]
    odds_format: str
    unix_dates: bool
    event_ids: tuple[str, ...]
    commence_from: datetime | None
    commence_to: datetime | None
    days_from: int | None
    date: str | None
    all_sports: bool

    @property
    def books(self) -> list[str]:
        """The simulated bookmakers asked for: by name, else by region."""
        if self.bookmakers:
            return [key for key in dict.fromkeys(self.bookmakers) if key in BOOKMAKERS]
        return [key for key, book in BOOKMAKERS.items() if set(book.regions) & set(self.regions)]

    @property
    def additional(self) -> bool:
        """Whether any market is asked for that is not featured."""
        return not set(self.markets) <= set(FEATURED_MARKETS)

    @property
    def regions_charged(self) -> int:
        """Regions to pay for; ten bookmakers asked for by name count as one."""
        if self.bookmakers:
            return math.ceil(len(set(self.bookmakers)) / BOOKMAKERS_PER_REGION)
        return len(set(self.regions))

    def check_odds(self, *, additional_markets: bool = False) -> None:
        """Raises `VendorError` for a request of odds that the vendor would refuse."""
        self.check_books()
        if not self.markets:
            raise VendorError(422, "MISSING_MARKET", "Missing markets")
        for market in self.markets:
            known = additional_markets and ADDITIONAL_MARKET.fullmatch(market)
            if market not in FEATURED_MARKETS and not known:
                raise VendorError(422, "INVALID_MARKET", f"Markets not supported: {market}")
        if 0 < len(set(self.markets) & set(OUTRIGHTS)) < len(self.markets):
            raise VendorError(
                422, "INVALID_MARKET_COMBO", "Outrights cannot be combined with other markets"
            )
        if self.odds_format not in ("american", "decimal"):
            raise VendorError(422, "INVALID_ODDS_FORMAT", "oddsFormat is american or decimal")

    def check_books(self) -> None:
        """Raises `VendorError` where neither regions nor bookmakers are named, or not as they
        are."""
        if not self.regions and not self.bookmakers:
            raise VendorError(422, "MISSING_REGION", "Missing regions or bookmakers")
        for region in self.regions:
            if region not in REGIONS:
                raise VendorError(422, "INVALID_REGION", f"Invalid region {region}")
        for bookmaker in self.bookmakers:
            if not re.fullmatch(r"[a-z0-9_]+", bookmaker):
                raise VendorError(422, "INVALID_BOOKMAKERS", f"Invalid bookmaker {bookmaker}")

    def wants(self, event_id: str) -> bool:
        """Whether an event passes the filter by id."""
        return not self.event_ids or event_id in self.event_ids

    def in_window(self, commence: datetime) -> bool:
        """Whether a start passes the filter by time."""
        return (self.commence_from is None or commence >= self.commence_from) and (
            self.commence_to is None or commence <= self.commence_to
        )

    def historical_date(self) -> datetime:
        """The moment asked for. Raises `VendorError`."""
        if self.date is None:
            raise VendorError(422, "MISSING_HISTORICAL_TIMESTAMP", "Missing date parameter")
        return _time(self.date, "INVALID_HISTORICAL_TIMESTAMP", "date")

    def time(self, moment: datetime) -> str | int:
        """An instant as this request wants it written."""
        if self.unix_dates:
            return int(moment.timestamp())
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def read_query(request: Request) -> Query:
    """The parameters of a request. Raises `VendorError`; unknown ones are ignored."""
    params = request.query_params
    date_format = params.get("dateFormat", "iso")
    if date_format not in ("iso", "unix"):
        raise VendorError(422, "INVALID_DATE_FORMAT", "dateFormat is iso or unix")
    event_ids = _names(params.get("eventIds"))
    for event_id in event_ids:
        if not re.fullmatch(r"[0-9a-f]{32}", event_id):
            raise VendorError(422, "INVALID_EVENT_IDS", f"Invalid event id {event_id}")
    event_id = request.path_params.get("event", "")
    if event_id and not re.fullmatch(r"[0-9a-f]{32}", event_id):
        raise VendorError(422, "INVALID_EVENT_ID", f"Invalid event id {event_id}")
    all_sports = params.get("all", "false")
    if all_sports not in ("true", "false"):
        raise VendorError(422, "INVALID_ALL_SPORTS_PARAM", "all is true or false")
    commence_from = _optional_time(params.get("commenceTimeFrom"), "From")
    commence_to = _optional_time(params.get("commenceTimeTo"), "To")
    if commence_from and commence_to and commence_from > commence_to:
        raise VendorError(422, "INVALID_COMMENCE_TIME_RANGE", "commenceTimeFrom is after the end")
    return Query(
        sport=request.path_params.get("sport", ""),
        event_id=event_id,
        markets=tuple(dict.fromkeys(_names(params.get("markets", "h2h")))),
        regions=_names(params.get("regions")),
        bookmakers=_names(params.get("bookmakers")),
        odds_format=params.get("oddsFormat", "decimal"),
        unix_dates=date_format == "unix",
        event_ids=event_ids,
        commence_from=commence_from,
        commence_to=commence_to,
        days_from=_days_from(params.get("daysFrom")),
        date=params.get("date"),
        all_sports=all_sports == "true",
    )


def _names(value: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (value or "").split(",") if name.strip())


def _days_from(value: str | None) -> int | None:
    if value is None:
        return None
    if value not in ("1", "2", "3"):
        raise VendorError(422, "INVALID_SCORES_DAYS_FROM", "daysFrom is 1 to 3")
    return int(value)


def _optional_time(value: str | None, end: str) -> datetime | None:
    if not value:
        return None
    return _time(value, f"INVALID_COMMENCE_TIME_{end.upper()}", f"commenceTime{end}")


def _time(value: str, code: str, name: str) -> datetime:
    """Whole seconds and `Z` only: fractions and offsets are refused, as the vendor does."""
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise VendorError(422, code, f"{name} must be YYYY-MM-DDTHH:MM:SSZ") from error
