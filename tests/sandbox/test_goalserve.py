"""The simulator speaks Goalserve's contract over HTTP, and the source reads it all."""

from datetime import date, timedelta

import httpx
import pytest

from linehouse.sources.base import Payload, Request
from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    DriftedSchemaError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.goalserve.leagues import LEAGUES
from linehouse.sources.goalserve.source import SANDBOX_KEY, SOURCE
from linehouse.sources.rows import GameRow, Parsed
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

NBA, MLB = "basketball_nba", "baseball_mlb"
DAY = date(2026, 4, 10)


def ask(sandbox: SandboxServer, request: Request, key: str = SANDBOX_KEY) -> httpx.Response:
    path = request.path.replace("{key}", key)
    return sandbox.http.get(f"/goalserve{path}", params=request.params)


def read(sandbox: SandboxServer, request: Request) -> Parsed:
    answer = ask(sandbox, request)
    SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    parsed = SOURCE.parse(
        Payload(
            SOURCE.name,
            request.feed,
            answer.content,
            FIRST_MOMENT,
            sport_key=request.sport_key,
            params=request.params,
        )
    )
    assert parsed.drift == []
    return parsed


def games(
    sandbox: SandboxServer, sport: str, first: date = DAY, last: date | None = None
) -> dict[str, GameRow]:
    parsed = read(sandbox, SOURCE.schedule_request(sport, first=first, last=last or first))
    return {game.source_event_id: game for game in parsed.games}


@pytest.mark.parametrize("sport", [NBA, MLB])
def test_both_dialects_are_read_with_periods(sandbox: SandboxServer, sport: str) -> None:
    found = games(sandbox, sport)
    assert len(found) > 5
    final = [game for game in found.values() if game.completed]
    assert len(final) >= len(found) - 2
    for game in final:
        assert (game.sport_key, game.game_date_et) == (sport, DAY)
        for side, score in (("home", game.home_score), ("away", game.away_score)):
            assert sum(map(int, game.details[f"periods_{side}"])) == int(score or -1)
        assert ("pitcher_home" in game.details) == (sport == MLB)
    body = ask(sandbox, SOURCE.schedule_request(sport, first=DAY, last=DAY)).content
    assert body.startswith(b"\xef\xbb\xbf") == (b'"@datetime_utc"' in body) == (sport == MLB)


def test_scores_are_those_of_the_schedule(sandbox: SandboxServer) -> None:
    for sport in (NBA, MLB):
        of_day = read(sandbox, SOURCE.scores_request(sport, DAY)).games
        assert {game.source_event_id: game.home_score for game in of_day} == {
            event: game.home_score for event, game in games(sandbox, sport).items()
        }
    assert {game.season for game in read(sandbox, SOURCE.scores_request(NBA, DAY)).games} == {
        "2025-26"
    }


@pytest.mark.parametrize("sport", [NBA, MLB])
def test_states_follow_the_clock(sandbox: SandboxServer, sport: str) -> None:
    day = FIRST_MOMENT.date()
    (first, *_) = sorted(games(sandbox, sport, day).values(), key=lambda one: str(one.commence_at))
    assert (first.state, first.home_score) == ("scheduled", None)
    assert first.commence_at is not None
    sandbox.set_clock(first.commence_at + timedelta(minutes=80))
    live = games(sandbox, sport, day)[first.source_event_id]
    assert live.state == "live" and int(live.home_score or -1) >= 0
    sandbox.set_clock(first.commence_at + timedelta(hours=7))
    assert games(sandbox, sport, day)[first.source_event_id].state == "final"


def test_the_clock_in_words_is_not_the_start(sandbox: SandboxServer) -> None:
    answer = ask(sandbox, SOURCE.schedule_request(NBA, first=DAY, last=DAY)).json()
    told = answer["shedules"]["matches"]["match"][0]
    assert told["timezone"] == "EDT"
    start = games(sandbox, NBA)[told["id"]].commence_at
    assert start is not None
    hour = (start - timedelta(hours=4)).hour % 12 or 12
    assert int(told["time"].split(":")[0]) != hour


def test_a_whole_season_is_one_request(sandbox: SandboxServer) -> None:
    parsed = read(
        sandbox, SOURCE.schedule_request(NBA, first=date(2024, 9, 1), last=date(2025, 8, 31))
    )
    final = [game for game in parsed.games if game.completed]
    assert len(final) >= 1230 and parsed.historical
    assert len({game.source_event_id for game in parsed.games}) == len(parsed.games)


def test_a_day_without_games_and_leagues_without_any_are_empty(sandbox: SandboxServer) -> None:
    july = date(2025, 7, 30)
    for request in (
        SOURCE.scores_request(NBA, july),
        SOURCE.schedule_request(NBA, first=july, last=july),
        *(SOURCE.scores_request(sport) for sport in LEAGUES if sport not in (NBA, MLB)),
        *(SOURCE.schedule_request(sport) for sport in LEAGUES if sport not in (NBA, MLB)),
    ):
        parsed = read(sandbox, request)
        assert parsed.games == []
        assert [one.sport_key for one in parsed.coverage] == [request.sport_key]


def test_a_key_that_is_not_known_is_refused_with_a_page(sandbox: SandboxServer) -> None:
    answer = ask(sandbox, SOURCE.scores_request(NBA), "somebody-elses-key")
    assert answer.status_code == 403
    with pytest.raises(BadKeyError, match="registered"):
        SOURCE.raise_for_error(403, answer.headers, answer.content)
    missing = sandbox.http.get(f"/goalserve/getfeed/{SANDBOX_KEY}/soccer/anything?json=1")
    with pytest.raises(BadRequestError):
        SOURCE.raise_for_error(missing.status_code, missing.headers, missing.content)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("bad_key", BadKeyError),
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
    sandbox.fault(kind, upstream="goalserve")
    for sport in (NBA, MLB):
        with pytest.raises(error):
            read(sandbox, SOURCE.scores_request(sport, DAY))
