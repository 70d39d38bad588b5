"""What NBA.com is asked, as a browser would ask it, and what its refusals mean."""

from datetime import UTC, date, datetime

import pytest

from linehouse.settings import Mode, get_settings
from linehouse.sources import registry
from linehouse.sources.base import Asking
from linehouse.sources.errors import (
    BadRequestError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.nba_stats.source import SOURCE


def asking(sport_key: str = "basketball_nba") -> Asking:
    return Asking(sport_key, datetime(2026, 4, 18, 15, tzinfo=UTC), date(2026, 4, 18))


def test_a_run_asks_the_cdn_and_the_scoreboard_of_the_slate() -> None:
    today, board = SOURCE.requests(asking())
    assert today.path == "/static/json/liveData/scoreboard/todaysScoreboard_00.json"
    assert board.path == "/stats/scoreboardv3"
    assert board.params == {"GameDate": "2026-04-18", "LeagueID": "00"}
    assert SOURCE.requests(asking(), "scoreboard") == [board]
    assert SOURCE.requests(asking(), "scoreboard_v2") == []
    assert SOURCE.requests(asking("baseball_mlb")) == []
    (women,) = SOURCE.requests(asking("basketball_wnba"))
    assert women.params["LeagueID"] == "10"


def test_history_is_asked_only_by_name() -> None:
    (finder,) = SOURCE.requests(asking(), "game_finder")
    assert finder.params["Season"] == "2025-26"
    past = SOURCE.game_finder_request(
        "2016-17", season_type="Playoffs", first=date(2017, 4, 15), last=date(2017, 4, 30)
    )
    assert past.params == {
        "PlayerOrTeam": "T",
        "LeagueID": "00",
        "Season": "2016-17",
        "SeasonType": "Playoffs",
        "DateFrom": "04/15/2017",
        "DateTo": "04/30/2017",
    }
    women = SOURCE.game_finder_request("2024", "basketball_wnba")
    assert (women.params["LeagueID"], women.params["Season"]) == ("10", "2024")
    for wrong in (
        lambda: SOURCE.game_finder_request("16"),
        lambda: SOURCE.game_finder_request("2016-17", season_type="Warm-up"),
        lambda: SOURCE.game_finder_request("2016", "baseball_mlb"),
    ):
        with pytest.raises(BadRequestError):
            wrong()


def test_every_request_looks_like_a_browsers() -> None:
    for request in (*SOURCE.requests(asking()), SOURCE.game_finder_request("2016-17")):
        assert request.headers["user-agent"].startswith("Mozilla/5.0")
        assert request.headers["referer"] == "https://www.nba.com/"
        assert {"origin", "accept", "accept-language"} <= request.headers.keys()


def test_it_is_not_waited_for_long() -> None:
    assert SOURCE.timeout_seconds <= 30
    assert SOURCE.retries <= 1
    assert SOURCE.pause_seconds == pytest.approx(0.6)


def test_the_cdn_is_another_host_in_live_mode_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_CDN_BASE_URL", "https://cdn.example")
    monkeypatch.setenv("NBA_STATS_BASE_URL", "https://stats.example/")
    monkeypatch.setenv("LINEHOUSE_SANDBOX_URL", "http://127.0.0.1:1")
    get_settings.cache_clear()
    try:
        assert SOURCE.feed_base_url("today", Mode.LIVE) == "https://cdn.example"
        assert SOURCE.feed_base_url("scoreboard", Mode.LIVE) == "https://stats.example"
        for feed in SOURCE.payload_tables:
            assert SOURCE.feed_base_url(feed, Mode.SANDBOX) == "http://127.0.0.1:1/nba_stats"
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', BadRequestError),
        (400, b"The GameDate property is required.", BadRequestError),
        (404, b"", BadRequestError),
        (429, b"", RateLimitedError),
        (500, b'{"Message":"An error has occurred."}', UpstreamUnavailableError),
        (200, b'{"Message":"An error has occurred."}', UpstreamUnavailableError),
        (503, b"<html>", UpstreamUnavailableError),
    ],
)
def test_refusals_are_what_they_are(status: int, body: bytes, error: type[SourceError]) -> None:
    with pytest.raises(SourceError) as caught:
        SOURCE.raise_for_error(status, {}, body)
    assert type(caught.value) is error
    assert str(status) in str(caught.value)


def test_data_passes_and_nothing_is_counted() -> None:
    SOURCE.raise_for_error(200, {}, b'{"meta": {}, "scoreboard": {}}')
    assert SOURCE.quota({}) == {} == SOURCE.secret_params()
    assert registry.get("nba_stats") is SOURCE
