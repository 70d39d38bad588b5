"""The simulator as an ASGI application: `uvicorn --factory linehouse.sandbox.app:create_app`.

Upstreams live under `/<name>/` with the vendor's own paths below. `/__sandbox__/clock|faults|
upstreams` steer it, for clients of this machine only. Every answer tells the virtual instant that
it was made for in `x-sandbox-now` and in `Date`.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linehouse.sandbox.clock import VirtualClock, iso
from linehouse.sandbox.control import control_routes
from linehouse.sandbox.faults import CONTENT_KINDS, STATUS_KINDS, Fault, FaultBoard
from linehouse.sandbox.league.league import League
from linehouse.sandbox.upstreams.action_network.routes import ActionNetworkUpstream
from linehouse.sandbox.upstreams.api_basketball.routes import ApiBasketballUpstream
from linehouse.sandbox.upstreams.contract import Upstream, World
from linehouse.sandbox.upstreams.espn.routes import EspnUpstream
from linehouse.sandbox.upstreams.goalserve.routes import GoalserveUpstream
from linehouse.sandbox.upstreams.mlb_stats_api.routes import MlbStatsApiUpstream
from linehouse.sandbox.upstreams.nba_stats.routes import NbaStatsUpstream
from linehouse.sandbox.upstreams.sbd.routes import SbdUpstream
from linehouse.sandbox.upstreams.the_odds_api.routes import TheOddsApiUpstream
from linehouse.sandbox.upstreams.vsin.routes import VsinUpstream
from linehouse.settings import Settings, get_settings

log = logging.getLogger(__name__)

KEEP_CLOCK_EVERY_SECONDS = 5.0
WEB_PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"


def create_app(settings: Settings | None = None) -> Starlette:
    """A simulator of its own: seed, quota and the place of its clock come from the settings."""
    settings = settings or get_settings()
    clock = VirtualClock(settings.home / "sandbox" / "clock.json")
    world = World(League(settings.sandbox_seed), clock)
    upstreams: dict[str, Upstream] = {
        upstream.name: upstream
        for upstream in (
            TheOddsApiUpstream(world, settings.odds_api_quota),
            EspnUpstream(world),
            MlbStatsApiUpstream(world),
            ApiBasketballUpstream(world),
            NbaStatsUpstream(world),
            GoalserveUpstream(world),
            ActionNetworkUpstream(world),
            SbdUpstream(world),
            VsinUpstream(world),
        )
    }
    faults = FaultBoard()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        keeper = asyncio.create_task(_keep_clock(clock))
        try:
            yield
        finally:
            keeper.cancel()
            clock.keep()

    routes: list[Route | Mount] = [
        Mount("/__sandbox__", routes=control_routes(clock, faults, upstreams)),
        *(
            Mount(f"/{name}", app=_Faulty(_router(upstream), upstream, faults))
            for name, upstream in upstreams.items()
        ),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.add_middleware(_Dated, clock=clock)
    return app


def _router(upstream: Upstream) -> ASGIApp:
    return Starlette(routes=list(upstream.routes()))


async def _keep_clock(clock: VirtualClock) -> None:
    while True:
        await asyncio.sleep(KEEP_CLOCK_EVERY_SECONDS)
        try:
            clock.keep()
        except OSError as error:
            log.warning("The clock could not be kept: %s", error)


class _Dated:
    """Gives each request one virtual instant, and tells it in the answer."""

    def __init__(self, app: ASGIApp, clock: VirtualClock) -> None:
        self._app, self._clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        now: datetime = self._clock.now()
        scope.setdefault("state", {})["now"] = now

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-sandbox-now"] = iso(now)
                headers["date"] = format_datetime(now, usegmt=True)
            await send(message)

        await self._app(scope, receive, send_dated)


class _Faulty:
    """Lets an upstream's answers go wrong as the switches say."""

    def __init__(self, app: ASGIApp, upstream: Upstream, faults: FaultBoard) -> None:
        self._app, self._upstream, self._faults = app, upstream, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        struck = self._faults.strike(self._upstream.name, scope["path"])
        if not struck:
            await self._app(scope, receive, send)
            return
        for fault in struck:
            if fault.kind == "hang":
                await asyncio.sleep(fault.seconds)
        for fault in struck:
            if fault.kind in STATUS_KINDS:
                await self._instead(fault)(scope, receive, send)
                return
        response = await _collect(self._app, scope, receive)
        if response.status_code == 200:
            response = _spoiled(response, struck, self._upstream.spoil)
        await response(scope, receive, send)

    def _instead(self, fault: Fault) -> Response:
        if fault.kind == "html":
            return HTMLResponse(WEB_PAGE)
        return self._upstream.faulty_response(fault)


def _spoiled(
    response: Response, struck: list[Fault], spoil: Callable[[Any, Fault], Any]
) -> Response:
    body = bytes(response.body)
    for fault in struck:
        if fault.kind in CONTENT_KINDS:
            body = _with_fault(response, body, fault, spoil)
    for fault in struck:
        if fault.kind == "truncated":
            body = body[: len(body) * 2 // 3]
    kept = {key: value for key, value in response.headers.items() if key != "content-length"}
    return Response(body, response.status_code, headers=kept)


def _with_fault(
    response: Response, body: bytes, fault: Fault, spoil: Callable[[Any, Fault], Any]
) -> bytes:
    """A document is spoiled as one, a web page as text."""
    if "html" in response.headers.get("content-type", ""):
        page: str = spoil(body.decode(), fault)
        return page.encode()
    return json.dumps(spoil(json.loads(body), fault), separators=(",", ":")).encode()


async def _collect(app: ASGIApp, scope: Scope, receive: Receive) -> Response:
    """An application's answer as one object."""
    start: Message = {}
    chunks: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(scope, receive, keep)
    response = Response(b"".join(chunks), start["status"])
    response.raw_headers = list(start["headers"])
    return response
