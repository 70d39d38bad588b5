"""What API-Basketball is asked, what its refusals with 200 mean, and how its two limits are told
apart."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from linehouse.cli.fetch import Kind, _feeds
from linehouse.settings import Mode, get_settings
from linehouse.sources import registry
from linehouse.sources.api_basketball.source import SOURCE, TEAM_IDS
from linehouse.sources.base import Asking, KnownEvent
from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.feeds import CADENCES, feeds_of

KEY = "marked-basketball-key-0815"


def event(number: int, state: str) -> KnownEvent:
    return KnownEvent(str(number), "basketball_nba", None, None, state, "133", str(number))


def asking(*events: KnownEvent, sport_key: str = "basketball_nba") -> Asking:
    return Asking(sport_key, datetime(2026, 4, 18, 4, tzinfo=UTC), date(2026, 4, 17), events)


def test_games_are_asked_by_the_eastern_day() -> None:
    games, standings = SOURCE.requests(asking())
    assert games.path == "/games"
    assert games.params == {
        "league": "12",
        "season": "2025-2026",
        "date": "2026-04-17",
        "timezone": "America/New_York",
    }
    assert (standings.path, standings.params) == (
        "/standings",
        {"league": "12", "season": "2025-2026"},
    )
    assert SOURCE.requests(asking(sport_key="baseball_mlb")) == []
    women = SOURCE.requests(asking(sport_key="basketball_wnba"), "games")[0]
    assert (women.params["league"], women.params["season"]) == ("13", "2026")


def test_stats_of_a_day_are_three_requests_and_the_dear_feeds_are_asked_by_name() -> None:
    """Of a day of thirty games: one request a club, or a game, would be more than half a day's."""
    games = [event(number, "final" if number < 15 else "scheduled") for number in range(30)]
    of_kind = {feed for kind in CADENCES for feed in feeds_of(SOURCE, kind)}
    asked = [
        request
        for feed in feeds_of(SOURCE, "stats")
        for request in SOURCE.requests(asking(*games), feed)
    ]
    assert [request.feed for request in asked] == [
        "team_statistics", "player_statistics", "standings",
    ]  # fmt: skip
    assert set(SOURCE.payload_tables) - of_kind == {"season_statistics", "head_to_head"}
    found, _ = _feeds(Kind.STATS, None, None, Mode.SANDBOX, "head_to_head")
    assert found == {"api_basketball": ("head_to_head",)}


def test_figures_are_asked_of_finished_games_twenty_at_a_time() -> None:
    over = [event(number, "final") for number in range(1, 22)]
    requests = SOURCE.requests(asking(*over, event(99, "live"), event(98, "scheduled")))
    assert [request.feed for request in requests] == [
        "games",
        "team_statistics", "player_statistics",
        "team_statistics", "player_statistics",
        "standings",
    ]  # fmt: skip
    assert requests[1].params["ids"].split("-") == [str(number) for number in range(1, 21)]
    assert requests[4].params == {"ids": "21"}
    with pytest.raises(BadRequestError):
        SOURCE.team_statistics_request("basketball_nba", [])


def test_seasons_and_meetings_are_asked_only_by_name() -> None:
    seasons = SOURCE.requests(asking(), "season_statistics")
    assert len(seasons) == 30
    assert seasons[0].params == {"league": "12", "season": "2025-2026", "team": "132"}
    (meeting,) = SOURCE.requests(asking(event(151, "scheduled")), "head_to_head")
    assert meeting.params == {"h2h": "133-151", "league": "12"}
    past = SOURCE.season_statistics_request("basketball_wnba", "2024", "170", date(2024, 7, 1))
    assert past.params["season"] == "2024" and past.params["date"] == "2024-07-01"
    with pytest.raises(BadRequestError):
        SOURCE.season_statistics_request("basketball_nba", "lately", "132")
    assert len(TEAM_IDS["basketball_nba"]) == 30


def refusal_of(body: bytes) -> SourceError | None:
    try:
        SOURCE.raise_for_error(200, {}, body)
    except SourceError as error:
        return error
    return None


def answer(**errors: str) -> bytes:
    return json.dumps({"get": "games", "parameters": [], "errors": errors, "response": []}).encode()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, answer(token="Error/Missing application key."), BadKeyError),
        (200, answer(access="Your account is suspended."), BadKeyError),
        (200, answer(plan="Free plans do not have access to this season."), BadRequestError),
        (200, answer(rateLimit="Too many requests."), RateLimitedError),
        (200, answer(requests="You have reached the limit of the day"), QuotaExhaustedError),
        (200, answer(season="The Season field is required."), BadRequestError),
        (200, answer(bug="This is on our side."), UpstreamUnavailableError),
        (200, b'{"errors": ["something"], "response": []}', BadRequestError),
        (429, b"", RateLimitedError),
        (403, b"<html>", BadKeyError),
        (404, b"", BadRequestError),
        (499, b"", UpstreamUnavailableError),
        (500, b"<html>", UpstreamUnavailableError),
    ],
)  # fmt: skip
def test_errors_come_with_200(status: int, body: bytes, error: type[SourceError]) -> None:
    with pytest.raises(SourceError) as caught:
        SOURCE.raise_for_error(status, {}, body)
    assert type(caught.value) is error
    if isinstance(caught.value, RateLimitedError):
        assert caught.value.retry_after_seconds == 60


def test_a_pause_that_is_told_goes_before_the_minute() -> None:
    with pytest.raises(RateLimitedError) as caught:
        SOURCE.raise_for_error(200, {"Retry-After": "7"}, answer(rateLimit="Too many requests."))
    assert caught.value.retry_after_seconds == 7


@pytest.mark.parametrize("errors", [[], {}])
def test_no_errors_are_an_empty_list_or_object(errors: Any) -> None:
    body = json.dumps({"errors": errors, "parameters": [], "response": []}).encode()
    assert refusal_of(body) is None
    assert refusal_of(b"<html>") is None  # the parser says what that is
    assert isinstance(refusal_of(answer(bug="This is on our side.")), UpstreamUnavailableError)


def test_the_limits_of_a_day_and_of_a_minute_are_not_mixed() -> None:
    headers = {
        "x-ratelimit-requests-limit": "100",
        "x-ratelimit-requests-remaining": "93",
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "9",
    }
    assert SOURCE.quota(headers) == {"remaining": 93.0, "used": 7.0}
    assert SOURCE.quota({"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "9"}) == {}
    assert SOURCE.quota({"x-ratelimit-requests-remaining": "many"}) == {}


def test_the_key_is_a_header_and_no_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_BASKETBALL_KEY", KEY)
    get_settings.cache_clear()
    try:
        assert SOURCE.secret_headers(Mode.LIVE) == {"x-apisports-key": KEY}
        assert SOURCE.secret_params(Mode.LIVE) == {}
        assert KEY not in str(SOURCE.secret_headers(Mode.SANDBOX))
        assert KEY not in repr(SOURCE.requests(asking())) + repr(get_settings())
        assert all(request.headers == {} for request in SOURCE.requests(asking()))
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_live_mode_without_a_key_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_BASKETBALL_KEY", "")
    get_settings.cache_clear()
    try:
        with pytest.raises(BadKeyError, match="API_BASKETBALL_KEY"):
            SOURCE.secret_params(Mode.LIVE)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_the_registry_knows_the_source() -> None:
    assert registry.get("api_basketball") is SOURCE
