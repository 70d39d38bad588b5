"""Goalserve, as its contract says: schedules and scores, the key in the path.

Without `json=1` it answers XML. A wrong key gets a web page with 403, a failure a compressed one.
"""

import gzip
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.upstreams.contract import World
from linehouse.sandbox.upstreams.goalserve.content import (
    schedule,
    scores,
    with_signs,
)

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MORNING = timedelta(hours=6)
"""The day of the scores turns over in the morning."""
MOST_DAYS = 400
FEEDS = {
    "bsktbl/nba-scores": ("basketball_nba", scores),
    "bsktbl/nba-shedule": ("basketball_nba", schedule),
    "baseball/usa": ("baseball_mlb", scores),
    "baseball/mlb_shedule": ("baseball_mlb", schedule),
}
EMPTY = {
    "bsktbl/wnba-scores": "USA: WNBA",
    "bsktbl/wnba-shedule": "USA: WNBA",
    "football/nfl-scores": "USA: NFL",
    "football/nfl-shedule": "USA: NFL",
    "hockey/nhl-scores": "USA: NHL",
    "hockey/nhl-shedule": "USA: NHL",
}
"""Leagues that are not simulated: there are their feeds, without games."""


class GoalserveUpstream:
    """Endpoints and error bodies of the vendor."""

    name = "goalserve"

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> Sequence[Route]:
        """The vendor's paths, below the key."""

        async def answer(request: Request) -> Response:
            return self._answer(request)

        return [Route("/getfeed/{key}/{sport}/{feed}", answer)]

    def faulty_response(self, fault: Fault) -> Response:
        """Failures in the vendor's form."""
        if fault.kind == "server_error":
            page = gzip.compress(b"<html><body>Server Error in '/' Application.</body></html>")
            return Response(page, 500, media_type="text/html")
        if fault.kind == "rate_limited":
            response: Response = HTMLResponse("<html>Too Many Requests</html>", 429)
            if fault.retry_after is not None:
                response.headers["retry-after"] = f"{fault.retry_after:g}"
            return response
        return _refused()

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

    def _answer(self, request: Request) -> Response:
        if not request.path_params["key"].startswith("sandbox-"):
            return _refused()
        path = "{sport}/{feed}".format(**request.path_params)
        if path not in FEEDS and path not in EMPTY:
            return HTMLResponse("<html>The resource cannot be found.</html>", 404)
        params, now = request.query_params, request.state.now
        if params.get("json") not in ("1", "true"):
            return Response("<?xml version='1.0'?><scores/>", media_type="text/xml")
        if path in EMPTY:
            return JSONResponse(
                {"scores": {"category": {"name": EMPTY[path]}}}
                if path.endswith("scores")
                else {"shedules": {"league": EMPTY[path]}}
            )
        sport_key, content = FEEDS[path]
        try:
            first, last = _days(dict(params), now)
        except ValueError:
            return HTMLResponse("<html>Server Error in '/' Application.</html>", 500)
        document = content(self._world.league, sport_key, first, last, now)
        if sport_key == "baseball_mlb":
            document = {"?xml": {"@version": "1.0", "@encoding": "ISO-8859-1"}} | with_signs(
                document
            )
            response = JSONResponse(document)
            return Response(BYTE_ORDER_MARK + bytes(response.body), media_type="application/json")
        return JSONResponse(document)


def spoil(document: Any, fault: Fault) -> Any:
    """The document with the fault in it, as far as it can have it."""
    root = document.get("shedules") or document["scores"]
    groups = root.get("matches", root.get("category")) or []
    for group in groups if isinstance(groups, list) else [groups]:
        matches = group.get("match") or []
        rows = matches if isinstance(matches, list) else [matches]
        sign = "@" if rows and "@id" in rows[0] else ""
        for row in rows:
            if fault.kind == "renamed_field":
                row[f"{sign}utc"] = row.pop(f"{sign}datetime_utc")
            elif fault.kind == "extra_field":
                row[f"{sign}capacity"] = "20000"
            elif fault.kind == "sides_swapped":
                home, away = row["hometeam"], row["awayteam"]
                score = f"{sign}totalscore"
                home[score], away[score] = away[score], home[score]
        if fault.kind == "duplicate_rows":
            group["match"] = [*rows, *rows[-1:]]
        elif fault.kind == "half_missing" and len(rows) > 1:
            group["match"] = rows[::2]
    return document


def _days(params: dict[str, str], now: datetime) -> tuple[date, date]:
    """First and last Eastern day of a request; without, the current one. Raises `ValueError`."""
    today = (now.astimezone(EASTERN) - MORNING).date()
    first = params.get("date1") or params.get("date")
    last = params.get("date2") or first
    read = [datetime.strptime(day, "%d.%m.%Y").date() if day else today for day in (first, last)]
    if not timedelta(0) <= read[1] - read[0] <= timedelta(days=MOST_DAYS):
        raise ValueError("days in the wrong order, or too many")
    return read[0], read[1]


def _refused() -> Response:
    return HTMLResponse("<html>Your key or IP address is not registered.</html>", 403)
