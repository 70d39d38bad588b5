"""The simulator speaks ESPN's contract over HTTP, and the source reads it to the last row."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from linehouse.sources.base import Payload
from linehouse.sources.errors import (
    BadRequestError,
    DriftedSchemaError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.espn.source import SOURCE
from linehouse.sources.rows import GameRow, Parsed
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

BASE = "/espn/apis/site/v2/sports"
LEAGUES = {"basketball_nba": "basketball/nba", "baseball_mlb": "baseball/mlb"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")


def ask(sandbox: SandboxServer, sport: str, what: str = "scoreboard", **params: str) -> Any:
    return sandbox.http.get(f"{BASE}/{LEAGUES[sport]}/{what}", params=params)


def read(answer: httpx.Response, sport: str, feed: str = "scoreboard") -> Parsed:
    SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    return SOURCE.parse(Payload(SOURCE.name, feed, answer.content, None, sport_key=sport))


def games(sandbox: SandboxServer, sport: str, dates: str) -> dict[str, GameRow]:
    parsed = read(ask(sandbox, sport, dates=dates), sport)
    return {game.source_event_id: game for game in parsed.games}


@pytest.mark.parametrize("sport", LEAGUES)
def test_a_scoreboard_is_read_to_its_last_price(sandbox: SandboxServer, sport: str) -> None:
    answer = ask(sandbox, sport, dates="20260417-20260418", limit="300")
    board, parsed = answer.json(), read(answer, sport)
    assert len(parsed.games) == len(board["events"]) > 4
    assert parsed.drift == []
    prices = 0
    for event in board["events"]:
        assert TIME.fullmatch(event["date"]) and re.fullmatch(r"\d+", event["id"])
        (competition,) = event["competitions"]
        pre = event["status"]["type"]["state"] == "pre"
        assert pre or "odds" not in competition
        for odds in competition.get("odds", []):
            for market in ("moneyline", "pointSpread", "total"):
                for side in odds.get(market, {}).values():
                    prices += len(side) if isinstance(side, dict) else 0
    assert len(parsed.lines) == prices > 40
    assert {game.game_date_et.isoformat() for game in parsed.games if game.game_date_et} == {
        "2026-04-17",
        "2026-04-18",
    }


def test_sides_come_in_either_order_and_clubs_have_espns_names(sandbox: SandboxServer) -> None:
    orders: Counter[str] = Counter()
    names = set()
    for sport in LEAGUES:
        for event in ask(sandbox, sport, dates="20260401-20260411", limit="300").json()["events"]:
            sides = event["competitions"][0]["competitors"]
            orders[sides[0]["homeAway"]] += 1
            names |= {side["team"]["displayName"] for side in sides}
    assert orders["home"] > orders["away"] > 10
    assert "LA Clippers" in names and len(names) == 60


def test_a_night_from_prices_to_final_scores(sandbox: SandboxServer) -> None:
    """Prices of a game end with its start; its periods make its score; finals stay as they are."""
    seen: dict[str, list[str | None]] = {}
    finals: dict[str, tuple[Any, ...]] = {}
    for hours in range(0, 16):
        sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
        parsed = read(ask(sandbox, "baseball_mlb", dates="20260418"), "baseball_mlb")
        priced = {line.source_event_id for line in parsed.lines}
        for game in parsed.games:
            states = seen.setdefault(game.source_event_id, [])
            states += [game.state] if states[-1:] != [game.state] else []
            if game.state != "scheduled":
                assert game.source_event_id not in priced
            if game.state == "scheduled":
                assert (game.away_score, game.completed) == (None, False)
            if game.completed:
                score = (game.away_score, game.home_score)
                assert finals.setdefault(game.source_event_id, score) == score
                for side, told in zip(("away", "home"), score, strict=True):
                    periods = game.details[f"periods_{side}"]
                    assert sum(map(int, periods)) == int(told or -1)
                assert len(game.details["periods_away"]) >= 9
    assert len(finals) == len(seen) >= 15
    assert all(states[0] == "scheduled" and states[-1] == "final" for states in seen.values())


def test_a_postponed_game_stays_and_its_make_up_is_another_event(sandbox: SandboxServer) -> None:
    both = games(sandbox, "baseball_mlb", "20260417-20260418")
    (off,) = [game for game in both.values() if game.state == "postponed"]
    assert (off.completed, off.away_score, off.home_score) == (False, None, None)
    (makeup,) = [game for game in both.values() if game.details.get("dates_et")]
    assert makeup.source_event_id != off.source_event_id
    assert makeup.home_team == off.home_team
    assert makeup.details["dates_et"] == ["2026-04-17", "2026-04-18"]
    assert (makeup.game_number, off.game_number) == (2, None)


def test_openings_stay_while_prices_move(sandbox: SandboxServer) -> None:
    def of(label: str | None) -> dict[tuple[str, ...], tuple[str | None, ...]]:
        lines = read(ask(sandbox, "baseball_mlb", dates="20260419"), "baseball_mlb").lines
        return {
            (line.source_event_id, line.market, line.outcome): (line.price, line.point)
            for line in lines
            if line.label == label
        }

    opened, current = of("open"), of(None)
    sandbox.set_clock(FIRST_MOMENT + timedelta(hours=20))
    later, now = of("open"), of(None)
    both = opened.keys() & later.keys()
    assert len(both) > 30 and all(opened[key] == later[key] for key in both)
    assert any(current[key] != now[key] for key in current.keys() & now.keys())


@pytest.mark.parametrize("sport", LEAGUES)
def test_injuries_name_every_player_out(sandbox: SandboxServer, sport: str) -> None:
    answer = ask(sandbox, sport, "injuries")
    report, parsed = answer.json(), read(answer, sport, "injuries")
    assert len(parsed.injuries) == sum(len(team["injuries"]) for team in report["injuries"]) > 10
    assert parsed.drift == []
    assert 0 < len(report["injuries"]) < 30, "healthy clubs are missing"
    assert all("id" not in entry["athlete"] for t in report["injuries"] for entry in t["injuries"])
    assert all(row.source_player_id and row.player_position for row in parsed.injuries)
    assert {row.status for row in parsed.injuries} <= {
        "Out",
        "Doubtful",
        "Questionable",
        "Day-To-Day",
    }


def test_a_day_without_games_is_empty(sandbox: SandboxServer) -> None:
    parsed = read(ask(sandbox, "baseball_mlb", dates="20260102"), "baseball_mlb")
    assert parsed.games == [] and parsed.coverage[0].sport_key == "baseball_mlb"


def test_the_days_default_turns_over_in_the_morning(sandbox: SandboxServer) -> None:
    for hour, day in ((3, "2026-04-17"), (9, "2026-04-17"), (11, "2026-04-18")):
        sandbox.set_clock(datetime(2026, 4, 18, hour, tzinfo=UTC))
        assert ask(sandbox, "baseball_mlb").json()["day"]["date"] == day


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{BASE}/cricket/ipl/scoreboard", 404),
        (f"{BASE}/basketball/nba/scoreboard?dates=soon", 400),
        (f"{BASE}/basketball/nba/scoreboard?dates=20260418-20260417", 400),
    ],
)
def test_refusals_have_the_vendors_form(sandbox: SandboxServer, path: str, status: int) -> None:
    answer = sandbox.http.get(path)
    assert answer.status_code == answer.json()["code"] == status and answer.json()["message"]
    with pytest.raises(BadRequestError):
        SOURCE.raise_for_error(status, answer.headers, answer.content)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limited", RateLimitedError),
        ("server_error", UpstreamUnavailableError),
        ("bad_key", RateLimitedError),
        ("out_of_credits", RateLimitedError),
        ("html", UnreadablePayloadError),
        ("truncated", UnreadablePayloadError),
        ("renamed_field", DriftedSchemaError),
    ],
)
def test_faults_are_named_by_their_type(
    sandbox: SandboxServer, kind: str, error: type[SourceError]
) -> None:
    sandbox.fault(kind, upstream="espn")
    for what in ("scoreboard", "injuries"):
        with pytest.raises(SourceError) as caught:
            read(ask(sandbox, "baseball_mlb", what), "baseball_mlb", what)
        assert type(caught.value) is error
    assert sandbox.odds("baseball_mlb"), "other upstreams answer"


def test_faults_in_the_content(sandbox: SandboxServer) -> None:
    def rows() -> Parsed:
        return read(ask(sandbox, "basketball_nba", dates="20260418-20260420"), "basketball_nba")

    good = rows()
    sandbox.fault("extra_field", upstream="espn")
    assert rows().drift == ["events[].capacity"] and rows().games == good.games
    sandbox.clear_faults()
    sandbox.fault("half_missing", upstream="espn")
    assert len(rows().games) == (len(good.games) + 1) // 2
    sandbox.clear_faults()
    sandbox.fault("duplicate_rows", upstream="espn")
    assert len(rows().games) == len(good.games) + 1
    sandbox.clear_faults()
    sandbox.fault("sides_swapped", upstream="espn")
    swapped = {(line.source_event_id, line.outcome, line.label): line.price for line in rows().lines
               if line.market == "moneyline"}  # fmt: skip
    for line in good.lines:
        if line.market == "moneyline":
            other = "away" if line.outcome == "home" else "home"
            assert swapped[line.source_event_id, other, line.label] == line.price
