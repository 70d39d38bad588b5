"""The simulator speaks NBA.com's contract over HTTP, and the source reads it all."""

from collections import Counter
from datetime import date, timedelta

import httpx
import pytest

from linehouse.sources.base import Payload, Request
from linehouse.sources.errors import (
    BadRequestError,
    DriftedSchemaError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.nba_stats.source import SOURCE
from linehouse.sources.rows import GameRow, Parsed
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

NBA = "basketball_nba"
DAY = date(2026, 4, 10)


def ask(sandbox: SandboxServer, request: Request) -> httpx.Response:
    return sandbox.http.get(
        f"/nba_stats{request.path}", params=request.params, headers=request.headers
    )


def read(sandbox: SandboxServer, request: Request) -> Parsed:
    answer = ask(sandbox, request)
    SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    return SOURCE.parse(Payload(SOURCE.name, request.feed, answer.content, None, sport_key=NBA))


def board(sandbox: SandboxServer, day: date = DAY) -> dict[str, GameRow]:
    parsed = read(sandbox, SOURCE.scoreboard_request(NBA, day))
    assert parsed.drift == []
    return {game.source_event_id: game for game in parsed.games}


def test_a_days_scoreboard_is_read_with_its_periods(sandbox: SandboxServer) -> None:
    found = board(sandbox)
    assert len(found) > 5
    for game in found.values():
        assert (game.game_date_et, game.season, game.completed) == (DAY, "2025-26", True)
        for side, score in (("home", game.home_score), ("away", game.away_score)):
            assert sum(map(int, game.details[f"periods_{side}"])) == int(score or -1)


def test_states_follow_the_clock(sandbox: SandboxServer) -> None:
    day = FIRST_MOMENT.date()
    (first, *_) = sorted(board(sandbox, day).values(), key=lambda game: str(game.commence_at))
    assert (first.state, first.home_score) == ("scheduled", None)
    assert first.commence_at is not None
    sandbox.set_clock(first.commence_at + timedelta(minutes=80))
    live = board(sandbox, day)[first.source_event_id]
    assert live.state == "live" and "periods_home" in live.details
    assert len(live.details["periods_home"]) == int(live.details["period"])
    sandbox.set_clock(first.commence_at + timedelta(hours=5))
    assert board(sandbox, day)[first.source_event_id].state == "final"


def test_a_postponed_game_is_told_by_its_text_alone(sandbox: SandboxServer) -> None:
    days = [date(2025, 10, 25) + timedelta(days=offset) for offset in range(170)]
    postponed = []
    for day in days:
        answer = ask(sandbox, SOURCE.scoreboard_request(NBA, day))
        told = answer.json()["scoreboard"]["games"]
        postponed += [game for game in told if game["gameStatusText"] == "PPD"]
        parsed = SOURCE.parse(Payload(SOURCE.name, "scoreboard", answer.content, None))
        assert [game.state for game in parsed.games].count("postponed") == sum(
            game["gameStatusText"] == "PPD" for game in told
        )
    assert postponed and {game["gameStatus"] for game in postponed} == {1}


def test_the_cdn_shows_the_day_before_until_noon(sandbox: SandboxServer) -> None:
    request = SOURCE.today_request()
    morning = {str(game.game_date_et) for game in read(sandbox, request).games}
    sandbox.set_clock(advance_seconds=3 * 3600)
    noon = {str(game.game_date_et) for game in read(sandbox, request).games}
    assert noon == {"2026-04-18"} and morning <= {"2026-04-17"}
    missing = ask(sandbox, SOURCE.today_request("basketball_wnba"))
    assert missing.status_code == 403 and b"AccessDenied" in missing.content
    with pytest.raises(BadRequestError):
        SOURCE.raise_for_error(403, missing.headers, missing.content)


def test_a_season_of_results_agrees_with_the_scoreboards(sandbox: SandboxServer) -> None:
    parsed = read(sandbox, SOURCE.game_finder_request("2025-26"))
    assert parsed.drift == [] and len(parsed.games) == 1230
    assert len(parsed.team_stats) == 2460
    of_day = {game.source_event_id: game for game in parsed.games if game.game_date_et == DAY}
    for event, game in board(sandbox).items():
        other = of_day[event]
        assert (game.away_team, game.home_team) == (other.away_team, other.home_team)
        assert (game.away_score, game.home_score) == (other.away_score, other.home_score)
    assert Counter(game.home_team for game in parsed.games)["LA Clippers"] > 30
    for row in parsed.team_stats[:100]:
        assert row.stats["PTS"] == 2 * row.stats["FGM"] + row.stats["FG3M"] + row.stats["FTM"]


def test_history_can_be_narrowed_to_days_and_kinds(sandbox: SandboxServer) -> None:
    few = read(sandbox, SOURCE.game_finder_request("2025-26", first=DAY, last=DAY))
    assert {game.game_date_et for game in few.games} == {DAY}
    later = read(sandbox, SOURCE.game_finder_request("2026-27"))
    assert (later.games, later.team_stats) == ([], [])
    sandbox.set_clock(advance_seconds=14 * 86_400)
    playoffs = read(sandbox, SOURCE.game_finder_request("2025-26", season_type="Playoffs"))
    assert playoffs.games and {game.source_event_id[:3] for game in playoffs.games} == {"004"}


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("bad_key", BadRequestError),
        ("rate_limited", RateLimitedError),
        ("server_error", UpstreamUnavailableError),
        ("html", UnreadablePayloadError),
        ("truncated", UnreadablePayloadError),
        ("renamed_field", DriftedSchemaError),
    ],
)
def test_failures_are_what_they_are(
    sandbox: SandboxServer, kind: str, error: type[SourceError]
) -> None:
    sandbox.fault(kind, upstream="nba_stats")
    for request in (
        SOURCE.scoreboard_request(NBA, DAY),
        SOURCE.game_finder_request("2025-26", first=DAY, last=DAY),
    ):
        with pytest.raises(error):
            read(sandbox, request)


def test_who_is_no_browser_waits_in_vain(sandbox: SandboxServer) -> None:
    request = SOURCE.scoreboard_request(NBA, DAY)
    with pytest.raises(httpx.TimeoutException):
        sandbox.http.get(f"/nba_stats{request.path}", params=request.params, timeout=0.3)
    assert ask(sandbox, request).status_code == 200


def test_missing_and_wrong_parameters_are_refused_in_plain_text(sandbox: SandboxServer) -> None:
    headers = SOURCE.today_request().headers
    for params in ({"LeagueID": "00"}, {"LeagueID": "00", "GameDate": "yesterday"}):
        answer = sandbox.http.get("/nba_stats/stats/scoreboardv3", params=params, headers=headers)
        assert answer.status_code == 400
        with pytest.raises(BadRequestError, match="GameDate"):
            SOURCE.raise_for_error(400, answer.headers, answer.content)
