"""What a module of this package provides so that its upstream joins the simulator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.responses import Response
from starlette.routing import Route

from linehouse.sandbox.clock import VirtualClock
from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.league import League


@dataclass(frozen=True)
class World:
    """What all upstreams of one simulator share."""

    league: League
    clock: VirtualClock


class Upstream(Protocol):
    """An upstream that the simulator speaks for, under the path `/<name>`."""

    name: str

    def routes(self) -> Sequence[Route]:
        """Its endpoints, with the vendor's own paths. The virtual instant of a request is
        `request.state.now`."""
        ...

    def faulty_response(self, fault: Fault) -> Response:
        """The vendor's answer for one of `faults.STATUS_KINDS` except `html`."""
        ...

    def spoil(self, document: Any, fault: Fault) -> Any:
        """A good answer's document, or the text of its web page, with one of
        `faults.CONTENT_KINDS` in it."""
        ...

    def settings(self) -> dict[str, Any]:
        """What `/__sandbox__/upstreams` shows and can change (credits)."""
        ...

    def change(self, values: dict[str, Any]) -> None:
        """Change what `settings` shows. Raises `ValueError`."""
        ...
