"""NBA.com, as its contract says: scoreboard of a day, the CDN's of today, results of a season.

Both hosts answer below one address. Who does not look like a browser is left hanging.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.upstreams.contract import World
from linehouse.sandbox.upstreams.nba_stats.content import (
    REGULAR,
    SEASON_TYPES,
    finder_results,
    scoreboard,
)

HANG_SECONDS = 60.0
NOON = timedelta(hours=12)
"""The CDN's scoreboard is the day before's until about noon."""
ACCESS_DENIED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
)

Endpoint = Callable[[Mapping[str, str], datetime], Response]


class NbaStatsUpstream:
    """Endpoints and error bodies of the vendor."""

    name = "nba_stats"

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> Sequence[Route]:
        """The vendor's paths."""

        def guarded(endpoint: Endpoint) -> Any:
            async def answer(request: Request) -> Response:
                if not _looks_like_a_browser(request):
                    await asyncio.sleep(HANG_SECONDS)
                params = {**request.query_params, **request.path_params}
                return endpoint(params, request.state.now)

            return answer

        return [
            Route("/stats/scoreboardv3", guarded(self._scoreboard)),
            Route("/stats/leaguegamefinder", guarded(self._game_finder)),
            Route("/static/json/liveData/scoreboard/{file}", guarded(self._today)),
        ]

    def faulty_response(self, fault: Fault) -> Response:
        """Failures in the vendor's form; there are no keys and no credits: it refuses."""
        if fault.kind == "server_error":
            return JSONResponse({"Message": "An error has occurred."}, 500)
        if fault.kind == "rate_limited":
            response: Response = PlainTextResponse("Too Many Requests", 429)
            if fault.retry_after is not None:
                response.headers["retry-after"] = f"{fault.retry_after:g}"
            return response
        return _denied()

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

    def _scoreboard(self, params: Mapping[str, str], now: datetime) -> Response:
        try:
            day = date.fromisoformat(params["GameDate"])
            league = params["LeagueID"]
        except KeyError as missing:
            return PlainTextResponse(f"The {missing.args[0]} property is required.", 400)
        except ValueError:
            return PlainTextResponse("The value is not valid for GameDate.", 400)
        return JSONResponse(scoreboard(self._world.league, league, day, now))

    def _today(self, params: Mapping[str, str], now: datetime) -> Response:
        if params["file"] != "todaysScoreboard_00.json":
            return _denied()
        day = (now.astimezone(EASTERN) - NOON).date()
        return JSONResponse(scoreboard(self._world.league, "00", day, now))

    def _game_finder(self, params: Mapping[str, str], now: datetime) -> Response:
        try:
            days = _day(params.get("DateFrom")), _day(params.get("DateTo"))
        except ValueError:
            return PlainTextResponse("The value is not valid for DateFrom or DateTo.", 400)
        kind = params.get("SeasonType", REGULAR)
        if kind not in SEASON_TYPES:
            return PlainTextResponse("The value is not valid for SeasonType.", 400)
        results = finder_results(
            self._world.league, params.get("LeagueID", "00"), params.get("Season"), kind, days, now
        )
        return JSONResponse(
            {"resource": "leaguegamefinder", "parameters": dict(params), "resultSets": [results]}
        )


def spoil(document: Any, fault: Fault) -> Any:
    """The document with the fault in it, as far as it can have it."""
    if "resultSets" in document:
        (results,) = document["resultSets"]
        rows, headers = results["rowSet"], results["headers"]
        if fault.kind == "renamed_field":
            headers[headers.index("MATCHUP")] = "OPPONENT"
        elif fault.kind == "extra_field":
            headers.append("CAPACITY")
            for row in rows:
                row.append(20_000)
        elif fault.kind == "sides_swapped":
            place = headers.index("PTS")
            for one, other in zip(rows[::2], rows[1::2], strict=False):
                one[place], other[place] = other[place], one[place]
    else:
        rows = document["scoreboard"]["games"]
        for row in rows:
            if fault.kind == "renamed_field":
                row["gameTime"] = row.pop("gameTimeUTC")
            elif fault.kind == "extra_field":
                row["capacity"] = 20_000
            elif fault.kind == "sides_swapped":
                home, away = row["homeTeam"], row["awayTeam"]
                home["score"], away["score"] = away["score"], home["score"]
    if fault.kind == "duplicate_rows":
        rows.extend([*rows[-1:]])
    elif fault.kind == "half_missing":
        del rows[1::2]
    return document


def _looks_like_a_browser(request: Request) -> bool:
    headers = request.headers
    return headers.get("user-agent", "").startswith("Mozilla/5.0") and headers.get(
        "referer", ""
    ).startswith("https://www.nba.com")


def _day(text: str | None) -> date | None:
    return datetime.strptime(text, "%m/%d/%Y").date() if text else None


def _denied() -> Response:
    return Response(ACCESS_DENIED, 403, media_type="application/xml")
