"""VSiN, as its contract says: pages of splits of DraftKings and of Circa. HTML, no key.

Where it has no table to show, it sends its visitors to its offers, with 200.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.upstreams.contract import World
from linehouse.sandbox.upstreams.vsin.content import (
    BOOKS,
    LEAGUES,
    WITHOUT_GAMES,
    page_of,
    table_of,
)

VIEWS = {
    "yesterday": (-1,),
    "today": (0,),
    "tomorrow": (1,),
    "all": (0, 1, 2, 3),
}
OFFERS = (
    "<!doctype html><html><head><title>VSiN - Subscribe</title></head>"
    "<body><h1>Become a member</h1></body></html>"
)
REFUSED = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


class VsinUpstream:
    """The vendor's one page."""

    name = "vsin"

    def __init__(self, world: World) -> None:
        self._league = world.league

    def routes(self) -> Sequence[Route]:
        """The vendor's path, with and without its slash."""

        async def answer(request: Request) -> Response:
            return HTMLResponse(self._page(request))

        return [Route("/betting-splits/", answer), Route("/betting-splits", answer)]

    def faulty_response(self, fault: Fault) -> Response:
        """Refusals of a web server."""
        if fault.kind == "server_error":
            return HTMLResponse(REFUSED.format("502 Bad Gateway"), 502)
        if fault.kind in ("bad_key", "out_of_credits"):
            return HTMLResponse(REFUSED.format("403 Forbidden"), 403)
        response = HTMLResponse(REFUSED.format("429 Too Many Requests"), 429)
        if fault.retry_after is not None:
            response.headers["retry-after"] = f"{fault.retry_after:g}"
        return response

    def spoil(self, document: Any, fault: Fault) -> Any:
        """A good page with a fault in its content."""
        return spoil(document, fault)

    def settings(self) -> dict[str, Any]:
        """Nothing can be set."""
        return {}

    def change(self, values: dict[str, Any]) -> None:
        """Nothing can be set. Raises `ValueError`."""
        if values:
            raise ValueError("nothing can be set")

    def _page(self, request: Request) -> str:
        now = request.state.now
        book = request.query_params.get("source", "DK").upper()
        sport = request.query_params.get("sport")
        if book not in BOOKS or sport not in (None, *LEAGUES, *WITHOUT_GAMES):
            return OFFERS
        days = VIEWS.get(request.query_params.get("view", "all"), VIEWS["all"])
        today = now.astimezone(EASTERN).date()
        tables = [
            table_of(
                self._league, league, [today + timedelta(days=ahead) for ahead in days], now, book
            )
            for league in LEAGUES
            if sport in (None, league)
        ]
        return page_of([table for table in tables if table])


def spoil(page: str, fault: Fault) -> str:
    """The page with the fault in it."""
    mark = '<tr class="sp-row'
    head, *rows = page.split(mark)
    if not rows:
        return page
    rows[-1], ending, foot = rows[-1].partition("</tbody>")
    if fault.kind == "renamed_field":
        return page.replace("data-gamecode", "data-code")
    if fault.kind == "extra_field":
        return page.replace(mark, '<tr class="sp-game-featured sp-row')
    if fault.kind == "duplicate_rows":
        rows += rows[-2:]
    elif fault.kind == "half_missing":
        rows = [row for place, row in enumerate(rows) if place % 4 < 2]
    elif fault.kind == "sides_swapped":
        head = (
            head.replace(">Handle<", ">?<").replace(">Bets<", ">Handle<").replace(">?<", ">Bets<")
        )
    return "".join([head, *(mark + row for row in rows), ending, foot])
