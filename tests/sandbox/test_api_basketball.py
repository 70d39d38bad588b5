"""The simulator speaks API-Basketball's contract over HTTP, and the source reads it all."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from linehouse.sources.api_basketball.source import SANDBOX_KEY, SOURCE
from linehouse.sources.base import Payload, Request
from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    DriftedSchemaError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.rows import GameRow, Parsed
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

NBA = "basketball_nba"
DAY = date(2026, 4, 10)
KEY = {"x-apisports-key": SANDBOX_KEY}


def ask(sandbox: SandboxServer, request: Request, headers: Any = KEY) -> httpx.Response:
    return sandbox.http.get(
        f"/api_basketball{request.path}", params=request.params, headers=headers
    )


def read(sandbox: SandboxServer, request: Request) -> Parsed:
    answer = ask(sandbox, request)
    SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    return SOURCE.parse(
        Payload(SOURCE.name, request.feed, answer.content, None, sport_key=request.sport_key)
    )


def games(sandbox: SandboxServer, day: date = DAY) -> dict[str, GameRow]:
    parsed = read(sandbox, SOURCE.games_request(NBA, day))
    assert parsed.drift == []
    return {game.source_event_id: game for game in parsed.games}


def test_the_games_of_an_eastern_day_are_read_with_their_quarters(sandbox: SandboxServer) -> None:
    found = games(sandbox)
    assert len(found) > 5
    for game in found.values():
        assert (game.game_date_et, game.season, game.state) == (DAY, "2025-26", "final")
        for side, score in (("home", game.home_score), ("away", game.away_score)):
            assert sum(map(int, game.details[f"periods_{side}"])) == int(score or -1)
    assert any(game.commence_at and game.commence_at.date() > DAY for game in found.values())


def test_scores_come_with_the_game_and_not_before(sandbox: SandboxServer) -> None:
    day = FIRST_MOMENT.date()
    (first, *_) = sorted(games(sandbox, day).values(), key=lambda game: str(game.commence_at))
    assert (first.state, first.home_score, first.details.get("periods_home")) == (
        "scheduled", None, None,
    )  # fmt: skip
    assert first.commence_at is not None
    sandbox.set_clock(first.commence_at + timedelta(minutes=80))
    live = games(sandbox, day)[first.source_event_id]
    assert live.state == "live" and int(live.status[1:] if live.status else 0) in (2, 3)
    assert len(live.details["periods_home"]) == int((live.status or "")[1:])
    sandbox.set_clock(first.commence_at + timedelta(hours=5))
    assert games(sandbox, day)[first.source_event_id].completed


def test_figures_of_players_make_the_score_of_their_team(sandbox: SandboxServer) -> None:
    found = games(sandbox)
    teams = read(sandbox, SOURCE.team_statistics_request(NBA, list(found)))
    players = read(sandbox, SOURCE.player_statistics_request(NBA, list(found)))
    assert len(teams.team_stats) == 2 * len(found) and teams.drift == players.drift == []
    for game in found.values():
        of_game = [
            row for row in players.player_stats if row.source_event_id == game.source_event_id
        ]
        for side, score in (("home", game.home_score), ("away", game.away_score)):
            own = [row for row in of_game if row.source_team_id == game.details[f"{side}_team_id"]]
            assert sum(row.stats["points"] for row in own) == int(score or -1)
            minutes = sum(int(row.stats["minutes"].split(":")[0]) for row in own)
            assert minutes >= 240 and all(row.player for row in own)


def test_games_that_are_not_over_have_no_figures(sandbox: SandboxServer) -> None:
    coming = list(games(sandbox, FIRST_MOMENT.date()))
    assert read(sandbox, SOURCE.player_statistics_request(NBA, coming)).player_stats == []


def test_tables_and_seasons_agree(sandbox: SandboxServer) -> None:
    standings = read(sandbox, SOURCE.standings_request(NBA, "2025-26")).team_stats
    assert len(standings) == 30
    best = standings[0]
    assert best.source_team_id is not None
    (season,) = read(
        sandbox, SOURCE.season_statistics_request(NBA, "2025-26", best.source_team_id)
    ).team_stats
    assert season.team == best.team
    assert season.stats["games"]["wins"]["all"]["total"] == best.stats["games"]["win"]["total"]
    assert season.stats["points"]["for"]["total"]["all"] == best.stats["points"]["for"]
    early = SOURCE.season_statistics_request(NBA, "2025-26", best.source_team_id, date(2025, 12, 1))
    (then,) = read(sandbox, early).team_stats
    assert 0 < then.stats["games"]["played"]["all"] < 30
    nobody = SOURCE.season_statistics_request(NBA, "2025-26", "7")
    assert read(sandbox, nobody).team_stats == []


def test_meetings_of_two_teams_are_read(sandbox: SandboxServer) -> None:
    game = next(iter(games(sandbox).values()))
    ids = game.details["home_team_id"], game.details["away_team_id"]
    parsed = read(sandbox, SOURCE.head_to_head_request(NBA, *ids))
    assert game.source_event_id in {one.source_event_id for one in parsed.games}
    assert {one.home_team for one in parsed.games} <= {game.home_team, game.away_team}
    assert len(parsed.team_stats) == 2 * sum(bool(one.completed) for one in parsed.games) > 2


def test_limits_are_counted_by_day_and_told(sandbox: SandboxServer) -> None:
    request = SOURCE.standings_request(NBA, "2025-26")
    sandbox.http.post("/__sandbox__/upstreams", json={"api_basketball": {"quota": 100, "used": 98}})
    try:
        first = ask(sandbox, request)
        assert SOURCE.quota(first.headers) == {"remaining": 1.0, "used": 99.0}
        ask(sandbox, request)
        last = ask(sandbox, request)
        assert last.status_code == 200
        with pytest.raises(QuotaExhaustedError):
            SOURCE.raise_for_error(200, last.headers, last.content)
        sandbox.set_clock(advance_seconds=86_400)
        assert len(read(sandbox, request).team_stats) == 30
    finally:
        sandbox.http.post(
            "/__sandbox__/upstreams", json={"api_basketball": {"quota": 75_000, "used": 0}}
        )


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("bad_key", BadKeyError),
        ("out_of_credits", QuotaExhaustedError),
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
    sandbox.fault(kind, upstream="api_basketball")
    for request in (
        SOURCE.games_request(NBA, DAY),
        SOURCE.standings_request(NBA, "2025-26"),
    ):
        with pytest.raises(error):
            read(sandbox, request)


def test_wrong_keys_and_parameters_are_refused_with_200(sandbox: SandboxServer) -> None:
    request = SOURCE.games_request(NBA, DAY)
    for headers in ({}, {"x-apisports-key": "somebody-elses"}):
        answer = ask(sandbox, request, headers)
        assert answer.status_code == 200
        with pytest.raises(BadKeyError):
            SOURCE.raise_for_error(200, answer.headers, answer.content)
    answer = sandbox.http.get("/api_basketball/games", params={"league": "12"}, headers=KEY)
    with pytest.raises(BadRequestError, match="Season field is required"):
        SOURCE.raise_for_error(200, answer.headers, answer.content)
    status = sandbox.http.get("/api_basketball/status", headers=KEY).json()
    assert status["parameters"] == [] == status["errors"]
    assert "requests" in status["response"]
