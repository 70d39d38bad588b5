"""The Odds API's endpoints of one event, of the past, and of its lists, over HTTP and through the
source that asks and reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linehouse.days import eastern_day
from linehouse.settings import Settings
from linehouse.sources.base import Asking, KnownEvent, Payload, Request
from linehouse.sources.errors import BadKeyError, BadRequestError
from linehouse.sources.rows import Parsed
from linehouse.sources.the_odds_api.source import SOURCE
from tests.fixtures.sandbox import EIGHT_BOOKS, FIRST_MOMENT, SandboxServer

HALVES = {
    "basketball_nba": ("h2h_h1", "spreads_h1", "totals_h1"),
    "baseball_mlb": ("h2h_1st_5_innings", "spreads_1st_5_innings", "totals_1st_5_innings"),
}


def settings(**changes: str) -> Settings:
    return Settings(_env_file=None, **changes)  # type: ignore[arg-type]


def first_event(sandbox: SandboxServer, sport: str) -> dict[str, Any]:
    """The event that begins first, of those that have not begun."""
    events = [
        event
        for event in sandbox.odds(sport)
        if datetime.fromisoformat(event["commence_time"]) > sandbox.now() and event["bookmakers"]
    ]
    return min(events, key=lambda event: str(event["commence_time"]))


def ask(sandbox: SandboxServer, request: Request) -> tuple[Parsed, dict[str, float], Any]:
    """The rows, the credits and the document of an answer."""
    answer = sandbox.get(request.path, **request.params)
    SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    payload = Payload(
        SOURCE.name,
        request.feed,
        answer.content,
        sandbox.now(),
        sport_key=request.sport_key,
        params=request.params,
    )
    return SOURCE.parse(payload), SOURCE.quota(answer.headers), answer.json()


@pytest.mark.parametrize("sport", HALVES)
def test_an_event_shows_its_first_half_or_first_five_innings(
    sandbox: SandboxServer, sport: str
) -> None:
    event = first_event(sandbox, sport)
    request = SOURCE.event_odds_request(sport, event["id"], settings())
    parsed, credits, document = ask(sandbox, request)
    assert [game.source_event_id for game in parsed.games] == [event["id"]]
    assert {line.market for line in parsed.lines} == set(HALVES[sport])
    assert credits["cost"] == SOURCE.cost(request) == 3
    assert parsed.coverage[0].source_event_id == event["id"]
    assert parsed.coverage[0].markets == HALVES[sport]
    assert parsed.drift == []
    assert "circasports" not in {line.bookmaker for line in parsed.lines}
    for book in document["bookmakers"]:
        assert "last_update" not in book
        assert all("last_update" in market for market in book["markets"])
    assert all(line.last_update for line in parsed.lines)
    whole = next(
        float(outcome["point"])
        for book in event["bookmakers"]
        for market in book["markets"]
        if market["key"] == "totals"
        for outcome in market["outcomes"]
    )
    totals = {float(line.point or 0) for line in parsed.lines if "totals" in line.market}
    assert all(0.45 * whole < total < 0.65 * whole for total in totals)


def test_markets_of_another_sport_are_not_returned_and_not_charged(
    sandbox: SandboxServer,
) -> None:
    event = first_event(sandbox, "baseball_mlb")
    request = SOURCE.event_odds_request(
        "baseball_mlb", event["id"], settings(), markets=("h2h", "h2h_h1", "player_points")
    )
    parsed, credits, _ = ask(sandbox, request)
    assert {line.market for line in parsed.lines} == {"h2h"}
    assert credits["cost"] == 1 < SOURCE.cost(request)


def test_halves_are_offered_before_the_game_alone(sandbox: SandboxServer) -> None:
    event = first_event(sandbox, "basketball_nba")
    request = SOURCE.event_odds_request("basketball_nba", event["id"], settings())
    sandbox.set_clock(datetime.fromisoformat(event["commence_time"]) + timedelta(minutes=45))
    parsed, credits, document = ask(sandbox, request)
    assert parsed.lines == [] and document["bookmakers"] == []
    assert credits["cost"] == 0


def test_lists_refuse_markets_that_are_not_featured(sandbox: SandboxServer) -> None:
    for feed in ("odds", "odds_of_the_past"):
        past = feed != "odds"
        prefix = "/v4/historical" if past else "/v4"
        params = {"date": "2026-04-18T14:00:00Z"} if past else {}
        for market in ("h2h_h1", "totals_1st_5_innings", "player_points"):
            answer = sandbox.get(
                f"{prefix}/sports/basketball_nba/odds",
                bookmakers=EIGHT_BOOKS,
                markets=f"h2h,{market}",
                **params,
            )
            assert answer.status_code == 422
            assert answer.json()["error_code"] == "INVALID_MARKET"
            with pytest.raises(BadRequestError, match=market):
                SOURCE.raise_for_error(422, answer.headers, answer.content)


@pytest.mark.parametrize(
    ("markets", "code"),
    [
        ("nonsense", "INVALID_MARKET"),
        ("h2h,H1", "INVALID_MARKET"),
        (",", "MISSING_MARKET"),
        ("outrights,h2h", "INVALID_MARKET_COMBO"),
    ],
)
def test_one_event_refuses_what_is_no_market(
    sandbox: SandboxServer, markets: str, code: str
) -> None:
    event = first_event(sandbox, "basketball_nba")
    answer = sandbox.get(
        f"/v4/sports/basketball_nba/events/{event['id']}/odds",
        bookmakers=EIGHT_BOOKS,
        markets=markets,
    )
    assert (answer.status_code, answer.json()["error_code"]) == (422, code)


def test_an_events_markets_are_told_for_one_credit(sandbox: SandboxServer) -> None:
    event = first_event(sandbox, "baseball_mlb")
    path = f"/v4/sports/baseball_mlb/events/{event['id']}/markets"
    answer = sandbox.get(path, regions="us,eu,us_ex")
    assert answer.headers["x-requests-last"] == "1"
    offered = {
        book["key"]: {market["key"] for market in book["markets"]}
        for book in answer.json()["bookmakers"]
    }
    assert set(HALVES["baseball_mlb"]) <= offered["pinnacle"]
    assert not set(HALVES["baseball_mlb"]) & offered["circasports"]
    assert all(
        market.keys() == {"key", "last_update"}
        for book in answer.json()["bookmakers"]
        for market in book["markets"]
    )
    assert sandbox.get(path).json()["error_code"] == "MISSING_REGION"


def test_participants_are_the_sports_clubs(sandbox: SandboxServer) -> None:
    answer = sandbox.get("/v4/sports/baseball_mlb/participants")
    assert answer.headers["x-requests-last"] == "1"
    clubs = answer.json()
    assert len(clubs) == 30 == len({club["id"] for club in clubs})
    names = {club["full_name"] for club in clubs}
    assert {event["home_team"] for event in sandbox.odds("baseball_mlb")} <= names
    assert sandbox.get("/v4/sports/curling/participants").status_code == 404


def test_the_list_of_sports_is_free_and_has_no_rows(sandbox: SandboxServer) -> None:
    for request in (SOURCE.sports_request(), SOURCE.sports_request(out_of_season=True)):
        parsed, credits, document = ask(sandbox, request)
        assert (parsed.games, parsed.lines, parsed.coverage, parsed.drift) == ([], [], [], [])
        assert credits["cost"] == SOURCE.cost(request) == 0
        assert {"basketball_nba", "baseball_mlb"} <= {sport["key"] for sport in document}


def test_past_events_are_those_that_were_listed_then(sandbox: SandboxServer) -> None:
    then = FIRST_MOMENT - timedelta(days=3)
    sandbox.set_clock(then)
    listed = [event["id"] for event in sandbox.odds("baseball_mlb")]
    sandbox.set_clock(FIRST_MOMENT)
    request = SOURCE.historical_events_request("baseball_mlb", then + timedelta(minutes=4))
    parsed, credits, document = ask(sandbox, request)
    assert [game.source_event_id for game in parsed.games] == listed
    assert parsed.historical and parsed.observed_at == then
    assert isinstance(document["data"], list) and parsed.lines == []
    assert credits["cost"] == SOURCE.cost(request) == 1
    winter = SOURCE.historical_events_request("baseball_mlb", datetime(2025, 12, 20, tzinfo=UTC))
    parsed, credits, document = ask(sandbox, winter)
    assert parsed.games == [] and document["data"] == [] and credits["cost"] == 0


def test_past_odds_of_one_event_are_an_object_with_both_times(sandbox: SandboxServer) -> None:
    event = first_event(sandbox, "basketball_nba")
    then = FIRST_MOMENT - timedelta(hours=2)
    sandbox.set_clock(then)
    shown, _, _ = ask(sandbox, SOURCE.event_odds_request("basketball_nba", event["id"], settings()))
    sandbox.set_clock(FIRST_MOMENT + timedelta(days=2))
    request = SOURCE.historical_event_odds_request("basketball_nba", event["id"], then, settings())
    parsed, credits, document = ask(sandbox, request)
    assert isinstance(document["data"], dict)
    for book in document["data"]["bookmakers"]:
        assert "last_update" in book
        assert all("last_update" in market for market in book["markets"])
    assert parsed.lines == shown.lines and len(parsed.lines) > 30
    assert parsed.historical and parsed.observed_at == then
    assert credits["cost"] == SOURCE.cost(request) == 30
    assert parsed.coverage[0].source_event_id == event["id"]


def test_history_begins_when_the_vendor_began_to_keep_it(sandbox: SandboxServer) -> None:
    path = "/v4/historical/sports/basketball_nba"

    def snapshot(date: str) -> dict[str, Any]:
        answer: dict[str, Any] = sandbox.get(f"{path}/odds", date=date, regions="us").json()
        return answer

    early = snapshot("2021-12-10T20:09:59Z")
    assert early["timestamp"] == "2021-12-10T20:00:00Z", "ten minutes apart until September 2022"
    assert early["next_timestamp"] == "2021-12-10T20:10:00Z"
    later = snapshot("2023-12-10T20:09:59Z")
    assert later["timestamp"] == "2023-12-10T20:05:00Z"
    first = snapshot("2022-09-18T00:00:00Z")
    assert first["previous_timestamp"] == "2022-09-17T23:50:00Z"
    for date, refused in (("2023-05-03T05:00:00Z", True), ("2023-05-03T05:30:00Z", False)):
        events = sandbox.get(f"{path}/events", date=date).json()["data"]
        answer = sandbox.get(
            f"{path}/events/{events[-1]['id']}/odds",
            date=date,
            regions="us",
            markets="h2h_h1",
        )
        assert (answer.status_code == 422) is refused


def test_history_is_for_paid_plans(sandbox: SandboxServer) -> None:
    try:
        sandbox.http.post("/__sandbox__/upstreams", json={"the_odds_api": {"paid": False}})
        for feed in ("odds", "events", f"events/{'0' * 32}/odds"):
            answer = sandbox.get(
                f"/v4/historical/sports/basketball_nba/{feed}",
                date="2026-04-18T10:00:00Z",
                regions="us",
            )
            assert answer.json()["error_code"] == "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN"
            with pytest.raises((BadKeyError, BadRequestError), match="HISTORICAL"):
                SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    finally:
        sandbox.http.post("/__sandbox__/upstreams", json={"the_odds_api": {"paid": True}})


def test_an_unknown_event_is_told(sandbox: SandboxServer) -> None:
    request = SOURCE.event_odds_request("basketball_nba", "0" * 32, settings())
    with pytest.raises(BadRequestError, match="EVENT_NOT_FOUND"):
        ask(sandbox, request)


def test_halves_are_asked_of_the_days_games_that_have_not_begun(sandbox: SandboxServer) -> None:
    sport = "baseball_mlb"
    now = sandbox.now()
    events = tuple(
        KnownEvent(
            event["id"],
            sport,
            datetime.fromisoformat(event["commence_time"]),
            eastern_day(now),
            None,
        )
        for event in sandbox.odds(sport)
    )
    asking = Asking(sport, now + timedelta(hours=4), eastern_day(now), events)
    requests = SOURCE.requests(asking, "event_odds")
    upcoming = [one for one in events if one.commence_at and one.commence_at > asking.now]
    assert 0 < len(upcoming) < len(events)
    assert [request.path.split("/")[-2] for request in requests] == [
        event.source_event_id for event in upcoming
    ]
    lines = [line for request in requests[:4] for line in ask(sandbox, request)[0].lines]
    assert lines
