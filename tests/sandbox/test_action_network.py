"""The simulator speaks Action Network's contract over HTTP, and the source reads all of it."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from linehouse.settings import Mode
from linehouse.sources.action_network.source import BROWSER, SOURCE
from linehouse.sources.base import Asking, KnownEvent, Payload, Request
from linehouse.sources.errors import (
    AccessRefusedError,
    DriftedSchemaError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.rows import Parsed
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

SPORTS = ("basketball_nba", "baseball_mlb")
DAY = date(2026, 4, 18)


def ask(sandbox: SandboxServer, request: Request) -> httpx.Response:
    return sandbox.http.get(
        f"/action_network{request.path}", params=dict(request.params), headers=dict(request.headers)
    )


def get(sandbox: SandboxServer, path: str, **params: str) -> httpx.Response:
    return sandbox.http.get(f"/action_network{path}", params=params, headers=BROWSER)


def read(answer: httpx.Response, request: Request) -> Parsed:
    SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    return SOURCE.parse(
        Payload(
            SOURCE.name,
            request.feed,
            answer.content,
            None,
            sport_key=request.sport_key,
            params=request.params,
            url=str(answer.url),
        )
    )


def day_of(sandbox: SandboxServer, sport: str, day: date = DAY) -> Parsed:
    request = SOURCE.scoreboard_request(Asking(sport, FIRST_MOMENT, day))
    return read(ask(sandbox, request), request)


def outcomes_of(board: Any) -> list[dict[str, Any]]:
    return [
        outcome
        for game in board["games"]
        for periods in game.get("markets", {}).values()
        for markets in periods.values()
        for outcomes in markets.values()
        for outcome in outcomes
    ]


@pytest.mark.parametrize("sport", SPORTS)
def test_a_scoreboard_is_read_to_its_last_outcome(sandbox: SandboxServer, sport: str) -> None:
    request = SOURCE.scoreboard_request(Asking(sport, FIRST_MOMENT, DAY))
    answer = ask(sandbox, request)
    assert "max-age=30" in answer.headers["cache-control"]
    parsed = read(answer, request)
    outcomes = outcomes_of(answer.json())
    assert len(parsed.lines) == len(outcomes) > 100
    assert len(parsed.games) == len(answer.json()["games"]) >= 4
    assert parsed.drift == []
    assert all(("is_live" in one) == (one["book_id"] != 30) for one in outcomes)
    assert {type(one["market_id"]) for one in outcomes} == {int, str}
    assert {one.market.partition("/")[0] for one in parsed.lines} <= {
        "event",
        "firsthalf",
        "firstfiveinnings",
    }


def test_shares_are_one_consensus_of_all_books(sandbox: SandboxServer) -> None:
    request = SOURCE.scoreboard_request(Asking("baseball_mlb", FIRST_MOMENT, DAY))
    told = defaultdict(set)
    sums = Counter()
    for one in outcomes_of(ask(sandbox, request).json()):
        if one["period"] == "event" and "bet_info" in one:
            tickets, money = one["bet_info"]["tickets"], one["bet_info"]["money"]
            told[one["event_id"], one["type"], one["side"]].add(
                (tickets["percent"], money["percent"])
            )
    assert all(len(shares) == 1 for shares in told.values())
    for (event, market, side), shares in told.items():
        if side in ("home", "over"):
            other = told[event, market, {"home": "away", "over": "under"}[side]]
            sums[next(iter(shares))[0] + next(iter(other))[0]] += 1
    assert {99, 100, 101} <= set(sums) | {0} and set(sums) <= {0, 99, 100, 101}
    splits = day_of(sandbox, "baseball_mlb").splits
    assert len(splits) == len(told)


def test_a_night_from_lines_to_scores(sandbox: SandboxServer) -> None:
    states: dict[str, list[str | None]] = defaultdict(list)
    live = 0
    for hours in range(0, 20, 2):
        sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
        parsed = day_of(sandbox, "baseball_mlb")
        live += sum(one.market.startswith("live/") for one in parsed.lines)
        for game in parsed.games:
            seen = states[game.source_event_id]
            seen += [game.state] if seen[-1:] != [game.state] else []
            assert game.completed == (game.state == "final")
            assert (game.home_score is None) == (game.state in ("scheduled", "postponed"))
            if game.completed:
                for side, told in (("home", game.home_score), ("away", game.away_score)):
                    assert sum(map(int, game.details[f"periods_{side}"])) == int(told or -1)
    assert live > 0
    assert all(seen[0] == "scheduled" and seen[-1] == "final" for seen in states.values())


def test_a_game_keeps_its_number_and_a_called_off_one_stays_listed(sandbox: SandboxServer) -> None:
    before = {
        game.source_event_id: game.home_team for game in day_of(sandbox, "baseball_mlb").games
    }
    sandbox.set_clock(FIRST_MOMENT + timedelta(days=2))
    after = {game.source_event_id: game.home_team for game in day_of(sandbox, "baseball_mlb").games}
    assert before.items() <= after.items()
    rained = day_of(sandbox, "baseball_mlb", date(2026, 4, 17)).games
    assert "postponed" in {game.state for game in rained}


def test_a_history_grows_and_ends_two_weeks_after_the_game(sandbox: SandboxServer) -> None:
    game = day_of(sandbox, "basketball_nba").games[0]
    event = KnownEvent(game.source_event_id, game.sport_key, game.commence_at, DAY, game.state)
    request = SOURCE.history_request(event)
    early = read(ask(sandbox, request), request).movements
    sandbox.set_clock(FIRST_MOMENT + timedelta(hours=12))
    late = read(ask(sandbox, request), request).movements
    assert len(late) > len(early) > 20
    assert {one.source_event_id for one in late} == {game.source_event_id}
    openings = [one for one in late if one.label == "open"]
    assert {one.bookmaker for one in openings} >= {"30", "68"}
    times = [one.moved_text for one in late if (one.bookmaker, one.outcome) == ("68", "over")]
    assert times == sorted(times)
    assert all(game.commence_text and one.moved_text < game.commence_text for one in late)
    sandbox.set_clock(FIRST_MOMENT + timedelta(days=16))
    answer = ask(sandbox, request)
    assert (answer.status_code, answer.json()) == (404, {"statusCode": 404, "error": "Not Found"})


def test_version_1_tells_the_same_lines(sandbox: SandboxServer) -> None:
    answer = get(sandbox, "/web/v1/scoreboard/nba", period="game", date="20260418", bookIds="15,68")
    request = Request(SOURCE.name, "scoreboard_v1", "", sport_key="basketball_nba")
    old = {
        (one.source_event_id, one.bookmaker, one.market, one.outcome): (one.price, one.point)
        for one in read(answer, request).lines
    }
    new = {
        (one.source_event_id, one.bookmaker, one.market, one.outcome): (one.price, one.point)
        for one in day_of(sandbox, "basketball_nba").lines
        if one.bookmaker in ("15", "68") and one.market.startswith("event/")
    }
    assert old == new and len(old) > 40
    assert len(read(answer, request).splits) == len(day_of(sandbox, "basketball_nba").splits)


def test_unknown_books_are_answered_with_others(sandbox: SandboxServer) -> None:
    answer = get(
        sandbox, "/web/v2/scoreboard/mlb", date="20260418", bookIds="78,9999", periods="event"
    )
    assert answer.status_code == 200
    params = {"bookIds": "78,9999", "periods": "event", "date": "20260418"}
    parsed = read(answer, Request(SOURCE.name, "scoreboard", "", params, sport_key="baseball_mlb"))
    assert {one.bookmaker for one in parsed.lines} == {"15", "30"}
    assert parsed.drift == [
        "games[].markets holds none of 78, 9999",
        "games[].markets.15 (not asked for)",
        "games[].markets.30 (not asked for)",
    ]
    assert {one.bookmakers for one in parsed.coverage} == {("15", "30")}


def test_whoever_is_no_browser_is_refused_with_a_web_page(sandbox: SandboxServer) -> None:
    answer = sandbox.http.get("/action_network/web/v2/scoreboard/mlb")
    assert answer.status_code == 403 and b"Request blocked" in answer.content
    with pytest.raises(AccessRefusedError, match="User-Agent"):
        SOURCE.raise_for_error(403, answer.headers, answer.content)


def test_what_cannot_be_asked_is_refused_and_the_day_of_now_needs_no_date(
    sandbox: SandboxServer,
) -> None:
    assert get(sandbox, "/web/v2/scoreboard/cricket").status_code == 404
    assert get(sandbox, "/web/v2/scoreboard/mlb", marketTypes="spread").status_code == 400
    assert get(sandbox, "/web/v2/scoreboard/mlb", date="soon").status_code == 400
    assert get(sandbox, "/web/v2/markets/event/1/history").status_code == 404
    today = get(sandbox, "/web/v2/scoreboard/mlb", bookIds="68", period="firsthalf").json()
    assert len(today["games"]) == len(day_of(sandbox, "baseball_mlb").games)
    books = get(sandbox, "/web/v1/books").json()["books"]
    assert {"15", "30", "68"} < {str(book["id"]) for book in books}


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limited", RateLimitedError),
        ("server_error", UpstreamUnavailableError),
        ("bad_key", AccessRefusedError),
    ],
)
def test_errors_have_their_types(
    sandbox: SandboxServer, kind: str, error: type[SourceError]
) -> None:
    from linehouse.landing.fetch import judge

    sandbox.fault(kind, upstream="action_network")
    answer = get(sandbox, "/web/v2/scoreboard/mlb")
    assert isinstance(judge(SOURCE, answer.status_code, answer.headers, answer.content), error)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("html", UnreadablePayloadError),
        ("truncated", UnreadablePayloadError),
        ("renamed_field", DriftedSchemaError),
        ("sides_swapped", DriftedSchemaError),
    ],
)
def test_spoiled_answers_are_named(
    sandbox: SandboxServer, kind: str, error: type[SourceError]
) -> None:
    sandbox.fault(kind, upstream="action_network")
    with pytest.raises(error):
        day_of(sandbox, "baseball_mlb")


def test_other_faults_show_in_the_rows(sandbox: SandboxServer) -> None:
    good = day_of(sandbox, "baseball_mlb")
    for kind in ("extra_field", "duplicate_rows", "half_missing"):
        sandbox.clear_faults()
        sandbox.fault(kind, upstream="action_network")
        bad = day_of(sandbox, "baseball_mlb")
        if kind == "extra_field":
            assert (bad.lines, bad.splits) == (good.lines, good.splits) and len(bad.drift) == 2
        else:
            wanted = len(good.games) + 1 if kind == "duplicate_rows" else (len(good.games) + 1) // 2
            assert len(bad.games) == wanted


def test_its_address_in_the_sandbox(sandbox: SandboxServer) -> None:
    assert SOURCE.base_url(Mode.SANDBOX) == f"{sandbox.url}/action_network"
