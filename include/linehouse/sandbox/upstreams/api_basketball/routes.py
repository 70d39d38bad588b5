"""API-Basketball, as its contract says: games, figures, tables of the league's NBA.

Refusals come with HTTP 200 and an `errors` object; requests are counted by the day, which is the
virtual clock's, and by the minute of this machine (the virtual clock can stand still).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.upstreams.api_basketball import content, figures
from linehouse.sandbox.upstreams.contract import World

DAY_LIMIT, MINUTE_LIMIT = 75_000, 900
MINUTE_SECONDS = 60.0

Endpoint = Callable[[content.Query], Any]


class ApiBasketballUpstream:
    """Endpoints, limits and error envelopes of the vendor."""

    name = "api_basketball"

    def __init__(self, world: World) -> None:
        self._world = world
        self._limits = {"quota": DAY_LIMIT, "per_minute": MINUTE_LIMIT}
        self._used, self._day = 0, ""
        self._lately: list[float] = []

    def routes(self) -> Sequence[Route]:
        """The vendor's paths."""
        endpoints: Mapping[str, Endpoint] = {
            "/games": content.games,
            "/games/h2h": content.head_to_head,
            "/games/statistics/teams": figures.team_statistics,
            "/games/statistics/players": figures.player_statistics,
            "/statistics": figures.season_statistics,
            "/standings": figures.standings,
            "/teams": figures.teams,
        }

        def guarded(path: str, endpoint: Endpoint | None) -> Any:
            async def answer(request: Request) -> Response:
                return self._answer(request, path, endpoint)

            return answer

        return [
            Route("/status", guarded("/status", None)),
            *(Route(path, guarded(path, endpoint)) for path, endpoint in endpoints.items()),
        ]

    def faulty_response(self, fault: Fault) -> Response:
        """Refusals in the vendor's form: with 200, but for a failure of the service."""
        if fault.kind == "server_error":
            return JSONResponse({"message": "Internal Server Error"}, 500)
        errors = {
            "rate_limited": {"rateLimit": "Too many requests. Your rate limit is 10 per minute."},
            "bad_key": {"token": "Error/Missing application key."},
            "out_of_credits": {"requests": "You have reached the request limit for the day."},
        }
        response = JSONResponse(_envelope("", {}, errors[fault.kind], []))
        if fault.kind == "rate_limited" and fault.retry_after is not None:
            response.headers["retry-after"] = f"{fault.retry_after:g}"
        return response

    def spoil(self, document: Any, fault: Fault) -> Any:
        """A good answer with a fault in its content."""
        return content.spoil(document, fault)

    def settings(self) -> dict[str, Any]:
        """Requests of the day and of the minute."""
        return {**self._limits, "used": self._used}

    def change(self, values: dict[str, Any]) -> None:
        """Set `quota` (a day), `per_minute` or `used`. Raises `ValueError`."""
        if not values or not values.keys() <= {"quota", "per_minute", "used"}:
            raise ValueError("only quota, per_minute and used can be set")
        self._used = int(values.get("used", self._used))
        self._limits |= {name: int(values[name]) for name in self._limits if name in values}
        self._lately.clear()

    def _answer(self, request: Request, path: str, endpoint: Endpoint | None) -> Response:
        now: datetime = request.state.now
        params = dict(request.query_params)
        if self._day != f"{now:%Y-%m-%d}":
            self._day, self._used = f"{now:%Y-%m-%d}", 0
        errors = self._refused(request, counted=endpoint is not None)
        response: Any = []
        if not errors and endpoint is None:
            response = {
                "account": {"firstname": "sandbox", "lastname": "sandbox", "email": ""},
                "subscription": {
                    "plan": "Sandbox",
                    "end": "2090-01-01T00:00:00+00:00",
                    "active": True,
                },
                "requests": {"current": self._used, "limit_day": self._limits["quota"]},
            }
        elif not errors and endpoint is not None:
            self._used += 1
            self._lately.append(time.monotonic())
            try:
                response = endpoint(content.Query(self._world.league, params, now))
            except content.WrongParameterError as error:
                errors = error.errors
        return JSONResponse(_envelope(path, params, errors, response), headers=self._headers())

    def _refused(self, request: Request, *, counted: bool) -> dict[str, str]:
        key = request.headers.get("x-apisports-key", "")
        if not key.startswith("sandbox-"):
            return {"token": "Error/Missing application key. Go to the dashboard to get your key."}
        if counted and self._used >= self._limits["quota"]:
            return {"requests": "You have reached the request limit for the day."}
        since = time.monotonic() - MINUTE_SECONDS
        self._lately = [moment for moment in self._lately if moment > since]
        if counted and len(self._lately) >= self._limits["per_minute"]:
            limit = self._limits["per_minute"]
            return {
                "rateLimit": f"Too many requests. Your rate limit is {limit} requests per minute."
            }
        return {}

    def _headers(self) -> dict[str, str]:
        of_day, of_minute = self._limits["quota"], self._limits["per_minute"]
        return {
            "x-ratelimit-requests-limit": str(of_day),
            "x-ratelimit-requests-remaining": str(max(of_day - self._used, 0)),
            "X-RateLimit-Limit": str(of_minute),
            "X-RateLimit-Remaining": str(max(of_minute - len(self._lately), 0)),
        }


def _envelope(
    path: str, params: Mapping[str, str], errors: Mapping[str, str], response: Any
) -> dict[str, Any]:
    """`parameters` and `errors` are lists where they are empty, objects otherwise."""
    return {
        "get": path.removeprefix("/"),
        "parameters": dict(params) or [],
        "errors": dict(errors) or [],
        "results": len(response),
        "response": response,
    }
