"""The simulator speaks The Odds API's contract over HTTP."""

import re
from datetime import datetime, timedelta

import pytest

from linehouse.sources.errors import BadKeyError, BadRequestError, QuotaExhaustedError
from linehouse.sources.the_odds_api.source import SOURCE
from tests.fixtures.sandbox import EIGHT_BOOKS, FIRST_MOMENT, SandboxServer

VENDOR_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SPORTS = ("basketball_nba", "baseball_mlb")


@pytest.mark.parametrize("sport", SPORTS)
def test_an_odds_answer_has_the_vendors_shape(sandbox: SandboxServer, sport: str) -> None:
    events = sandbox.odds(sport)
    books = [book for event in events for book in event["bookmakers"]]
    assert len(events) > 10
    for event in events:
        assert list(event) == [
            "id",
            "sport_key",
            "sport_title",
            "commence_time",
            "home_team",
            "away_team",
            "bookmakers",
        ]
        assert re.fullmatch(r"[0-9a-f]{32}", event["id"])
        assert VENDOR_TIME.fullmatch(event["commence_time"])
    assert {book["key"] for book in books} == set(EIGHT_BOOKS.split(","))
    for event in events:
        for book in event["bookmakers"]:
            assert VENDOR_TIME.fullmatch(book["last_update"])
            for market in book["markets"]:
                names = {outcome["name"] for outcome in market["outcomes"]}
                points = [outcome.get("point") for outcome in market["outcomes"]]
                if market["key"] == "totals":
                    assert names == {"Over", "Under"} and points[0] == points[1] is not None
                else:
                    assert names == {event["home_team"], event["away_team"]}
                if market["key"] == "h2h":
                    assert points == [None, None]
                if market["key"] == "spreads":
                    assert points[0] == -points[1]
                for outcome in market["outcomes"]:
                    assert isinstance(outcome["price"], int) and abs(outcome["price"]) >= 100


def test_far_games_have_no_bookmakers_and_each_market_can_be_missing(
    sandbox: SandboxServer,
) -> None:
    missing_markets = 0
    for hours in range(0, 48, 3):
        sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
        events = [event for sport in SPORTS for event in sandbox.odds(sport)]
        assert any(event["bookmakers"] == [] for event in events)
        missing_markets += sum(
            len(book["markets"]) < 3 for event in events for book in event["bookmakers"]
        )
    assert missing_markets > 0


def test_decimal_and_unix_formats(sandbox: SandboxServer) -> None:
    american = sandbox.odds("basketball_nba")
    decimal = sandbox.odds("basketball_nba", oddsFormat="decimal", dateFormat="unix")
    assert [event["id"] for event in american] == [event["id"] for event in decimal]
    instant = datetime.fromisoformat(american[0]["commence_time"]).timestamp()
    assert decimal[0]["commence_time"] == int(instant)
    first = american[0]["bookmakers"][0]["markets"][0]["outcomes"][0]["price"]
    same = decimal[0]["bookmakers"][0]["markets"][0]["outcomes"][0]["price"]
    expected = 1 + first / 100 if first > 0 else 1 + 100 / -first
    assert same == pytest.approx(expected, abs=0.006)


def test_the_default_market_is_h2h_and_regions_serve_their_own_books(
    sandbox: SandboxServer,
) -> None:
    events = sandbox.get("/v4/sports/basketball_nba/odds", regions="us").json()
    books = {book["key"] for event in events for book in event["bookmakers"]}
    markets = {
        market["key"]
        for event in events
        for book in event["bookmakers"]
        for market in book["markets"]
    }
    assert markets == {"h2h"}
    assert "draftkings" in books and not books & {"pinnacle", "circasports"}


def test_filters_by_id_and_by_start(sandbox: SandboxServer) -> None:
    events = sandbox.odds("baseball_mlb")
    wanted = events[3]["id"]
    assert [event["id"] for event in sandbox.odds("baseball_mlb", eventIds=wanted)] == [wanted]
    start, end = "2026-04-18T20:00:00Z", "2026-04-19T03:00:00Z"
    between = sandbox.odds("baseball_mlb", commenceTimeFrom=start, commenceTimeTo=end)
    expected = [event["id"] for event in events if start <= event["commence_time"] <= end]
    assert [event["id"] for event in between] == expected != []


def test_one_events_odds_tell_the_time_of_each_market_only(sandbox: SandboxServer) -> None:
    event_id = sandbox.odds("basketball_nba")[0]["id"]
    answer = sandbox.get(
        f"/v4/sports/basketball_nba/events/{event_id}/odds",
        bookmakers=EIGHT_BOOKS,
        markets="h2h,totals,player_points",
    )
    event = answer.json()
    assert event["id"] == event_id
    for book in event["bookmakers"]:
        assert "last_update" not in book
        assert {market["key"] for market in book["markets"]} <= {"h2h", "totals"}
        assert all("last_update" in market for market in book["markets"])
    assert answer.headers["x-requests-last"] == "2", "markets that are returned are charged"


def test_sports_events_and_upcoming(sandbox: SandboxServer) -> None:
    sports = sandbox.get("/v4/sports").json()
    assert {sport["key"] for sport in sports} == set(SPORTS)
    assert len(sandbox.get("/v4/sports", all="true").json()) > len(sports)
    events = sandbox.get("/v4/sports/baseball_mlb/events").json()
    assert {event["id"] for event in events} == {
        event["id"] for event in sandbox.odds("baseball_mlb")
    }
    assert all("bookmakers" not in event for event in events)
    upcoming = sandbox.get("/v4/sports/upcoming/events").json()
    starts = [event["commence_time"] for event in upcoming]
    assert 0 < len(upcoming) <= 8 and starts == sorted(starts)


def test_history_answers_what_was_shown_then(sandbox: SandboxServer) -> None:
    then = datetime.fromisoformat("2026-04-18T14:40:00+00:00")
    sandbox.set_clock(then)
    shown = sandbox.odds("baseball_mlb")
    sandbox.set_clock(FIRST_MOMENT)
    answer = sandbox.get(
        "/v4/historical/sports/baseball_mlb/odds",
        date="2026-04-18T14:43:11Z",
        markets="h2h,spreads,totals",
        bookmakers=EIGHT_BOOKS,
        oddsFormat="american",
    )
    envelope = answer.json()
    assert envelope["timestamp"] == "2026-04-18T14:40:00Z"
    assert envelope["previous_timestamp"] == "2026-04-18T14:35:00Z"
    assert envelope["next_timestamp"] == "2026-04-18T14:45:00Z"
    assert envelope["data"] == shown
    assert answer.headers["x-requests-last"] == "30"


def test_the_latest_historical_snapshot_has_no_next_one(sandbox: SandboxServer) -> None:
    envelope = sandbox.get(
        "/v4/historical/sports/basketball_nba/events", date="2027-01-01T00:00:00Z"
    ).json()
    assert envelope["timestamp"] == "2026-04-18T15:00:00Z"
    assert envelope["next_timestamp"] is None
    assert envelope["data"]


@pytest.mark.parametrize(
    ("path", "params", "status", "code", "error"),
    [
        ("basketball_nba/odds", {"apiKey": ""}, 401, "MISSING_KEY", BadKeyError),
        ("basketball_nba/odds", {"apiKey": "0123"}, 401, "INVALID_KEY", BadKeyError),
        ("curling/odds", {}, 404, "UNKNOWN_SPORT", BadRequestError),
        (
            "basketball_nba/odds",
            {"bookmakers": "", "regions": ""},
            422,
            "MISSING_REGION",
            BadRequestError,
        ),
        (
            "basketball_nba/odds",
            {"bookmakers": "", "regions": "mars"},
            422,
            "INVALID_REGION",
            BadRequestError,
        ),
        ("basketball_nba/odds", {"markets": "h2h_h1"}, 422, "INVALID_MARKET", BadRequestError),
        ("basketball_nba/odds", {"oddsFormat": "hk"}, 422, "INVALID_ODDS_FORMAT", BadRequestError),
        ("basketball_nba/odds", {"dateFormat": "us"}, 422, "INVALID_DATE_FORMAT", BadRequestError),
        ("basketball_nba/odds", {"eventIds": "7"}, 422, "INVALID_EVENT_IDS", BadRequestError),
        (
            "basketball_nba/odds",
            {"commenceTimeFrom": "2026-04-18T15:00:00.000Z"},
            422,
            "INVALID_COMMENCE_TIME_FROM",
            BadRequestError,
        ),
        (
            "basketball_nba/odds",
            {"commenceTimeTo": "2026-04-18T15:00:00+00:00"},
            422,
            "INVALID_COMMENCE_TIME_TO",
            BadRequestError,
        ),
        (
            "basketball_nba/scores",
            {"daysFrom": "4"},
            422,
            "INVALID_SCORES_DAYS_FROM",
            BadRequestError,
        ),
        (f"basketball_nba/events/{'0' * 32}/odds", {}, 404, "EVENT_NOT_FOUND", BadRequestError),
    ],
)
def test_errors_have_the_vendors_form_and_the_sources_type(
    sandbox: SandboxServer,
    path: str,
    params: dict[str, str],
    status: int,
    code: str,
    error: type[Exception],
) -> None:
    answer = sandbox.get(f"/v4/sports/{path}", **({"bookmakers": EIGHT_BOOKS} | params))
    assert answer.status_code == status
    assert answer.json()["error_code"] == code
    assert answer.json().keys() == {"message", "error_code", "details_url"}
    assert answer.headers["x-requests-last"] == "0"
    with pytest.raises(error, match=code):
        SOURCE.raise_for_error(status, answer.headers, answer.content)


def test_history_needs_a_time(sandbox: SandboxServer) -> None:
    path = "/v4/historical/sports/basketball_nba/events"
    assert sandbox.get(path).json()["error_code"] == "MISSING_HISTORICAL_TIMESTAMP"
    late = sandbox.get(path, date="2026-04-18").json()["error_code"]
    early = sandbox.get(path, date="2019-01-01T00:00:00Z").json()["error_code"]
    assert late == early == "INVALID_HISTORICAL_TIMESTAMP"


def test_credits_follow_markets_and_bookmakers_and_empty_answers_are_free(
    sandbox: SandboxServer,
) -> None:
    def ask(path: str, **params: str) -> dict[str, float]:
        return SOURCE.quota(sandbox.get(f"/v4/{path}", **params).headers)

    three = {"bookmakers": EIGHT_BOOKS, "markets": "h2h,spreads,totals"}
    assert ask("sports") == {"remaining": 20_000, "used": 0, "cost": 0}
    assert ask("sports/basketball_nba/odds", **three) == {
        "remaining": 19_997,
        "used": 3,
        "cost": 3,
    }
    eleven = EIGHT_BOOKS + ",lowvig,betonlineag,betus"
    assert ask("sports/basketball_nba/odds", bookmakers=eleven)["cost"] == 2
    assert ask("sports/basketball_nba/odds", regions="us,eu")["cost"] == 2
    assert ask("sports/basketball_nba/scores")["cost"] == 1
    assert ask("sports/basketball_nba/scores", daysFrom="2")["cost"] == 2
    assert ask("sports/basketball_nba/events")["cost"] == 0
    assert ask("sports/icehockey_nhl/odds", **three)["cost"] == 0
    assert ask("sports")["used"] == 10


def test_used_up_credits_are_refused_until_the_first_of_the_month(sandbox: SandboxServer) -> None:
    sandbox.credits(quota=500, used=498)
    three = {"bookmakers": EIGHT_BOOKS, "markets": "h2h,spreads,totals"}
    refused = sandbox.get("/v4/sports/basketball_nba/odds", **three)
    assert refused.status_code == 401
    assert refused.json()["error_code"] == "OUT_OF_USAGE_CREDITS"
    with pytest.raises(QuotaExhaustedError):
        SOURCE.raise_for_error(401, refused.headers, refused.content)
    assert sandbox.get("/v4/sports/basketball_nba/scores").status_code == 200
    sandbox.set_clock(datetime.fromisoformat("2026-05-01T00:00:01+00:00"))
    assert sandbox.get("/v4/sports/basketball_nba/odds", **three).status_code == 200


def test_the_sources_cost_is_what_the_vendor_charges(sandbox: SandboxServer) -> None:
    requests = [
        SOURCE.odds_request("basketball_nba"),
        SOURCE.scores_request("basketball_nba"),
        SOURCE.scores_request("basketball_nba", 3),
        SOURCE.events_request("basketball_nba"),
        SOURCE.historical_odds_request("basketball_nba", FIRST_MOMENT - timedelta(days=1)),
    ]
    for request in requests:
        answer = sandbox.get(request.path, **request.params)
        SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
        assert SOURCE.quota(answer.headers)["cost"] == SOURCE.cost(request), request
