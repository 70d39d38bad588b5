"""What The Odds API is asked, what it costs, and what its refusals mean."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from linehouse.settings import Mode, Settings, get_settings
from linehouse.sources import registry
from linehouse.sources.base import Asking, KnownEvent
from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.the_odds_api.source import SOURCE, vendor_time

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


def test_lists_are_asked_for_featured_markets_alone() -> None:
    chosen = settings(MARKETS="h2h,h2h_h1,totals,totals_1st_5_innings")
    assert SOURCE.odds_request("baseball_mlb", chosen).params["markets"] == "h2h,totals"
    past = SOURCE.historical_odds_request("baseball_mlb", datetime.now(UTC), chosen)
    assert past.params["markets"] == "h2h,totals"


@pytest.mark.parametrize(
    ("sport_key", "configured", "markets"),
    [
        ("basketball_nba", "h2h", "h2h_h1,spreads_h1,totals_h1"),
        ("americanfootball_nfl", "h2h", "h2h_h1,spreads_h1,totals_h1"),
        (
            "baseball_mlb",
            "h2h",
            "h2h_1st_5_innings,spreads_1st_5_innings,totals_1st_5_innings",
        ),
        ("basketball_nba", "h2h,h2h_h1,h2h_1st_5_innings,team_totals", "h2h_h1,team_totals"),
        (
            "baseball_mlb",
            "h2h,h2h_h1,h2h_1st_5_innings,team_totals",
            "h2h_1st_5_innings,team_totals",
        ),
        ("baseball_mlb", "player_points,pitcher_strikeouts", "pitcher_strikeouts"),
    ],
)
def test_one_event_is_asked_for_the_markets_of_its_sport(
    sport_key: str, configured: str, markets: str
) -> None:
    request = SOURCE.event_odds_request(sport_key, EVENT, settings(MARKETS=configured))
    assert request.path == f"/v4/sports/{sport_key}/events/{EVENT}/odds"
    assert request.feed == "event_odds"
    assert request.params["markets"] == markets
    assert SOURCE.cost(request) == len(markets.split(","))
    moment = datetime(2026, 4, 18, 15, tzinfo=UTC)
    past = SOURCE.historical_event_odds_request(
        sport_key, EVENT, moment, settings(MARKETS=configured)
    )
    assert past.path == f"/v4/historical/sports/{sport_key}/events/{EVENT}/odds"
    assert past.params == request.params | {"date": "2026-04-18T15:00:00Z"}
    assert SOURCE.cost(past) == 10 * SOURCE.cost(request)


def test_a_sport_without_its_own_markets_is_not_asked_about() -> None:
    with pytest.raises(BadRequestError, match="baseball_mlb"):
        SOURCE.event_odds_request("baseball_mlb", EVENT, settings(MARKETS="h2h,h2h_h1"))


def test_named_markets_go_before_those_of_the_settings() -> None:
    request = SOURCE.event_odds_request("x", EVENT, settings(), markets=("player_points",))
    assert request.params["markets"] == "player_points"


def known(name: str, commence_at: datetime | None) -> KnownEvent:
    return KnownEvent(name, "basketball_nba", commence_at, None, None)


@pytest.mark.parametrize(
    ("configured", "feed", "events"),
    [
        ("h2h,spreads,totals", None, []),
        ("h2h,spreads,totals", "event_odds", ["soon", "unknown"]),
        ("h2h,h2h_h1", None, ["soon", "unknown"]),
        ("h2h,h2h_1st_5_innings", None, []),
        ("h2h,h2h_1st_5_innings", "event_odds", []),
    ],
)
def test_events_are_asked_about_one_by_one_where_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch, configured: str, feed: str | None, events: list[str]
) -> None:
    monkeypatch.setenv("MARKETS", configured)
    get_settings.cache_clear()
    try:
        now = datetime(2026, 4, 18, 15, tzinfo=UTC)
        asking = Asking(
            "basketball_nba",
            now,
            now.date(),
            (
                known("over", now - timedelta(hours=1)),
                known("soon", now + timedelta(hours=1)),
                known("unknown", None),
            ),
        )
        requests = SOURCE.requests(asking, feed)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    lists = [request.feed for request in requests if request.feed != "event_odds"]
    assert lists == ([] if feed else ["odds", "scores"])
    asked = [request.path.split("/")[-2] for request in requests if request.feed == "event_odds"]
    assert asked == events


def test_lists_and_the_past_are_asked_for_by_name() -> None:
    now = datetime(2026, 4, 18, 15, tzinfo=UTC)
    asking = Asking("basketball_nba", now, now.date())
    assert SOURCE.requests(asking, "sports") == [SOURCE.sports_request()]
    assert SOURCE.requests(asking, "events") == [SOURCE.events_request("basketball_nba")]
    assert SOURCE.sports_request(out_of_season=True).params == {"all": "true"}
    for feed in ("historical_odds", "historical_events", "historical_event_odds"):
        assert SOURCE.requests(asking, feed) == []
    past = SOURCE.historical_events_request(
        "basketball_nba", now, commence_from=now, commence_to=now + timedelta(days=1)
    )
    assert past.path == "/v4/historical/sports/basketball_nba/events"
    assert past.params == {
        "dateFormat": "iso",
        "date": "2026-04-18T15:00:00Z",
        "commenceTimeFrom": "2026-04-18T15:00:00Z",
        "commenceTimeTo": "2026-04-19T15:00:00Z",
    }
    assert SOURCE.cost(past) == 1 and SOURCE.cost(SOURCE.sports_request()) == 0


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
    refused = []
    try:
        SOURCE.raise_for_error(200, {}, content)
    except SourceError as error:
        refused.append(error)
    assert refused == []


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
