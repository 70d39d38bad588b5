"""`/__sandbox__`: steers the simulator, for clients of this machine only. Whoever may ask the
simulator at all may read its clock (other containers go by it).

GET, POST clock       {"now": ISO, "advance_seconds": number, "frozen": bool}, each optional
GET, POST, DELETE faults   POST one fault (see `faults.Fault`), DELETE one (`?fault_id=`) or all
GET, POST upstreams   {"the_odds_api": {"quota": number, "used": number}}
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linehouse.sandbox.clock import VirtualClock
from linehouse.sandbox.faults import FaultBoard
from linehouse.sandbox.upstreams.contract import Upstream

Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(
    clock: VirtualClock, faults: FaultBoard, upstreams: Mapping[str, Upstream]
) -> list[Route]:
    """The endpoints, over the parts that they steer."""

    async def clock_endpoint(request: Request) -> Response:
        if request.method == "POST":
            wish = await _body(request)
            if not wish.keys() <= {"now", "advance_seconds", "frozen"}:
                raise ValueError("a clock has now, advance_seconds and frozen")
            if not isinstance(wish.get("frozen"), bool | None):
                raise ValueError("frozen should be true or false")
            clock.change(
                now=_instant(wish["now"]) if "now" in wish else None,
                advance_seconds=float(wish.get("advance_seconds", 0.0)),
                frozen=wish.get("frozen"),
            )
        return JSONResponse(clock.state())

    async def faults_endpoint(request: Request) -> Response:
        if request.method == "POST":
            faults.switch_on(await _body(request))
        elif request.method == "DELETE":
            fault_id = request.query_params.get("fault_id")
            faults.switch_off(int(fault_id) if fault_id is not None else None)
        return JSONResponse(faults.listing())

    async def upstreams_endpoint(request: Request) -> Response:
        if request.method == "POST":
            for name, values in (await _body(request)).items():
                if name not in upstreams:
                    raise ValueError(f"no upstream {name!r}; there are {', '.join(upstreams)}")
                upstreams[name].change(values)
        return JSONResponse({name: upstream.settings() for name, upstream in upstreams.items()})

    return [
        Route("/clock", _guarded(clock_endpoint, open_to_read=True), methods=["GET", "POST"]),
        Route("/faults", _guarded(faults_endpoint), methods=["GET", "POST", "DELETE"]),
        Route("/upstreams", _guarded(upstreams_endpoint), methods=["GET", "POST"]),
    ]


def _guarded(endpoint: Endpoint, *, open_to_read: bool = False) -> Endpoint:
    async def answer(request: Request) -> Response:
        near = request.client is not None and _is_loopback(request.client.host)
        if not near and not (open_to_read and request.method in ("GET", "HEAD")):
            return JSONResponse({"message": "only for clients of this machine"}, 403)
        try:
            return await endpoint(request)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            return JSONResponse({"message": str(error)}, 422)

    return answer


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


async def _body(request: Request) -> dict[str, Any]:
    document = json.loads(await request.body())
    if not isinstance(document, dict):
        raise ValueError("the body should be a JSON object")
    return document


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment.astimezone(UTC)
