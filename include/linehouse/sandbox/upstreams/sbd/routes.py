"""SportsBettingDime, as its contract says: the current day's splits and six books' odds. No key."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.upstreams.contract import World
from linehouse.sandbox.upstreams.sbd.content import BOOKS, matchups

LEAGUES = {"mlb": "baseball_mlb", "nba": "basketball_nba"}
WITHOUT_GAMES = ("nfl", "nhl")
"""Leagues of the vendor that are not simulated: a day without games."""


class SbdUpstream:
    """The vendor's one endpoint."""

    name = "sbd"

    def __init__(self, world: World) -> None:
        self._league = world.league

    def routes(self) -> Sequence[Route]:
        """The vendor's path; leagues that it does not have are not found."""

        async def answer(request: Request) -> Response:
            name = request.path_params["league"]
            if name not in (*LEAGUES, *WITHOUT_GAMES):
                return _error(404, "Not Found")
            sport_key = LEAGUES.get(name)
            asked = request.query_params.get("books", "").split(",")
            books = [book for book in BOOKS if book in asked]
            return JSONResponse(matchups(self._league, sport_key, request.state.now, books))

        return [Route("/v2/matchups/{league}/betting-splits", answer)]

    def faulty_response(self, fault: Fault) -> Response:
        """Errors by status; their bodies are not known."""
        if fault.kind == "server_error":
            return _error(500, "Internal Server Error")
        if fault.kind in ("bad_key", "out_of_credits"):
            return _error(403, "Forbidden")
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


def spoil(document: Any, fault: Fault) -> Any:
    """The document with the fault in it."""
    games = document["games"]
    if fault.kind == "renamed_field":
        for game in games:
            game["startsAt"] = game.pop("date")
    elif fault.kind == "extra_field":
        for game in games:
            game["weather"] = "fair"
    elif fault.kind == "duplicate_rows":
        games.extend(games[-1:])
    elif fault.kind == "half_missing":
        del games[1::2]
    elif fault.kind == "sides_swapped":
        for game in games:
            for book in game["sportsbooks"]:
                for market in ("moneyline", "spread"):
                    sides = book["odds"][market]
                    sides["home"], sides["away"] = sides["away"], sides["home"]
    return document


def _error(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)
