"""The Odds API v4, as its contract says, for the league's two sports: featured markets, and the
first half's or the first five innings' through the endpoint of one event."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.books import BookView
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import SPORTS
from linehouse.sandbox.upstreams.contract import World
from linehouse.sandbox.upstreams.the_odds_api.content import (
    ADDITIONAL_SINCE,
    HISTORICAL_SINCE,
    TITLES,
    bookmaker_of,
    envelope_of,
    event_of,
    markets_in,
    offer_of,
    participants_of,
    snapshot_at,
    with_score,
)
from linehouse.sandbox.upstreams.the_odds_api.faults import spoil
from linehouse.sandbox.upstreams.the_odds_api.query import (
    HISTORICAL_FACTOR,
    Query,
    VendorError,
    read_query,
)

OTHER_SPORTS = {
    "basketball_nba_preseason": "NBA Preseason",
    "baseball_mlb_preseason": "MLB Preseason",
    "americanfootball_nfl": "NFL",
    "icehockey_nhl": "NHL",
    "basketball_wnba": "WNBA",
}
DETAILS_URL = "https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html"


class TheOddsApiUpstream:
    """Endpoints, credits and error bodies of the vendor."""

    name = "the_odds_api"

    def __init__(self, world: World, quota: int) -> None:
        self._world, self._quota = world, quota
        self._used = 0.0
        self._month = ""
        self._paid = True

    def routes(self) -> Sequence[Route]:
        """The vendor's paths."""
        sport, history = "/v4/sports/{sport}", "/v4/historical/sports/{sport}"
        endpoints = {
            "/v4/sports": self._sports,
            f"{sport}/odds": self._odds,
            f"{sport}/events": self._events,
            f"{sport}/scores": self._scores,
            f"{sport}/events/{{event}}/odds": self._event_odds,
            f"{sport}/events/{{event}}/markets": self._event_markets,
            f"{sport}/participants": self._participants,
            f"{history}/odds": self._historical_odds,
            f"{history}/events": self._historical_events,
            f"{history}/events/{{event}}/odds": self._historical_event_odds,
        }

        def guarded(endpoint: Any) -> Any:
            async def answer(request: Request) -> Response:
                return self._answer(request, endpoint)

            return answer

        return [Route(path, guarded(endpoint)) for path, endpoint in endpoints.items()]

    def faulty_response(self, fault: Fault) -> Response:
        """Error answers in the vendor's form."""
        errors = {
            "rate_limited": VendorError(429, "EXCEEDED_FREQ_LIMIT", "Requests are too frequent"),
            "server_error": VendorError(500, "", "Internal server error"),
            "bad_key": VendorError(401, "INVALID_KEY", "API key is not valid"),
            "out_of_credits": _out_of_credits(),
        }
        response = self._error(errors[fault.kind])
        if fault.kind == "rate_limited" and fault.retry_after is not None:
            response.headers["retry-after"] = f"{fault.retry_after:g}"
        return response

    def spoil(self, document: Any, fault: Fault) -> Any:
        """A good answer with a fault in its content."""
        return spoil(document, fault)

    def settings(self) -> dict[str, Any]:
        """Credits of the current month, and whether the plan is a paid one."""
        return {"quota": self._quota, "used": self._used, "paid": self._paid}

    def change(self, values: dict[str, Any]) -> None:
        """Set `quota`, `used` or `paid`."""
        if not values or not values.keys() <= {"quota", "used", "paid"}:
            raise ValueError("only quota, used and paid can be set")
        if not isinstance(values.get("paid", True), bool):
            raise ValueError("paid should be true or false")
        self._paid = values.get("paid", self._paid)
        self._quota = int(values.get("quota", self._quota))
        if "used" in values:
            self._used, self._month = float(values["used"]), ""

    # One request

    def _answer(self, request: Request, endpoint: Any) -> Response:
        now: datetime = request.state.now
        month = f"{now:%Y-%m}"
        if self._month not in ("", month):  # what was set since the last request stands
            self._used = 0.0
        self._month = month
        try:
            self._check_key(request)
            query = read_query(request)
            document, cost = endpoint(query, now)
            if self._used + cost > self._quota:
                raise _out_of_credits()
        except VendorError as error:
            return self._error(error)
        self._used += cost
        return JSONResponse(document, headers=self._quota_headers(cost))

    def _check_key(self, request: Request) -> None:
        key = request.query_params.get("apiKey")
        if not key:
            raise VendorError(401, "MISSING_KEY", "API key is missing")
        if not key.startswith("sandbox-"):
            raise VendorError(401, "INVALID_KEY", "API key is not valid")
        if self._used >= self._quota:
            raise _out_of_credits()

    def _quota_headers(self, cost: int) -> dict[str, str]:
        return {
            "x-requests-remaining": f"{max(self._quota - self._used, 0):g}",
            "x-requests-used": f"{self._used:g}",
            "x-requests-last": str(cost),
        }

    def _error(self, error: VendorError) -> Response:
        body = {"message": error.message}
        if error.code:
            anchor = error.code.lower().replace("_", "-")
            body |= {"error_code": error.code, "details_url": f"{DETAILS_URL}#{anchor}"}
        return JSONResponse(body, error.status, headers=self._quota_headers(0))

    # Endpoints: (document, credits)

    def _sports(self, query: Query, now: datetime) -> tuple[Any, int]:
        sports = []
        for key, title in (TITLES | OTHER_SPORTS).items():
            active = key in SPORTS and self._world.league.in_season(key, now)
            if active or query.all_sports:
                sports.append(
                    {
                        "key": key,
                        "group": key.split("_")[0].title(),
                        "title": title,
                        "description": f"{title} games",
                        "active": active,
                        "has_outrights": False,
                    }
                )
        return sports, 0

    def _events(self, query: Query, now: datetime) -> tuple[Any, int]:
        return [event_of(game, now, query) for game in self._wanted(query, now)], 0

    def _odds(self, query: Query, now: datetime) -> tuple[Any, int]:
        query.check_odds()
        events = [self._with_odds(game, now, query) for game in self._wanted(query, now)]
        return events, len(query.markets) * query.regions_charged if events else 0

    def _event_odds(self, query: Query, now: datetime) -> tuple[Any, int]:
        query.check_odds(additional_markets=True)
        event = self._with_odds(self._one(query, now), now, query)
        for bookmaker in event["bookmakers"]:
            del bookmaker["last_update"]
        return event, len(markets_in(event)) * query.regions_charged

    def _event_markets(self, query: Query, now: datetime) -> tuple[Any, int]:
        query.check_books()
        game = self._one(query, now)
        offers = [
            offer_of(key, self._views(game, key, now, halves=True), query) for key in query.books
        ]
        offers = [offer for offer in offers if offer["markets"]]
        return event_of(game, now, query) | {"bookmakers": offers}, 1

    def _participants(self, query: Query, now: datetime) -> tuple[Any, int]:
        self._wanted(query, now)
        if query.sport not in SPORTS:
            return [], 1
        league = self._world.league
        return participants_of(league.seed, league.teams(query.sport)), 1

    def _scores(self, query: Query, now: datetime) -> tuple[Any, int]:
        league = self._world.league
        finished: list[Game] = []
        if query.days_from is not None:
            finished = league.finished(query.sport, now, query.days_from)
        games = [game for game in finished + self._wanted(query, now) if query.wants(game.event_id)]
        return [with_score(game, now, query) for game in games], (
            0 if not games else 2 if query.days_from is not None else 1
        )

    def _historical_odds(self, query: Query, now: datetime) -> tuple[Any, int]:
        query.check_odds()
        at = self._snapshot_time(query, now)
        events = [self._with_odds(game, at, query) for game in self._wanted(query, at)]
        cost = HISTORICAL_FACTOR * len(query.markets) * query.regions_charged if events else 0
        return envelope_of(at, now, events, query), cost

    def _historical_events(self, query: Query, now: datetime) -> tuple[Any, int]:
        at = self._snapshot_time(query, now)
        events = [event_of(game, at, query) for game in self._wanted(query, at)]
        return envelope_of(at, now, events, query), 1 if events else 0

    def _historical_event_odds(self, query: Query, now: datetime) -> tuple[Any, int]:
        query.check_odds(additional_markets=True)
        at = self._snapshot_time(query, now)
        if query.additional and at < ADDITIONAL_SINCE:
            raise VendorError(
                422,
                "INVALID_HISTORICAL_TIMESTAMP",
                f"Markets that are not featured begin at {query.time(ADDITIONAL_SINCE)}",
            )
        event = self._with_odds(self._one(query, at), at, query)
        cost = HISTORICAL_FACTOR * len(markets_in(event)) * query.regions_charged
        return envelope_of(at, now, event, query), cost

    # Content

    def _wanted(self, query: Query, at: datetime) -> list[Game]:
        sports: Iterable[str] = SPORTS if query.sport == "upcoming" else (query.sport,)
        if query.sport not in (*SPORTS, "upcoming"):
            if query.sport in OTHER_SPORTS:
                return []
            raise VendorError(404, "UNKNOWN_SPORT", f"Unknown sport {query.sport}")
        games = [game for sport in sports for game in self._world.league.upcoming(sport, at)]
        if query.sport == "upcoming":
            games.sort(key=lambda game: game.told_start(at))
            return games[:8]
        return [
            game
            for game in games
            if query.wants(game.event_id) and query.in_window(game.told_start(at))
        ]

    def _one(self, query: Query, at: datetime) -> Game:
        for game in self._wanted(query, at):
            if game.event_id == query.event_id:
                return game
        raise VendorError(404, "EVENT_NOT_FOUND", f"Event {query.event_id} not found")

    def _with_odds(self, game: Game, at: datetime, query: Query) -> dict[str, Any]:
        bookmakers = []
        for key in query.books:
            views = self._views(game, key, at, halves=query.additional)
            shown = bookmaker_of(key, views, game, at, query)
            if shown:
                bookmakers.append(shown)
        return event_of(game, at, query) | {"bookmakers": bookmakers}

    def _views(self, game: Game, key: str, at: datetime, *, halves: bool) -> list[BookView]:
        league = self._world.league
        views = [league.view(game, key, at)]
        if halves:
            views.append(league.half_view(game, key, at))
        return [view for view in views if view is not None]

    def _snapshot_time(self, query: Query, now: datetime) -> datetime:
        if not self._paid:
            raise VendorError(
                401,
                "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN",
                "Historical odds are available on paid usage plans",
            )
        wanted = min(query.historical_date(), now)
        if wanted < HISTORICAL_SINCE:
            raise VendorError(
                422, "INVALID_HISTORICAL_TIMESTAMP", f"Snapshots begin at {HISTORICAL_SINCE}"
            )
        return snapshot_at(wanted)


def _out_of_credits() -> VendorError:
    return VendorError(
        401,
        "OUT_OF_USAGE_CREDITS",
        "Usage quota has been reached. See usage plans at https://the-odds-api.com",
    )
