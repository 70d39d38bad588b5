"""What the simulator shows as time goes on, over HTTP."""

import itertools
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.settings import PROJECT_ROOT, get_settings
from tests.fixtures.sandbox import SandboxServer

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def truth() -> League:
    """The same league as the server's: the server never tells what it knows."""
    return League(get_settings().sandbox_seed)


def first_game(truth: League, sport: str = "basketball_nba") -> Game:
    return truth.games_on(sport, date(2026, 4, 18))[0]


def shown(sandbox: SandboxServer, game: Game, at: datetime) -> dict[str, Any] | None:
    sandbox.set_clock(at)
    events = {event["id"]: event for event in sandbox.odds(game.sport_key)}
    return events.get(game.event_id)


def scored(
    sandbox: SandboxServer, game: Game, at: datetime, **params: Any
) -> dict[str, Any] | None:
    sandbox.set_clock(at)
    answer = sandbox.get(f"/v4/sports/{game.sport_key}/scores", **params).json()
    return {event["id"]: event for event in answer}.get(game.event_id)


def prices(event: dict[str, Any]) -> dict[tuple[str, ...], tuple[int, float | None]]:
    return {
        (book["key"], market["key"], outcome["name"]): (outcome["price"], outcome.get("point"))
        for book in event["bookmakers"]
        for market in book["markets"]
        for outcome in market["outcomes"]
    }


def test_games_in_play_stay_and_finished_games_vanish(
    sandbox: SandboxServer, truth: League
) -> None:
    game = first_game(truth)
    before = shown(sandbox, game, game.starts_at - SECOND)
    during = [
        shown(sandbox, game, game.starts_at + timedelta(minutes=minutes))
        for minutes in (10, 40, 80)
    ]
    after = shown(sandbox, game, game.ends_at + timedelta(minutes=2))
    assert before is not None and before["bookmakers"]
    assert all(event is not None for event in during)
    assert any(event["bookmakers"] for event in during if event)
    assert after is None
    live_prices = [prices(event) for event in during if event]
    assert live_prices[0] != live_prices[-1] and live_prices[0] != prices(before)
    for event in during:
        assert event is not None
        assert datetime.fromisoformat(event["commence_time"]) <= game.starts_at + SECOND


def test_scores_are_null_then_running_then_final(sandbox: SandboxServer, truth: League) -> None:
    game = first_game(truth, "baseball_mlb")
    before = scored(sandbox, game, game.starts_at - timedelta(minutes=30))
    assert before is not None
    assert (before["completed"], before["scores"], before["last_update"]) == (False, None, None)
    middle = scored(sandbox, game, game.starts_at + timedelta(minutes=100))
    assert middle is not None and middle["completed"] is False
    assert {entry["name"] for entry in middle["scores"]} == {
        game.fixture.home.name,
        game.fixture.away.name,
    }
    later = game.reported_at + timedelta(minutes=5)
    assert scored(sandbox, game, later) is None, "only with daysFrom"
    final = scored(sandbox, game, later, daysFrom=1)
    assert final is not None and final["completed"] is True
    by_name = {entry["name"]: entry["score"] for entry in final["scores"]}
    assert by_name == {
        game.fixture.home.name: str(game.home_score),
        game.fixture.away.name: str(game.away_score),
    }
    assert scored(sandbox, game, game.starts_at + timedelta(days=2), daysFrom=1) is None
    assert scored(sandbox, game, game.starts_at + timedelta(days=2), daysFrom=3) is not None


def test_last_update_advances_without_a_price_change(sandbox: SandboxServer, truth: League) -> None:
    game = first_game(truth)
    at = game.starts_at - timedelta(hours=6)
    unchanged = advanced = 0
    earlier = shown(sandbox, game, at)
    for minute in range(1, 6):
        later = shown(sandbox, game, at + timedelta(minutes=minute))
        assert earlier is not None and later is not None
        before, now = prices(earlier), prices(later)
        updates = {book["key"]: book["last_update"] for book in earlier["bookmakers"]}
        for book in later["bookmakers"]:
            mine = [key for key in now if key[0] == book["key"]]
            if all(before.get(key) == now[key] for key in mine):
                unchanged += 1
                advanced += book["last_update"] > updates[book["key"]]
        earlier = later
    assert unchanged > 20 and advanced > 0.9 * unchanged


def test_last_update_is_never_in_the_future(sandbox: SandboxServer) -> None:
    for event in sandbox.odds("baseball_mlb"):
        for book in event["bookmakers"]:
            assert datetime.fromisoformat(book["last_update"]) <= sandbox.now()


def test_prices_change_at_discrete_times(sandbox: SandboxServer, truth: League) -> None:
    game = first_game(truth)
    book = truth.book_on(game, "draftkings")
    changes = [at for at in book.change_times() if at < game.starts_at]
    assert 10 < len(changes) < 60
    for first, second in itertools.pairwise(changes):
        if second - first > 3 * SECOND:
            one = truth.view(game, "draftkings", first + SECOND)
            other = truth.view(game, "draftkings", second - SECOND)
            assert one is not None and other is not None
            assert one.quotes == other.quotes or len(one.quotes) != len(other.quotes)


def test_a_start_that_slips_is_told_anew_under_the_same_id(
    sandbox: SandboxServer, truth: League
) -> None:
    day = date(2026, 4, 1)
    game = next(
        game
        for offset in range(30)
        for game in truth.games_on("baseball_mlb", day + timedelta(days=offset))
        if game.starts_at > game.fixture.scheduled_at and game.fixture.postponed_at is None
    )
    early = shown(sandbox, game, game.fixture.scheduled_at - timedelta(hours=1))
    late = shown(sandbox, game, game.fixture.scheduled_at)
    assert early is not None and late is not None
    assert datetime.fromisoformat(early["commence_time"]) == game.fixture.scheduled_at
    assert datetime.fromisoformat(late["commence_time"]) == game.starts_at.replace(microsecond=0)
    assert early["id"] == late["id"]


def test_the_same_moment_gives_the_same_bytes(sandbox: SandboxServer, truth: League) -> None:
    at = datetime(2026, 4, 19, 0, 30, tzinfo=UTC)

    def answers() -> list[bytes]:
        sandbox.set_clock(at)
        return [
            sandbox.get(f"/v4/sports/{sport}/{feed}", regions="us,eu", daysFrom=2).content
            for sport in ("basketball_nba", "baseball_mlb")
            for feed in ("odds", "scores", "events")
        ]

    first = answers()
    sandbox.set_clock(at + timedelta(days=40))
    sandbox.odds("baseball_mlb")
    assert answers() == first


def test_a_doubleheader_is_two_events_of_the_same_clubs_on_one_day(
    sandbox: SandboxServer, truth: League
) -> None:
    second = next(
        game
        for offset in range(60)
        for game in truth.games_on("baseball_mlb", date(2026, 4, 1) + timedelta(days=offset))
        if game.fixture.game_number == 2
    )
    sandbox.set_clock(second.fixture.scheduled_at - timedelta(hours=7))
    same = [
        event
        for event in sandbox.odds("baseball_mlb")
        if event["home_team"] == second.fixture.home.name
        and datetime.fromisoformat(event["commence_time"]).astimezone(EASTERN).date()
        == second.fixture.date_et
    ]
    assert len({event["id"] for event in same}) == len(same) == 2
    assert len({event["away_team"] for event in same}) == 1


def test_nothing_is_told_of_the_truth(sandbox: SandboxServer, truth: League) -> None:
    game = first_game(truth)
    sandbox.set_clock(game.starts_at - timedelta(hours=3))
    for path in ("odds", "events", "scores"):
        answer = sandbox.get(f"/v4/sports/basketball_nba/{path}", regions="us").text
        event = answer.split(game.event_id)[1].split('"id"')[0]
        for secret in ("expectation", "strength", "home_score", "news", "seed"):
            assert secret not in event
    for path in ("/__sandbox__/truth", "/__sandbox__/league", "/__sandbox__/"):
        assert sandbox.http.get(path).status_code == 404


def test_the_simulator_does_not_even_load_the_truth() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, linehouse.sandbox.app; print('linehouse.sandbox.truth' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT / "include")},
    )
    assert loaded.stdout.strip() == "False"
