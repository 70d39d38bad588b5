"""ESPN's site API, as its contract says: scoreboards and injuries of both sports. No key."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.upstreams.contract import World
from linehouse.sandbox.upstreams.espn.content import scoreboard
from linehouse.sandbox.upstreams.espn.report import injuries

SPORTS = {"basketball/nba": "basketball_nba", "baseball/mlb": "baseball_mlb"}
BASE = "/apis/site/v2/sports"
DEFAULT_LIMIT = 100
MOST_DAYS = 31
MORNING = timedelta(hours=6)
"""The day of the source turns over in the morning."""

Endpoint = Callable[[Request, str, datetime], Any]


class Refusal(Exception):
    """An answer that is an error in the vendor's form."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class EspnUpstream:
    """Endpoints and error bodies of the vendor."""

    name = "espn"

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> Sequence[Route]:
        """The vendor's paths; leagues that are not simulated are not found."""
        endpoints: dict[str, Endpoint] = {
            "scoreboard": self._scoreboard,
            "injuries": self._injuries,
        }

        def guarded(endpoint: Endpoint) -> Any:
            async def answer(request: Request) -> Response:
                league = "{sport}/{league}".format(**request.path_params)
                try:
                    if league not in SPORTS:
                        raise Refusal(404, f"Failed to get league: {league}")
                    return JSONResponse(endpoint(request, SPORTS[league], request.state.now))
                except Refusal as refusal:
                    return _error(refusal)

            return answer

        return [
            Route(f"{BASE}/{{sport}}/{{league}}/{name}", guarded(endpoint))
            for name, endpoint in endpoints.items()
        ]

    def faulty_response(self, fault: Fault) -> Response:
        """Error answers in the vendor's form; bursts are refused with 403 too."""
        refusals = {
            "rate_limited": Refusal(429, "Too Many Requests"),
            "server_error": Refusal(500, "Internal Server Error"),
            "bad_key": Refusal(403, "Forbidden"),
            "out_of_credits": Refusal(403, "Forbidden"),
        }
        response = _error(refusals[fault.kind])
        if fault.kind == "rate_limited" and fault.retry_after is not None:
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

    def _scoreboard(self, request: Request, sport_key: str, now: datetime) -> Any:
        first, last = _days(request.query_params.get("dates"), now)
        board = scoreboard(self._world.league, sport_key, first, last, now)
        limit = request.query_params.get("limit", "")
        board["events"] = board["events"][: int(limit) if limit.isdigit() else DEFAULT_LIMIT]
        return board

    def _injuries(self, request: Request, sport_key: str, now: datetime) -> Any:
        return injuries(self._world.league, sport_key, now)


def spoil(document: Any, fault: Fault) -> Any:
    """The document with the fault in it, as far as it can have it."""
    rows = document["events"] if "events" in document else document["injuries"]
    if fault.kind == "renamed_field":
        for row in rows:
            for key, other in (("date", "startsAt"), ("injuries", "reports")):
                if key in row:
                    row[other] = row.pop(key)
    elif fault.kind == "extra_field":
        for row in rows:
            row["capacity"] = 20_000
    elif fault.kind == "duplicate_rows":
        rows.extend(rows[-1:])
    elif fault.kind == "half_missing":
        del rows[1::2]
    elif fault.kind == "sides_swapped":
        for row in rows:
            for competition in row.get("competitions", []):
                for odds in competition.get("odds", []):
                    line = odds.get("moneyline", {})
                    if {"home", "away"} <= line.keys():
                        line["home"], line["away"] = line["away"], line["home"]
    return document


def _days(value: str | None, now: datetime) -> tuple[date, date]:
    """First and last Eastern day of `YYYYMMDD` or `YYYYMMDD-YYYYMMDD`; without, the day of now."""
    if not value:
        today = (now.astimezone(EASTERN) - MORNING).date()
        return today, today
    first, _, last = value.partition("-")
    try:
        days = [datetime.strptime(day, "%Y%m%d").date() for day in (first, last or first)]
    except ValueError:
        raise Refusal(400, f"Failed to parse dates: {value}") from None
    if not timedelta(0) <= days[1] - days[0] <= timedelta(days=MOST_DAYS):
        raise Refusal(400, f"Failed to parse dates: {value}")
    return days[0], days[1]


def _error(refusal: Refusal) -> Response:
    return JSONResponse({"code": refusal.status, "message": refusal.message}, refusal.status)
