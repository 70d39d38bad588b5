"""What Goalserve is asked, with its key in the path and nowhere else, and what refusals mean."""

import gzip
from datetime import UTC, date, datetime

import pytest

from linehouse.settings import Mode, get_settings
from linehouse.sources import registry
from linehouse.sources.base import Asking
from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.goalserve.leagues import LEAGUES
from linehouse.sources.goalserve.source import SOURCE

KEY = "marked-goalserve-key-0815"


def asking(sport_key: str) -> Asking:
    return Asking(sport_key, datetime(2026, 4, 18, 15, tzinfo=UTC), date(2026, 4, 18))


def test_a_run_asks_the_schedule_around_the_slate_and_the_scores() -> None:
    schedule, scores = SOURCE.requests(asking("basketball_nba"))
    assert schedule.path == "/getfeed/{key}/bsktbl/nba-shedule"
    assert schedule.params == {"json": "1", "date1": "17.04.2026", "date2": "21.04.2026"}
    assert (scores.path, scores.params) == ("/getfeed/{key}/bsktbl/nba-scores", {"json": "1"})
    baseball = [request.path for request in SOURCE.requests(asking("baseball_mlb"))]
    assert baseball == ["/getfeed/{key}/baseball/mlb_shedule", "/getfeed/{key}/baseball/usa"]
    assert SOURCE.requests(asking("soccer_epl")) == []
    assert SOURCE.requests(asking("basketball_nba"), "scores") == [scores]


def test_any_league_and_days_can_be_asked_for() -> None:
    for league in LEAGUES:
        assert SOURCE.schedule_request(league, first=date(2017, 1, 1)).sport_key == league
    month = SOURCE.schedule_request(
        "basketball_nba", first=date(2017, 2, 1), last=date(2017, 2, 28)
    )
    assert (month.params["date1"], month.params["date2"]) == ("01.02.2017", "28.02.2017")
    past = SOURCE.scores_request("baseball_mlb", date(2017, 5, 3))
    assert past.params["date"] == "03.05.2017"
    with pytest.raises(BadRequestError):
        SOURCE.schedule_request("soccer_epl")


def test_the_key_is_for_the_path_and_stands_in_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOALSERVE_KEY", KEY)
    get_settings.cache_clear()
    try:
        assert SOURCE.key_in_path
        assert SOURCE.secret_params(Mode.LIVE) == {"key": KEY}
        assert KEY not in str(SOURCE.secret_params(Mode.SANDBOX))
        assert KEY not in repr(SOURCE.requests(asking("baseball_mlb"))) + repr(get_settings())
        assert "{key}" in SOURCE.scores_request("baseball_mlb").path
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_live_mode_without_a_key_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOALSERVE_KEY", "")
    get_settings.cache_clear()
    try:
        with pytest.raises(BadKeyError, match="GOALSERVE_KEY"):
            SOURCE.secret_params(Mode.LIVE)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (
            500,
            gzip.compress(b"<html>Server Error in Application</html>", mtime=0),
            UpstreamUnavailableError,
        ),
        (500, b"<html>", UpstreamUnavailableError),
        (429, b"", RateLimitedError),
        (403, b"Your IP is not registered", BadKeyError),
        (401, b"", BadKeyError),
        (404, b"<html>", BadRequestError),
        (408, b"", UpstreamUnavailableError),
    ],
)
def test_refusals_are_what_they_are(status: int, body: bytes, error: type[SourceError]) -> None:
    with pytest.raises(SourceError) as caught:
        SOURCE.raise_for_error(status, {}, body)
    assert type(caught.value) is error
    if body.startswith(b"\x1f\x8b"):
        assert "Server Error" in str(caught.value)


def test_an_answer_that_is_cut_in_its_compression_is_still_an_error_of_the_upstream() -> None:
    with pytest.raises(UpstreamUnavailableError):
        SOURCE.raise_for_error(500, {}, gzip.compress(b"<html>" * 100, mtime=0)[:20])


def test_data_passes_and_nothing_is_counted() -> None:
    SOURCE.raise_for_error(200, {}, b"{}")
    assert SOURCE.quota({}) == {}
    assert registry.get("goalserve") is SOURCE
