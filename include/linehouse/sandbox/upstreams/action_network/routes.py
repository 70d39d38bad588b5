"""Action Network, as its contract says: both scoreboards, line history, books. No key.

It refuses clients that do not look like a browser, answers for books of its own choice where it
does not know those asked for, and forgets histories two weeks after a game.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.upstreams.action_network.content import (
    BOOKS,
    CONSENSUS,
    OPENING,
    scoreboard,
    scoreboard_v1,
)
from linehouse.sandbox.upstreams.action_network.games import (
    LEAGUES,
    WITHOUT_GAMES,
    game_by_id,
)
from linehouse.sandbox.upstreams.action_network.history import history_of
from linehouse.sandbox.upstreams.contract import World

PERIODS = (
    "event",
    "firsthalf",
    "secondhalf",
    "firstquarter",
    "firstfiveinnings",
    "firstinning",
)
REMEMBERED = timedelta(days=14)
CACHED = {"cache-control": "max-age=30, must-revalidate, public"}
BLOCKED = (
    "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD>"
    "<BODY><H1>403 ERROR</H1>Request blocked.</BODY></HTML>"
)

Endpoint = Callable[[Request, datetime], Any]


class Refusal(Exception):
    """An answer that is an error in the vendor's form."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class ActionNetworkUpstream:
    """Endpoints and error bodies of the vendor."""

    name = "action_network"

    def __init__(self, world: World) -> None:
        self._league = world.league

    def routes(self) -> Sequence[Route]:
        """The vendor's paths; whoever is no browser is refused at the door."""
        endpoints: dict[str, Endpoint] = {
            "/web/v2/scoreboard/{league}": self._scoreboard,
            "/web/v1/scoreboard/{league}": self._scoreboard_v1,
            "/web/v2/markets/event/{event}/history": self._history,
            "/web/v1/books": self._books,
        }

        def guarded(endpoint: Endpoint) -> Any:
            async def answer(request: Request) -> Response:
                if not request.headers.get("user-agent", "").startswith("Mozilla/"):
                    return HTMLResponse(BLOCKED, 403)
                try:
                    return JSONResponse(endpoint(request, request.state.now), headers=CACHED)
                except Refusal as refusal:
                    return _error(refusal.status, refusal.error)

            return answer

        return [Route(path, guarded(endpoint)) for path, endpoint in endpoints.items()]

    def faulty_response(self, fault: Fault) -> Response:
        """Error answers in the vendor's form; there is no key to be bad, only an address."""
        if fault.kind in ("bad_key", "out_of_credits"):
            return HTMLResponse(BLOCKED, 403)
        if fault.kind == "server_error":
            return _error(500, "Internal Server Error")
        response = _error(429, "Too Many Requests")
        if fault.retry_after is not None:
            response.headers["retry-after"] = f"{fault.retry_after:g}"
        return response

    def spoil(self, document: Any, fault: Fault) -> Any:
        """A good answer with a fault in its content."""
        return spoil(document, fault)

    def settings(self) -> dict[str, Any]:
        """Nothing can be set."""
        return {}

    def change(self, values: dict[str, Any]) -> None:
        """Nothing can be set. Raises `ValueError`."""
        if values:
            raise ValueError("nothing can be set")

    # Endpoints

    def _scoreboard(self, request: Request, now: datetime) -> Any:
        if "marketTypes" in request.query_params:
            raise Refusal(400, "Bad Request")
        if request.path_params["league"] in WITHOUT_GAMES:
            return _no_games(request)
        asked = _listed(request, "periods") or ["event"]
        periods = [period for period in PERIODS if period in asked]
        day, sport_key = _day(request, now), _sport(request)
        return scoreboard(self._league, sport_key, day, now, _books(request), periods)

    def _scoreboard_v1(self, request: Request, now: datetime) -> Any:
        if request.path_params["league"] in WITHOUT_GAMES:
            return _no_games(request)
        return scoreboard_v1(
            self._league, _sport(request), _day(request, now), now, _books(request)
        )

    def _history(self, request: Request, now: datetime) -> Any:
        game = game_by_id(self._league, request.path_params["event"])
        if game is None or now > game.ends_at + REMEMBERED:
            raise Refusal(404, "Not Found")
        return history_of(self._league, game, now, _books(request), _listed(request, "periods"))

    def _books(self, request: Request, now: datetime) -> Any:
        return {
            "books": [
                {
                    "id": int(book),
                    "display_name": name,
                    "source_name": name.lower().replace(" ", "_"),
                }
                for book, (name, _) in BOOKS.items()
            ]
        }


def spoil(document: Any, fault: Fault) -> Any:
    """The document with the fault in it; only scoreboards can have all of them."""
    games = document.get("games", [])
    outcomes = [
        outcome
        for game in games
        for periods in game.get("markets", {}).values()
        for markets in periods.values()
        for sides in markets.values()
        for outcome in sides
    ]
    if fault.kind == "renamed_field":
        for game in games:
            game["starts_at"] = game.pop("start_time")
    elif fault.kind == "extra_field":
        for entry in (*games, *outcomes):
            entry["boosted"] = False
    elif fault.kind == "duplicate_rows":
        games.extend(games[-1:])
    elif fault.kind == "half_missing":
        del games[1::2]
    elif fault.kind == "sides_swapped":
        other = {"home": "away", "away": "home"}
        for outcome in outcomes:
            outcome["side"] = other.get(outcome["side"], outcome["side"])
    return document


def _no_games(request: Request) -> dict[str, Any]:
    return {"league": {"name": request.path_params["league"]}, "games": []}


def _sport(request: Request) -> str:
    league = request.path_params["league"]
    if league not in LEAGUES:
        raise Refusal(404, "Not Found")
    return LEAGUES[league].sport_key


def _day(request: Request, now: datetime) -> Any:
    told = request.query_params.get("date")
    if told is None:
        return now.astimezone(EASTERN).date()
    try:
        return datetime.strptime(told, "%Y%m%d").date()
    except ValueError:
        raise Refusal(400, "Bad Request") from None


def _books(request: Request) -> list[str]:
    """The books asked for, as far as they are known; none of them: consensus and opening."""
    known = [book for book in _listed(request, "bookIds") if book in BOOKS]
    return known or [CONSENSUS, OPENING]


def _listed(request: Request, name: str) -> list[str]:
    return [part for part in request.query_params.get(name, "").split(",") if part]


def _error(status: int, error: str) -> Response:
    return JSONResponse({"statusCode": status, "error": error}, status)
