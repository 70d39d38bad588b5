"""The watcher rings when a price really changed, and at no other time."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from linehouse import database
from linehouse.scheduling.price_watch import Look, PriceChangeTrigger
from linehouse.settings import Mode
from linehouse.sources.errors import SourceError
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

MLB, NBA = "baseball_mlb", "basketball_nba"
SECOND = timedelta(seconds=1)


@pytest.fixture
def look(warehouse: Mode, sandbox: SandboxServer) -> Look:
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
    warehouse: Mode, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
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
    refusals: ClassVar[list[tuple[int, dict[str, str]]]] = []
    """Statuses and headers of answers that come first."""

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
        if self.refusals:
            status, headers = self.refusals.pop(0)
            self.answers[-1], body = status, b"{}"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
        else:
            self.send_response(self.answers[-1])
            self.send_header("etag", etag)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_a_source_that_says_nothing_changed_is_taken_at_its_word(live_warehouse, setting) -> None:
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


async def watch(source: str, feed: str, seconds: float = 0.6, answers: int = 2) -> None:
    """Watch for so long, or until so many answers have come. A watcher that dies raises."""
    looking = asyncio.ensure_future(anext(PriceChangeTrigger("live", source, feed, 0.05).run()))
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and len(Cheap.answers) < answers and not looking.done():
        await asyncio.sleep(0.05)
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking


def test_a_source_that_is_off_or_costs_is_never_looked_at(live_warehouse, setting, caplog) -> None:
    Cheap.answers.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cheap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    setting(
        ODDS_API_KEY="k" * 32, ODDS_API_BASE_URL=address, ACTION_NETWORK_BASE_URL=address,
        ESPN_BASE_URL=address,
    )  # fmt: skip

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


@pytest.fixture
def espn(setting) -> Iterator[None]:
    """ESPN is the upstream above, whose answer holds no game that ESPN would tell."""
    Cheap.answers.clear()
    Cheap.refusals.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cheap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    setting(ESPN_BASE_URL=f"http://127.0.0.1:{server.server_address[1]}", SPORTS=f"{MLB},{NBA}")
    yield
    server.shutdown()
    server.server_close()


def log() -> list[tuple[Any, ...]]:
    with database.connect(Mode.LIVE) as connection:
        return connection.execute(
            "select outcome, error_type, http_status, circuit from raw_data.collection_log"
            " where run_id = 'watch' order by attempt_id"
        ).fetchall()


def test_a_demand_for_a_pause_is_heeded_by_every_look_and_by_the_next_watcher(
    live_warehouse, espn, setting
) -> None:
    Cheap.refusals.append((429, {"retry-after": "3600"}))
    asyncio.run(watch("espn", "scoreboard", 1.5))
    assert Cheap.answers == [429]
    assert log() == [("failed", "RateLimitedError", 429, "source")]
    asyncio.run(watch("espn", "scoreboard", 1.0))  # as after a restart
    assert Cheap.answers == [429]
    assert log()[1:] == [("skipped", "CircuitOpenError", None, None)] * 2, "one for each sport"


def test_failures_are_logged_and_looked_after_ever_less_often_until_an_answer_comes(
    live_warehouse, espn, setting
) -> None:
    setting(SPORTS=MLB)
    Cheap.refusals.extend([(500, {}), (503, {}), (403, {})])
    began = time.monotonic()
    looking = Look(Mode.LIVE, "espn", "scoreboard", MLB)
    rests = []
    for _ in range(3):
        with pytest.raises(SourceError) as failed:
            looking.changed()
        rests.append(looking.rest_after(failed.value, 1.0))
    assert rests == [2.0, 4.0, 8.0]
    assert looking.rests and time.monotonic() - began < 8
    assert looking.rest_after(ValueError(), 60.0) == 600.0
    with contextlib.suppress(SourceError):  # it is no scoreboard, but an answer
        looking.changed()
    assert [(outcome, status) for outcome, _, status, _ in log()] == [
        ("failed", 500), ("failed", 503), ("failed", 403), ("duplicate", 200),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "feed", "says"),
    [
        ("espm", "scoreboard", "no source 'espm' is asked over HTTP; there are action_network"),
        ("sbro", "scoreboard", "no source 'sbro' is asked over HTTP"),
        ("espn", "scorebord", "WATCH_PRICES_FEED: espn has no feed 'scorebord'; there are score"),
    ],
)
def test_a_misspelt_source_or_feed_is_said_and_nothing_is_watched(
    espn, caplog, source: str, feed: str, says: str
) -> None:
    asyncio.run(watch(source, feed, 0.3))
    assert says in caplog.text
    assert Cheap.answers == []
    from linehouse.scheduling.price_watch import misspelt

    assert says in str(misspelt(source, feed))


def test_off_unless_set(setting) -> None:
    from linehouse.settings import get_settings

    assert get_settings().watch_prices is False
