"""What The Odds API is asked, what it costs, and what its refusals mean."""

from datetime import datetime, timedelta, timezone

import pytest

from linehouse.settings import Mode, Settings, get_settings
from linehouse.sources import registry
from linehouse.sources.base import (
    BadKeyError,
    BadRequestError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.the_odds_api import SOURCE, vendor_time

EVENT = "f9f3f99b5124a4ecf984003f0af23d2e"


def settings(**changes: str) -> Settings:
    """Settings of these environment variables and no file."""
    return Settings(_env_file=None, **changes)  # type: ignore[arg-type]


def test_odds_are_asked_by_bookmakers_name() -> None:
    request = SOURCE.odds_request("basketball_nba", settings())
    assert request.path == "/v4/sports/basketball_nba/odds"
    assert request.sport_key == "basketball_nba"
    assert request.params == {
        "bookmakers": "pinnacle,circasports,draftkings,fanduel,betmgm,williamhill_us,"
        "betrivers,bovada",
        "markets": "h2h,spreads,totals",
        "oddsFormat": "american",
        "dateFormat": "iso",
    }


def test_regions_are_asked_only_without_bookmakers() -> None:
    request = SOURCE.odds_request("baseball_mlb", settings(BOOKMAKERS="", REGIONS="us,eu"))
    assert request.params["regions"] == "us,eu"
    assert "bookmakers" not in request.params


def test_times_are_sent_in_whole_seconds_of_utc() -> None:
    eastern_summer = timezone(timedelta(hours=-4))
    moment = datetime(2026, 4, 18, 19, 10, 59, 999_999, tzinfo=eastern_summer)
    assert vendor_time(moment) == "2026-04-18T23:10:59Z"
    request = SOURCE.odds_request(
        "baseball_mlb",
        settings(),
        event_ids=[EVENT, "0" * 32],
        commence_from=moment,
        commence_to=moment,
    )
    assert request.params["commenceTimeFrom"] == "2026-04-18T23:10:59Z"
    assert request.params["commenceTimeTo"] == "2026-04-18T23:10:59Z"
    assert request.params["eventIds"] == f"{EVENT},{'0' * 32}"
    past = SOURCE.historical_odds_request("baseball_mlb", moment, settings())
    assert past.params["date"] == "2026-04-18T23:10:59Z"
    assert past.path == "/v4/historical/sports/baseball_mlb/odds"
    with pytest.raises(ValueError, match="time zone"):
        vendor_time(datetime(2026, 4, 18))


@pytest.mark.parametrize(
    ("markets", "bookmakers", "regions", "credits"),
    [
        ("h2h,spreads,totals", "a,b,c,d,e,f,g,h", "us", 3),
        ("h2h", "a,b,c,d,e,f,g,h,i,j", "us", 1),
        ("h2h", "a,b,c,d,e,f,g,h,i,j,k", "us", 2),
        ("h2h,totals", "", "us,eu,uk", 6),
    ],
)
def test_credits_are_known_in_advance(
    markets: str, bookmakers: str, regions: str, credits: int
) -> None:
    chosen = settings(MARKETS=markets, BOOKMAKERS=bookmakers, REGIONS=regions)
    assert SOURCE.cost(SOURCE.odds_request("baseball_mlb", chosen)) == credits
    past = SOURCE.historical_odds_request("x", datetime.fromisoformat("2024-01-01T00:00Z"), chosen)
    assert SOURCE.cost(past) == 10 * credits


def test_scores_and_events_cost_one_two_and_nothing() -> None:
    assert SOURCE.cost(SOURCE.scores_request("baseball_mlb")) == 1
    assert SOURCE.cost(SOURCE.scores_request("baseball_mlb", 3)) == 2
    assert SOURCE.cost(SOURCE.events_request("baseball_mlb")) == 0
    with pytest.raises(BadRequestError):
        SOURCE.scores_request("baseball_mlb", 4)


@pytest.mark.parametrize("name", ["ODDS_API_KEY", "THE_ODDS_API_KEY"])
def test_the_key_is_in_the_secret_parameters_only(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("ODDS_API_KEY", raising=False)
    monkeypatch.setenv(name, "marked-key-0815")
    get_settings.cache_clear()
    try:
        assert SOURCE.secret_params(Mode.LIVE) == {"apiKey": "marked-key-0815"}
        assert "marked-key-0815" not in str(SOURCE.secret_params(Mode.SANDBOX))
        requests = [
            SOURCE.odds_request("x"),
            SOURCE.scores_request("x"),
            SOURCE.events_request("x"),
        ]
        assert "marked-key-0815" not in repr(requests) + repr(get_settings())
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_live_mode_without_a_key_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ODDS_API_KEY", "THE_ODDS_API_KEY"):
        monkeypatch.setenv(name, "")
    get_settings.cache_clear()
    try:
        with pytest.raises(BadKeyError, match="ODDS_API_KEY"):
            SOURCE.secret_params(Mode.LIVE)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def body(code: str, message: str = "No.") -> bytes:
    return f'{{"message": "{message}", "error_code": "{code}", "details_url": "x"}}'.encode()


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (401, body("OUT_OF_USAGE_CREDITS", "Usage quota has been reached"), QuotaExhaustedError),
        (429, body("OUT_OF_USAGE_CREDITS"), RateLimitedError),
        (200, body("OUT_OF_USAGE_CREDITS"), QuotaExhaustedError),
        (401, body("INVALID_KEY"), BadKeyError),
        (401, body("MISSING_KEY"), BadKeyError),
        (403, body("DEACTIVATED_KEY"), BadKeyError),
        (401, b"", BadKeyError),
        (401, b"<html>", BadKeyError),
        (429, body("EXCEEDED_FREQ_LIMIT"), RateLimitedError),
        (429, b"slow down", RateLimitedError),
        (400, body("EXCEEDED_FREQ_LIMIT"), RateLimitedError),
        (422, body("INVALID_MARKET"), BadRequestError),
        (400, body("INVALID_MARKET"), BadRequestError),
        (200, body("INVALID_MARKET"), BadRequestError),
        (404, body("UNKNOWN_SPORT"), BadRequestError),
        (404, body("EVENT_NOT_FOUND"), BadRequestError),
        (401, body("HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN"), BadRequestError),
        (404, b"", BadRequestError),
        (500, b"", UpstreamUnavailableError),
        (502, b"<html>Bad gateway</html>", UpstreamUnavailableError),
        (503, b'{"message": "Service unavailable"}', UpstreamUnavailableError),
        (408, b"", UpstreamUnavailableError),
        (200, b'{"message": "Something", "error_code": "NOBODY_KNOWS"}', UpstreamUnavailableError),
    ],
)
def test_error_codes_go_before_statuses(
    status: int, content: bytes, error: type[SourceError]
) -> None:
    with pytest.raises(SourceError) as caught:
        SOURCE.raise_for_error(status, {}, content)
    assert type(caught.value) is error
    assert str(status) in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"[]", b'[{"id": "x"}]', b'{"timestamp": "x", "data": []}', b"<html>", b'[{"error_code'],
)
def test_answers_with_200_that_are_no_error_object_pass(content: bytes) -> None:
    SOURCE.raise_for_error(200, {}, content)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("2", 2.0), ("1.5", 1.5), ("-3", 0.0), ("soon", None), ("nan", None), (None, None)],
)
def test_retry_after_is_read_tolerantly(header: str | None, seconds: float | None) -> None:
    headers = {} if header is None else {"Retry-After": header}
    with pytest.raises(RateLimitedError) as caught:
        SOURCE.raise_for_error(429, headers, body("EXCEEDED_FREQ_LIMIT"))
    assert caught.value.retry_after_seconds == seconds


def test_quota_headers_are_read_tolerantly() -> None:
    headers = {
        "X-Requests-Remaining": "19996.5",
        "x-requests-used": " 3 ",
        "x-requests-last": "three",
    }
    assert SOURCE.quota(headers) == {"remaining": 19996.5, "used": 3.0}
    assert SOURCE.quota({}) == {}
    assert SOURCE.quota({"x-requests-last": "inf"}) == {}


def test_the_registry_knows_the_source_by_name() -> None:
    assert registry.get("the_odds_api") is SOURCE
    assert "the_odds_api" in registry.names()
    with pytest.raises(KeyError, match="the_odds_api"):
        registry.get("the_evens_api")
