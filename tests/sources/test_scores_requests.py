"""What MLB and ESPN are asked, and what their refusals mean."""

from datetime import UTC, date, datetime

import pytest

from linehouse.settings import Mode, get_settings
from linehouse.sources import registry
from linehouse.sources.base import Asking, KnownEvent, Request
from linehouse.sources.errors import (
    AccessRefusedError,
    BadRequestError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.espn import source as espn
from linehouse.sources.mlb_stats_api import source as mlb_stats_api

NOW = datetime(2026, 4, 18, 15, tzinfo=UTC)
DAY = date(2026, 4, 18)
MLB = mlb_stats_api.SOURCE
ESPN = espn.SOURCE


def asking(sport_key: str = "baseball_mlb", *states: str) -> Asking:
    events = tuple(
        KnownEvent(str(1000 + place), sport_key, NOW, DAY, state)
        for place, state in enumerate(states)
    )
    return Asking(sport_key, NOW, DAY, events)


def paths(requests: list[Request]) -> list[str]:
    return [request.path for request in requests]


def test_mlb_is_asked_about_the_days_around_the_slate() -> None:
    schedule, teams, standings = MLB.requests(asking())
    assert (schedule.path, schedule.params) == (
        "/api/v1/schedule",
        {
            "sportId": "1",
            "startDate": "2026-04-15",
            "endDate": "2026-04-20",
            "hydrate": "linescore,probablePitcher,team",
        },
    )
    assert (teams.path, teams.params) == ("/api/v1/teams", {"sportId": "1"})
    assert standings.params == {"leagueId": "103,104", "season": "2026"}
    assert MLB.requests(asking("basketball_nba")) == []


def test_mlb_feeds_are_asked_for_games_that_are_over_and_by_name_in_play_too() -> None:
    known = asking("baseball_mlb", "scheduled", "live", "final", "suspended", "postponed")
    assert paths(MLB.requests(known))[3:] == ["/api/v1.1/game/1002/feed/live"]
    assert paths(MLB.requests(known, "live_feed")) == [
        "/api/v1.1/game/1001/feed/live",
        "/api/v1.1/game/1002/feed/live",
        "/api/v1.1/game/1003/feed/live",
    ]
    assert MLB.requests(asking(), "live_feed") == []


def test_espn_is_asked_about_the_slate_and_the_one_before_in_one() -> None:
    for sport, path in (("basketball_nba", "basketball/nba"), ("baseball_mlb", "baseball/mlb")):
        scoreboard, injuries = ESPN.requests(asking(sport))
        assert scoreboard.path == f"/apis/site/v2/sports/{path}/scoreboard"
        assert scoreboard.params == {"dates": "20260417-20260418", "limit": "300"}
        assert (injuries.path, injuries.params) == (f"/apis/site/v2/sports/{path}/injuries", {})
        assert (scoreboard.sport_key, injuries.sport_key) == (sport, sport)
    assert ESPN.requests(asking("americanfootball_nfl")) == []
    assert paths(ESPN.requests(asking(), "injuries")) == paths([ESPN.requests(asking())[1]])


def test_every_feed_that_is_asked_has_its_table() -> None:
    for source in (MLB, ESPN):
        assert registry.get(source.name) is source
        asked = {request.feed for request in source.requests(asking("baseball_mlb", "final"))}
        assert asked == set(source.payload_tables)


def test_mlb_is_off_by_default_and_says_how_to_turn_it_on() -> None:
    assert "MLB_STATS_API_ENABLED" in MLB.off_until_enabled
    assert "non-commercial" in MLB.off_until_enabled
    assert get_settings().mlb_stats_api_enabled is False
    assert not hasattr(ESPN, "off_until_enabled")


def test_addresses_are_the_sandboxs_in_sandbox_mode_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEHOUSE_SANDBOX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ESPN_BASE_URL", "https://espn.example/")
    get_settings.cache_clear()
    try:
        assert ESPN.base_url(Mode.SANDBOX) == "http://127.0.0.1:9/espn"
        assert MLB.base_url(Mode.SANDBOX) == "http://127.0.0.1:9/mlb_stats_api"
        assert ESPN.base_url(Mode.LIVE) == "https://espn.example"
        assert MLB.base_url(Mode.LIVE) == "https://statsapi.mlb.com"
        for source in (ESPN, MLB):
            assert source.secret_params(Mode.LIVE) == source.secret_params(Mode.SANDBOX) == {}
            assert source.quota({"x-requests-remaining": "3"}) == {}
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


OBJECT_NOT_FOUND = b'\xef\xbb\xbf{"messageNumber": 10, "message": "Object not found"}'
INTERNAL = b'{"messageNumber": 1, "message": "Internal error occurred", "traceId": "x"}'


@pytest.mark.parametrize(
    ("status", "body", "error", "told"),
    [
        (404, OBJECT_NOT_FOUND, BadRequestError, "Object not found"),
        (400, INTERNAL, BadRequestError, "Internal"),
        (403, b"", AccessRefusedError, "403"),
        (500, INTERNAL, UpstreamUnavailableError, "Internal error occurred"),
        (200, INTERNAL, UpstreamUnavailableError, "Internal error occurred"),
        (503, b"<html>", UpstreamUnavailableError, "<html>"),
        (408, b"", UpstreamUnavailableError, "408"),
        (429, b"", RateLimitedError, "429"),
    ],
)
def test_mlbs_refusals(status: int, body: bytes, error: type[SourceError], told: str) -> None:
    with pytest.raises(SourceError, match=told) as caught:
        MLB.raise_for_error(status, {}, body)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("status", "body", "error", "told"),
    [
        (404, b'{"code": 404, "message": "not found"}', BadRequestError, "not found"),
        (200, b'{"code": 404, "message": "not found"}', BadRequestError, "404"),
        (200, b'{"code": "x", "message": "odd"}', UpstreamUnavailableError, "odd"),
        (400, b"", BadRequestError, "400"),
        (403, b"<html>", RateLimitedError, "403"),
        (429, b"", RateLimitedError, "429"),
        (500, b"", UpstreamUnavailableError, "500"),
        (502, b"<html>", UpstreamUnavailableError, "<html>"),
    ],
)
def test_espns_refusals(status: int, body: bytes, error: type[SourceError], told: str) -> None:
    with pytest.raises(SourceError, match=told) as caught:
        ESPN.raise_for_error(status, {}, body)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("header", "seconds"), [("2", 2.0), ("-1", 0.0), ("soon", None), ("nan", None), (None, None)]
)
def test_pauses_that_are_asked_for(header: str | None, seconds: float | None) -> None:
    headers = {} if header is None else {"Retry-After": header}
    for source in (MLB, ESPN):
        with pytest.raises(RateLimitedError) as caught:
            source.raise_for_error(429, headers, b"")
        assert caught.value.retry_after_seconds == seconds


@pytest.mark.parametrize("body", [b'{"dates": []}', b'{"events": [], "code": 1}', b"<html>", b""])
def test_answers_with_200_that_are_no_error_object_pass(body: bytes) -> None:
    refused = []
    for source in (MLB, ESPN):
        try:
            source.raise_for_error(200, {}, body)
        except SourceError as error:
            refused.append(error)
    assert refused == []
