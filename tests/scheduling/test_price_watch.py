"""The watcher rings when a price really changed, and at no other time."""

import asyncio
from datetime import timedelta

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
    """Two hours in steps of five minutes: what it says is compared to the answers themselves."""
    rang, quiet, before = 0, 0, None
    stamps = set()
    for step in range(25):
        sandbox.set_clock(FIRST_MOMENT + step * 300 * SECOND, frozen=True)
        prices = told(sandbox)
        stamps |= {
            book["last_update"] for event in sandbox.odds(MLB) for book in event["bookmakers"]
        }
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
    assert len(stamps) > 25, "books' time stamps moved all the time"


def test_a_book_that_only_looked_again_rings_nothing(look: Look, sandbox: SandboxServer) -> None:
    quiet = 0
    for step in range(40):
        sandbox.set_clock(FIRST_MOMENT + step * 15 * SECOND, frozen=True)
        quiet += not look.changed()
    assert quiet > 5


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


def test_a_source_that_says_nothing_changed_is_taken_at_its_word(
    look: Look, sandbox: SandboxServer
) -> None:
    """With an ETag the second look costs a 304; the simulator has none, so one is kept for it."""
    look.changed()
    assert look._etags == {}


def test_off_unless_set(setting) -> None:
    from linehouse.settings import get_settings

    assert get_settings().watch_prices is False
