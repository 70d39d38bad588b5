"""The virtual clock runs, stops, jumps, and is kept over a restart."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from linehouse import clock
from linehouse.sandbox.app import create_app
from linehouse.sandbox.clock import DEFAULT_START, VirtualClock
from linehouse.settings import Mode, get_settings
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer, sandbox_process


def test_it_runs_with_real_time_and_stands_still_when_frozen(sandbox: SandboxServer) -> None:
    assert sandbox.now() == sandbox.now() == FIRST_MOMENT
    sandbox.set_clock(frozen=False)
    before, real = sandbox.now(), time.monotonic()
    time.sleep(0.3)
    passed = (sandbox.now() - before).total_seconds()
    assert passed == pytest.approx(time.monotonic() - real, abs=0.15)


def test_it_is_set_and_advanced(sandbox: SandboxServer) -> None:
    assert sandbox.set_clock(advance_seconds=90) == FIRST_MOMENT + timedelta(seconds=90)
    there = datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
    assert sandbox.set_clock(there) == there == sandbox.now()


def test_the_time_that_passed_before_is_not_counted_again() -> None:
    running = VirtualClock(None)
    time.sleep(0.3)
    there = datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
    running.change(now=there)
    assert there <= running.now() < there + timedelta(seconds=0.25)


@pytest.mark.parametrize(
    "wish",
    [
        {"now": "2026-04-18T15:00:00"},
        {"now": "soon"},
        {"now": "1970-01-01T00:00:00Z"},
        {"speed": 3},
        {"advance_seconds": 1e300},
        {"frozen": "yes"},
        [],
    ],
)
def test_wishes_that_make_no_sense_are_refused(sandbox: SandboxServer, wish: object) -> None:
    answer = sandbox.http.post("/__sandbox__/clock", json=wish)
    assert answer.status_code == 422 and answer.json()["message"]
    assert sandbox.now() == FIRST_MOMENT


def test_the_clock_of_sandbox_mode_is_the_simulators(sandbox: SandboxServer) -> None:
    sandbox.set_clock(advance_seconds=3600)
    assert clock.now(Mode.SANDBOX) == FIRST_MOMENT + timedelta(hours=1)
    assert abs(clock.now("live") - datetime.now(UTC)) < timedelta(seconds=5)


def test_an_absent_sandbox_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEHOUSE_SANDBOX_URL", "http://127.0.0.1:9")
    get_settings.cache_clear()
    try:
        with pytest.raises(clock.SandboxUnreachableError, match=r"127\.0\.0\.1:9"):
            clock.now(Mode.SANDBOX)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_it_resumes_after_a_restart(tmp_path: Path) -> None:
    there = "2026-05-01T12:00:00+00:00"
    with sandbox_process(tmp_path) as url:
        assert httpx.get(f"{url}/__sandbox__/clock").json()["now"] >= "2026-04-18T15:00:00"
        httpx.post(f"{url}/__sandbox__/clock", json={"now": there, "frozen": True})
        first = httpx.get(f"{url}/the_odds_api/v4/sports/baseball_mlb/events?apiKey=sandbox-a")
    with sandbox_process(tmp_path) as url:
        second = httpx.get(f"{url}/the_odds_api/v4/sports/baseball_mlb/events?apiKey=sandbox-a")
        assert httpx.get(f"{url}/__sandbox__/clock").json() == {
            "now": "2026-05-01T12:00:00.000000Z",
            "frozen": True,
        }
    assert first.content == second.content


def test_a_running_clock_goes_on_from_where_it_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    first = VirtualClock(path)
    assert DEFAULT_START <= first.now() < DEFAULT_START + timedelta(minutes=1)
    first.change(advance_seconds=600)
    kept = datetime.fromisoformat(json.loads(path.read_text())["now"])
    assert kept >= DEFAULT_START + timedelta(seconds=600)
    second = VirtualClock(path)
    assert kept <= second.now() < kept + timedelta(seconds=10)
    assert [file.name for file in tmp_path.iterdir()] == ["clock.json"]


def test_a_broken_clock_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    path.write_text('{"now"')
    with pytest.raises(ValueError, match=r"clock\.json"):
        VirtualClock(path)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("10.0.0.5", 403),
        ("::ffff:10.0.0.5", 403),
        ("somewhere", 403),
    ],
)
def test_only_this_machine_may_steer(tmp_path: Path, host: str, status: int) -> None:
    app = create_app(get_settings().model_copy(update={"home": tmp_path}))

    async def answers() -> list[int]:
        transport = httpx.ASGITransport(app=app, client=(host, 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
            steering = [
                await http.post("/__sandbox__/clock", json={"advance_seconds": 1}),
                await http.post("/__sandbox__/faults", json={"kind": "hang"}),
                await http.get("/__sandbox__/faults"),
                await http.delete("/__sandbox__/faults"),
                await http.get("/__sandbox__/upstreams"),
            ]
            asking = [
                await http.get("/__sandbox__/clock"),
                await http.get("/the_odds_api/v4/sports?apiKey=sandbox-a"),
            ]
            return [answer.status_code for answer in steering + asking]

    assert asyncio.run(answers()) == [status] * 5 + [200] * 2
