"""The watcher rings when a price really changed, and at no other time."""

import asyncio
import contextlib
import json
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from linehouse.scheduling.price_watch import Look, PriceChangeTrigger
from linehouse.settings import Mode
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

MLB = "baseball_mlb"
SECOND = timedelta(seconds=1)


@pytest.fixture
def look(sandbox: SandboxServer) -> Look:
    return Look(Mode.SANDBOX, "the_odds_api", "odds", MLB)


def told(sandbox: SandboxServer) -> dict[tuple[str, ...], tuple[object, ...]]:
    """Prices and points of the games to come, read from the answer itself."""
    now = sandbox.now()
    return {
        (event["id"], book["key"], market["key"], outcome["name"]): (
            outcome["price"],
            outcome.get("point"),
        )
        for event in sandbox.odds(MLB)
        if event["commence_time"] > f"{now:%Y-%m-%dT%H:%M:%SZ}"
        for book in event["bookmakers"]
        for market in book["markets"]
        for outcome in market["outcomes"]
    }


def test_it_rings_for_each_changed_price_and_for_nothing_else(
    look: Look, sandbox: SandboxServer
) -> None:
    """In steps of minutes and of seconds: what it says is compared to the answers themselves."""
    rang, quiet, before = 0, 0, None
    now = FIRST_MOMENT
    for seconds in (0, 300, 15, 600, 15, 15, 900, 15, 15, 1200, 15, 15):
        now += seconds * SECOND
        sandbox.set_clock(now, frozen=True)
        prices = told(sandbox)
        changed = look.changed()
        if before is None:
            assert not changed, "the first look has nothing to compare"
        else:
            both = {line[0] for line in prices} & {line[0] for line in before}
            moved = {line: seen for line, seen in prices.items() if line[0] in both} != {
                line: seen for line, seen in before.items() if line[0] in both
            }
            assert changed == moved
            rang, quiet = rang + changed, quiet + (not changed)
        before = prices
    assert rang > 0
    assert quiet > 0


def test_the_trigger_tells_the_sport_and_outlives_a_failing_upstream(
    sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger = PriceChangeTrigger("sandbox", "the_odds_api", "odds", 0.01)
    path, arguments = trigger.serialize()
    assert path == "linehouse.scheduling.price_watch.PriceChangeTrigger"
    again = PriceChangeTrigger(**arguments)

    async def first_event() -> object:
        looks = 0
        original = again._changed

        async def stepping(look: Look) -> bool:
            nonlocal looks
            looks += 1
            if looks == 3:
                sandbox.fault("server_error", count=2)
            sandbox.set_clock(FIRST_MOMENT + looks * 600 * SECOND, frozen=True)
            return await original(look)

        monkeypatch.setattr(again, "_changed", stepping)
        async for event in again.run():
            return event
        return None

    event = asyncio.run(asyncio.wait_for(first_event(), 60))
    assert event.payload["mode"] == "sandbox"
    assert event.payload["sport_keys"]


EVENT = {
    "id": "e" * 32,
    "sport_key": MLB,
    "sport_title": "MLB",
    "commence_time": "2089-04-18T23:10:00Z",
    "home_team": "Boston Red Sox",
    "away_team": "New York Yankees",
}


class Cheap(BaseHTTPRequestHandler):
    """An upstream with one game and an ETag; counts what it answered."""

    price, stamp = -110, "2026-04-18T15:00:00Z"
    answers: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        etag = f'"{self.price} {self.stamp}"'
        unchanged = self.headers.get("if-none-match") == etag
        outcomes = [
            {"name": EVENT["home_team"], "price": self.price},
            {"name": EVENT["away_team"], "price": -105},
        ]
        market = {"key": "h2h", "last_update": self.stamp, "outcomes": outcomes}
        book = {
            "key": "pinnacle",
            "title": "Pinnacle",
            "last_update": self.stamp,
            "markets": [market],
        }
        body = b"" if unchanged else json.dumps([EVENT | {"bookmakers": [book]}]).encode()
        self.answers.append(304 if unchanged else 200)
        self.send_response(self.answers[-1])
        self.send_header("etag", etag)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_a_source_that_says_nothing_changed_is_taken_at_its_word(setting) -> None:
    """And one whose answer changed without its prices rings nothing; on the wall's clock."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cheap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        setting(
            ODDS_API_KEY="k" * 32,
            ODDS_API_BASE_URL=f"http://127.0.0.1:{server.server_address[1]}",
        )
        look = Look(Mode.LIVE, "the_odds_api", "odds", MLB)
        assert not look.changed()
        assert not look.changed()
        Cheap.stamp = "2026-04-18T15:01:00Z"
        assert not look.changed(), "the book only looked again"
        Cheap.price = -115
        assert look.changed()
        assert not look.changed()
        assert Cheap.answers == [200, 304, 200, 200, 304]
    finally:
        server.shutdown()
        server.server_close()


def test_a_source_that_is_off_or_costs_is_never_looked_at(setting, caplog) -> None:
    Cheap.answers.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cheap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    setting(
        ODDS_API_KEY="k" * 32, ODDS_API_BASE_URL=address, ACTION_NETWORK_BASE_URL=address,
        ESPN_BASE_URL=address,
    )  # fmt: skip

    async def watch(source: str, feed: str, seconds: float = 0.6) -> None:
        looking = asyncio.ensure_future(anext(PriceChangeTrigger("live", source, feed, 0.05).run()))
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and len(Cheap.answers) < 2:
            await asyncio.sleep(0.05)
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking

    try:
        asyncio.run(watch("the_odds_api", "odds"))
        asyncio.run(watch("action_network", "scoreboard"))
        assert Cheap.answers == []
        assert "costs credits" in caplog.text and "ACTION_NETWORK_ENABLED" in caplog.text
        asyncio.run(watch("espn", "scoreboard", 30.0))
        assert len(Cheap.answers) > 1
    finally:
        server.shutdown()
        server.server_close()


def test_off_unless_set(setting) -> None:
    from linehouse.settings import get_settings

    assert get_settings().watch_prices is False
