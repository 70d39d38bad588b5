"""What The Odds API can be asked, and what that costs: nothing is sent here."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from linehouse.settings import Settings, get_settings
from linehouse.sources.base import Asking, Request
from linehouse.sources.errors import BadRequestError

NAME = "the_odds_api"
BOOKMAKERS_PER_REGION = 10
HISTORICAL_FACTOR = 10
SCORES_DAYS = 3
FEATURED_MARKETS = frozenset({"h2h", "spreads", "totals", "outrights", "h2h_lay", "outrights_lay"})
"""What the lists of odds offer; all other markets are asked for event by event."""

_INNINGS = re.compile(r"_innings$|^batter_|^pitcher_")
"""Markets of baseball alone."""
_DIVIDED = re.compile(r"_[hqp]\d$|^player_")
"""Markets of halves, quarters, periods and players, which baseball does not have."""
_FIVE_INNINGS = ("h2h_1st_5_innings", "spreads_1st_5_innings", "totals_1st_5_innings")
_FIRST_HALF = ("h2h_h1", "spreads_h1", "totals_h1")


class TheOddsApiRequests:
    """The vendor's endpoints, each as a request without its key."""

    name = NAME

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The sport's odds and scores now; scores as many days back as the vendor allows, so that
        a missed run loses none. Where the settings name markets that the list does not offer, also
        those, event by event, of the day's games that have not begun.

        Lists that are asked for by name alone: `events`, `sports`. Feeds of the past need a time:
        nothing is asked for them here.
        """
        settings = get_settings()
        sport_key = asking.sport_key
        if feed == "events":
            return [self.events_request(sport_key)]
        if feed == "sports":
            return [self.sports_request()]
        wanted = [self.odds_request(sport_key)] if asks_for_all(settings) else []
        wanted.append(self.scores_request(sport_key, SCORES_DAYS))
        by_name = feed == "event_odds" and event_markets(sport_key, settings)
        if by_name or asks_by_event(sport_key, settings):
            wanted += [
                self.event_odds_request(sport_key, event.source_event_id, settings)
                for event in asking.events
                if event.commence_at is None or event.commence_at > asking.now
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
        """All events of a sport with the odds of the bookmakers of the settings, and of those of
        its markets that the list offers. Raises `BadRequestError` where it offers none of them."""
        params = _odds_params(settings or get_settings())
        params |= _filters(event_ids, commence_from, commence_to)
        return Request(NAME, "odds", f"/v4/sports/{sport_key}/odds", params, sport_key=sport_key)

    def event_odds_request(
        self,
        sport_key: str,
        event_id: str,
        settings: Settings | None = None,
        *,
        markets: Sequence[str] = (),
    ) -> Request:
        """One event's odds, of any markets: those named, else those of the settings that only this
        endpoint offers, else the first half's (baseball: the first five innings').

        Raises `BadRequestError` where none of the settings' markets is of the sport.
        """
        settings = settings or get_settings()
        return Request(
            NAME,
            "event_odds",
            f"/v4/sports/{sport_key}/events/{event_id}/odds",
            _event_params(sport_key, settings, markets),
            sport_key=sport_key,
        )

    def scores_request(self, sport_key: str, days_from: int | None = None) -> Request:
        """Scores of running games, and of those that ended up to `days_from` (1 to 3) days ago."""
        params = {"dateFormat": "iso"}
        if days_from is not None:
            if not 1 <= days_from <= 3:
                raise BadRequestError(f"daysFrom is 1 to 3, not {days_from}")
            params["daysFrom"] = str(days_from)
        return Request(
            NAME, "scores", f"/v4/sports/{sport_key}/scores", params, sport_key=sport_key
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
            NAME, "events", f"/v4/sports/{sport_key}/events", params, sport_key=sport_key
        )

    def sports_request(self, *, out_of_season: bool = False) -> Request:
        """The sports that the vendor covers, those in season or all; costs nothing."""
        return Request(NAME, "sports", "/v4/sports", {"all": "true"} if out_of_season else {})

    def historical_odds_request(
        self, sport_key: str, at: datetime, settings: Settings | None = None
    ) -> Request:
        """The snapshot at or just before `at` (5-minute steps since September 2022)."""
        params = _odds_params(settings or get_settings()) | {"date": vendor_time(at)}
        return Request(
            NAME,
            "historical_odds",
            f"/v4/historical/sports/{sport_key}/odds",
            params,
            sport_key=sport_key,
        )

    def historical_events_request(
        self,
        sport_key: str,
        at: datetime,
        *,
        commence_from: datetime | None = None,
        commence_to: datetime | None = None,
    ) -> Request:
        """The events that were listed at or just before `at`, without odds."""
        params = {"dateFormat": "iso", "date": vendor_time(at)}
        params |= _filters((), commence_from, commence_to)
        return Request(
            NAME,
            "historical_events",
            f"/v4/historical/sports/{sport_key}/events",
            params,
            sport_key=sport_key,
        )

    def historical_event_odds_request(
        self,
        sport_key: str,
        event_id: str,
        at: datetime,
        settings: Settings | None = None,
        *,
        markets: Sequence[str] = (),
    ) -> Request:
        """One event's odds at or just before `at`; markets as in `event_odds_request`. Markets that
        are not featured are kept since May 2023."""
        params = _event_params(sport_key, settings or get_settings(), markets)
        return Request(
            NAME,
            "historical_event_odds",
            f"/v4/historical/sports/{sport_key}/events/{event_id}/odds",
            params | {"date": vendor_time(at)},
            sport_key=sport_key,
        )

    def cost(self, request: Request) -> int:
        """Credits that a request costs at most, known before it is sent: empty answers are free,
        and of one event's markets those count that are returned."""
        if request.feed in ("events", "sports"):
            return 0
        if request.feed == "scores":
            return 2 if "daysFrom" in request.params else 1
        if request.feed == "historical_events":
            return 1
        markets = len(names_in(request.params.get("markets", "h2h")))
        books = names_in(request.params.get("bookmakers", ""))
        regions = (
            math.ceil(len(books) / BOOKMAKERS_PER_REGION)
            if books
            else len(names_in(request.params.get("regions", "")))
        )
        factor = HISTORICAL_FACTOR if request.feed.startswith("historical") else 1
        return factor * markets * regions


def asks_for_all(settings: Settings) -> bool:
    """Whether the settings name a market that the list of odds offers."""
    return not FEATURED_MARKETS.isdisjoint(settings.markets)


def asks_by_event(sport_key: str, settings: Settings) -> bool:
    """Whether the settings name a market of the sport that is asked for event by event alone."""
    named = not FEATURED_MARKETS.issuperset(settings.markets)
    return named and bool(event_markets(sport_key, settings))


def event_markets(sport_key: str, settings: Settings) -> tuple[str, ...]:
    """Markets of a sport that only the endpoint of one event offers: those of the settings, else
    the first half's; baseball has innings and no halves. Empty where the settings name only markets
    of other sports."""
    baseball = sport_key.startswith("baseball_")
    configured = [market for market in settings.markets if market not in FEATURED_MARKETS]
    if not configured:
        return _FIVE_INNINGS if baseball else _FIRST_HALF
    other = _DIVIDED if baseball else _INNINGS
    return tuple(market for market in configured if not other.search(market))


def vendor_time(moment: datetime) -> str:
    """A time as the vendor accepts it: whole seconds, UTC, `Z`."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def names_in(value: str) -> tuple[str, ...]:
    """The names of a parameter that lists them with commas."""
    return tuple(name for name in value.split(",") if name)


def _odds_params(settings: Settings) -> dict[str, str]:
    featured = [market for market in settings.markets if market in FEATURED_MARKETS]
    if not featured:
        raise BadRequestError(
            f"the list of odds offers none of MARKETS ({', '.join(settings.markets)}): it has"
            f" {', '.join(sorted(FEATURED_MARKETS))}"
        )
    return {"markets": ",".join(featured), **_shared_params(settings)}


def _event_params(sport_key: str, settings: Settings, markets: Sequence[str]) -> dict[str, str]:
    wanted = tuple(markets) or event_markets(sport_key, settings)
    if not wanted:
        raise BadRequestError(
            f"MARKETS names no market of {sport_key} that is asked for event by event"
        )
    return {"markets": ",".join(wanted), **_shared_params(settings)}


def _shared_params(settings: Settings) -> dict[str, str]:
    params = {"oddsFormat": "american", "dateFormat": "iso"}
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
