"""The simulator speaks the MLB Stats API's contract over HTTP, and the source reads it all."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from linehouse.sources.base import Asking, Payload
from linehouse.sources.errors import (
    AccessRefusedError,
    BadRequestError,
    DriftedSchemaError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.mlb_stats_api.source import SOURCE
from linehouse.sources.rows import GameRow, Parsed
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

DAY = date(2026, 4, 18)


def ask(sandbox: SandboxServer, path: str, **params: str) -> httpx.Response:
    return sandbox.http.get(f"/mlb_stats_api{path}", params=params)


def read(answer: httpx.Response, feed: str) -> Parsed:
    SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    return SOURCE.parse(Payload(SOURCE.name, feed, answer.content, None))


def schedule(sandbox: SandboxServer, day: date = DAY) -> Parsed:
    """What a run asks about a slate."""
    request = SOURCE.schedule_request(Asking("baseball_mlb", FIRST_MOMENT, day))
    return read(ask(sandbox, request.path, **request.params), "schedule")


def feed(sandbox: SandboxServer, game_pk: str) -> Parsed:
    return read(ask(sandbox, SOURCE.feed_request(game_pk).path), "live_feed")


def by_id(parsed: Parsed) -> dict[str, GameRow]:
    return {game.source_event_id: game for game in parsed.games}


def test_the_schedule_is_read_to_its_last_game(sandbox: SandboxServer) -> None:
    request = SOURCE.schedule_request(Asking("baseball_mlb", FIRST_MOMENT, DAY))
    answer = ask(sandbox, request.path, **request.params)
    document, parsed = answer.json(), read(answer, "schedule")
    listed = [game["gamePk"] for day in document["dates"] for game in day["games"]]
    assert document["totalGames"] == len(listed) > 60
    assert [game.source_event_id for game in parsed.games] == list(dict.fromkeys(map(str, listed)))
    assert len(parsed.games) == len(listed) - 1, "one is put off and listed under both days"
    assert parsed.drift == []
    assert {game.season for game in parsed.games} == {"2026"}
    assert {game.state for game in parsed.games} == {"scheduled", "final"}


def test_a_game_that_is_put_off_keeps_its_number_and_its_make_up_has_the_row(
    sandbox: SandboxServer,
) -> None:
    (game,) = [
        game
        for game in schedule(sandbox).games
        if "dates_et" in game.details and game.game_date_et == DAY
    ]
    assert (game.state, game.game_date_et, game.game_number) == ("scheduled", DAY, 2)
    assert game.details["dates_et"] == ["2026-04-17", "2026-04-18"]
    answer = ask(sandbox, "/api/v1/schedule", sportId="1", date="2026-04-17")
    (off,) = [
        listed
        for listed in answer.json()["dates"][0]["games"]
        if str(listed["gamePk"]) == game.source_event_id
    ]
    assert off["status"]["abstractGameState"] == "Final"
    assert off["rescheduleGameDate"] == "2026-04-18"
    assert "score" not in off["teams"]["home"]
    alone = by_id(read(answer, "schedule"))[game.source_event_id]
    assert (alone.state, alone.completed, alone.home_score) == ("postponed", False, None)


def test_doubleheaders_for_one_ticket_have_no_second_start(sandbox: SandboxServer) -> None:
    twice = [
        game for game in schedule(sandbox).games if game.game_number and game.game_date_et == DAY
    ]
    assert Counter((game.home_team, game.game_number) for game in twice) == Counter(
        [(team, number) for team in ("Cleveland Guardians", "Detroit Tigers") for number in (1, 2)]
    )
    placeholders = [game for game in twice if game.commence_at is None]
    assert [(game.home_team, game.game_number) for game in placeholders] == [
        ("Cleveland Guardians", 2)
    ]
    assert placeholders[0].commence_text == "2026-04-19T07:33:00Z"
    assert placeholders[0].game_date_et == DAY


def test_a_night_of_states_and_innings(sandbox: SandboxServer) -> None:
    statuses: Counter[str | None] = Counter()
    for minutes in range(0, 16 * 60, 20):
        sandbox.set_clock(FIRST_MOMENT + timedelta(minutes=minutes))
        for game in schedule(sandbox).games:
            statuses[game.status] += 1
            assert game.completed is (game.status in ("Final", "Game Over"))
            if game.state == "scheduled":
                assert (game.home_score, "periods_home" in game.details) == (None, False)
            if game.completed:
                for side in ("home", "away"):
                    told = getattr(game, f"{side}_score")
                    assert sum(map(int, game.details[f"periods_{side}"])) == int(told)
    assert statuses.keys() == {
        "Scheduled",
        "Pre-Game",
        "Warmup",
        "In Progress",
        "Game Over",
        "Final",
    }


def test_a_suspended_game_is_listed_under_both_days(sandbox: SandboxServer) -> None:
    suspended = None
    for day in range(1, 60):
        sandbox.set_clock(FIRST_MOMENT + timedelta(days=day))
        found = [game for game in schedule(sandbox, DAY + timedelta(days=day)).games
                 if game.state == "suspended"]  # fmt: skip
        if found:
            suspended = found[0]
            break
    assert suspended is not None and suspended.status == "Suspended: Rain"
    assert suspended.completed is False and suspended.home_score is not None
    days = suspended.details["dates_et"]
    assert suspended.game_date_et is not None and suspended.game_date_et.isoformat() == days[0]
    assert suspended.commence_at is not None and suspended.commence_at < sandbox.now()
    told = feed(sandbox, suspended.source_event_id).games[0]
    assert (told.state, told.commence_at, told.game_date_et) == (
        "suspended",
        suspended.commence_at,
        suspended.game_date_et,
    )
    sandbox.set_clock(advance_seconds=86_400)
    resumed = by_id(schedule(sandbox, date.fromisoformat(days[1])))[suspended.source_event_id]
    assert resumed.completed and resumed.details["dates_et"] == days
    assert resumed.commence_at == suspended.commence_at


def test_a_feed_says_what_the_schedule_says(sandbox: SandboxServer) -> None:
    sandbox.set_clock(FIRST_MOMENT + timedelta(hours=10))
    listed = schedule(sandbox)
    for state in ("live", "final", "scheduled"):
        game = next(game for game in listed.games if game.state == state and game.commence_at)
        parsed = feed(sandbox, game.source_event_id)
        (told,) = parsed.games
        for field in ("state", "away_score", "home_score", "commence_at", "game_date_et", "season"):
            assert getattr(told, field) == getattr(game, field), field
        assert told.details.get("periods_home") == game.details.get("periods_home")
        assert told.details["pitcher_home"] == game.details["pitcher_home"]
        assert len(parsed.team_stats) == (0 if state == "scheduled" else 2)
        assert parsed.drift == []
    (makeup,) = [
        game
        for game in listed.games
        if game.game_number == 2 and "dates_et" in game.details and game.game_date_et == DAY
    ]
    assert feed(sandbox, makeup.source_event_id).games[0].details["dates_et"] == [
        "2026-04-17",
        "2026-04-18",
    ]


def test_clubs_and_standings(sandbox: SandboxServer) -> None:
    clubs = read(ask(sandbox, "/api/v1/teams", sportId="1"), "teams")
    assert len({row.source_team_id for row in clubs.team_stats}) == 30
    assert {row.sport_key for row in clubs.team_stats} == {"baseball_mlb"}
    everybody = read(ask(sandbox, "/api/v1/teams"), "teams")
    assert len(everybody.team_stats) == 31
    (request,) = SOURCE.requests(Asking("baseball_mlb", FIRST_MOMENT, DAY), "standings")
    standings = read(ask(sandbox, request.path, **request.params), "standings")
    rows = standings.team_stats
    assert len({row.source_team_id for row in rows}) == 30 and standings.drift == []
    assert sum(row.stats["wins"] for row in rows) == sum(row.stats["losses"] for row in rows) > 200
    leaders = [row for row in rows if row.stats["divisionLeader"]]
    assert {row.stats["gamesBack"] for row in leaders} == {"-"}
    assert all(row.stats["winningPercentage"].startswith(".") for row in rows)


def test_days_and_seasons_without_games_are_empty(sandbox: SandboxServer) -> None:
    answer = ask(sandbox, "/api/v1/schedule", sportId="1", date="2026-01-02")
    assert answer.json()["dates"] == [] and read(answer, "schedule").games == []
    standings = ask(sandbox, "/api/v1/standings", leagueId="103,104", season="2019")
    assert read(standings, "standings").team_stats == []


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/api/v1/schedule", {"date": "2026-04-18"}, 400),
        ("/api/v1/schedule", {"sportId": "1", "date": "today"}, 400),
        ("/api/v1/standings", {}, 400),
        ("/api/v1.1/game/1/feed/live", {}, 404),
    ],
)
def test_refusals_have_the_vendors_form(
    sandbox: SandboxServer, path: str, params: dict[str, str], status: int
) -> None:
    answer = ask(sandbox, path, **params)
    assert answer.status_code == status
    assert answer.json().keys() == {"messageNumber", "message", "timestamp", "traceId"}
    with pytest.raises(BadRequestError):
        SOURCE.raise_for_error(status, answer.headers, answer.content)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limited", RateLimitedError),
        ("server_error", UpstreamUnavailableError),
        ("bad_key", AccessRefusedError),
        ("html", UnreadablePayloadError),
        ("truncated", UnreadablePayloadError),
        ("renamed_field", DriftedSchemaError),
    ],
)
def test_faults_are_named_by_their_type(
    sandbox: SandboxServer, kind: str, error: type[SourceError]
) -> None:
    game = schedule(sandbox).games[0].source_event_id
    sandbox.fault(kind, upstream="mlb_stats_api")
    asked: list[tuple[str, dict[str, Any], str]] = [
        ("/api/v1/schedule", {"sportId": "1", "date": "2026-04-18"}, "schedule"),
        ("/api/v1/teams", {"sportId": "1"}, "teams"),
        ("/api/v1/standings", {"leagueId": "103,104"}, "standings"),
        (SOURCE.feed_request(game).path, {}, "live_feed"),
    ]
    for path, params, name in asked:
        with pytest.raises(SourceError) as caught:
            read(ask(sandbox, path, **params), name)
        assert type(caught.value) is error, name


def test_faults_in_the_content(sandbox: SandboxServer) -> None:
    good = schedule(sandbox)
    sandbox.fault("extra_field", upstream="mlb_stats_api")
    spoiled = schedule(sandbox)
    assert spoiled.drift == ["dates[].games[].broadcastTier"] and spoiled.games == good.games
    sandbox.clear_faults()
    sandbox.fault("duplicate_rows", upstream="mlb_stats_api")
    assert schedule(sandbox).games == good.games, "a game that is listed twice is one game"
    sandbox.clear_faults()
    sandbox.fault("half_missing", upstream="mlb_stats_api")
    assert len(schedule(sandbox).games) < 0.6 * len(good.games)
    sandbox.clear_faults()
    sandbox.fault("sides_swapped", upstream="mlb_stats_api")
    turned = by_id(schedule(sandbox))
    assert all(turned[game.source_event_id].home_team == game.away_team for game in good.games)
