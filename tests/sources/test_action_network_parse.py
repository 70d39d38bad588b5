"""How Action Network's answers are read: shares once, openings, ids, states, anything malformed."""

import copy
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.settings import PROJECT_ROOT, Mode
from linehouse.sources.action_network.source import SOURCE
from linehouse.sources.base import Asking, KnownEvent, Payload
from linehouse.sources.errors import (
    AccessRefusedError,
    BadRequestError,
    DriftedSchemaError,
    RateLimitedError,
    UnreadablePayloadError,
)
from linehouse.sources.feeds import cadence
from linehouse.sources.rows import Parsed
from tests.sources.malformed import survives

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "action_network"
SEEN_AT = datetime(2026, 4, 18, 19, tzinfo=UTC)
HISTORY_URL = "http://upstream/web/v2/markets/event/101/history?bookIds=68"
ASKED = {"bookIds": "15,30,68", "periods": "event,firstfiveinnings", "date": "20260418"}


def document(name: str = "scoreboard") -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def parse(content: Any, feed: str = "scoreboard", **more: Any) -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    more = {"sport_key": "baseball_mlb", "params": ASKED} | more
    return SOURCE.parse(Payload(SOURCE.name, feed, body, SEEN_AT, **more))


def outcomes(content: Any, book: str, market: str = "moneyline", game: int = 0) -> Any:
    return content["games"][game]["markets"][book]["event"][market]


def test_games_come_with_their_states_and_scores() -> None:
    games = parse(document()).games
    assert [
        (game.away_team, game.home_team, game.state, game.completed, game.away_score)
        for game in games
    ] == [
        ("Tampa Bay Rays", "Boston Red Sox", "scheduled", False, None),
        ("Washington Nationals", "Philadelphia Phillies", "final", True, "0"),
        ("St. Louis Cardinals", "Chicago Cubs", "live", False, "2"),
        ("Toronto Blue Jays", "New York Yankees", "postponed", False, None),
    ]
    assert games[0].commence_at == datetime(2026, 4, 18, 23, 10, tzinfo=UTC)
    assert {game.game_date_et for game in games} == {date(2026, 4, 18)}
    assert games[0].season == "2026"


def test_teams_are_found_by_id_in_any_order() -> None:
    """The fixture names the away team first in its first game, the home team in the others."""
    content = document()
    for game in content["games"]:
        game["teams"].reverse()
    assert parse(content).games == parse(document()).games


def test_a_home_half_that_was_not_played_is_not_there() -> None:
    details = parse(document()).games[1].details
    assert details["periods_away"] == ["0"] * 9
    assert details["periods_home"] == ["1"] + ["0"] * 7


def test_a_late_start_is_of_the_eastern_day_that_was_asked() -> None:
    content = document()
    content["games"][0]["start_time"] = "2026-04-19T02:10:00.000Z"
    game = parse(content).games[0]
    assert game.game_date_et == date(2026, 4, 18) and "dates_et" not in game.details
    content["games"][0]["start_time"] = "2026-04-20T17:10:00.000Z"
    game = parse(content).games[0]
    assert game.game_date_et == date(2026, 4, 20)
    assert game.details["dates_et"] == ["2026-04-18", "2026-04-20"]


@pytest.mark.parametrize(
    ("status", "real_status", "period", "state"),
    [
        ("complete", "postponed", None, "postponed"),
        ("scheduled", "cancelled", None, "cancelled"),
        ("suspended", "suspended", 5, "suspended"),
        ("weatherdelay", "inprogress", None, "scheduled"),
        ("weatherdelay", "inprogress", 3, "live"),
        ("closed", "closed", 9, "final"),
    ],
)
def test_either_status_can_call_a_game_off(
    status: str, real_status: str, period: int | None, state: str
) -> None:
    content = document()
    game = content["games"][0]
    game |= {"status": status, "real_status": real_status}
    game["boxscore"]["period"] = period
    read = parse(content).games[0]
    assert read.state == state
    assert (read.home_score is None) == (state not in ("live", "final", "suspended"))


def test_an_unknown_status_is_told_and_means_nothing() -> None:
    content = document()
    content["games"][0] |= {"status": "paused", "real_status": "paused"}
    parsed = parse(content)
    assert parsed.games[0].state is None and parsed.games[0].completed is False
    assert parsed.drift == ["games[].status=paused"]


def test_a_start_to_be_announced_is_no_start() -> None:
    content = document()
    content["games"][0]["real_status"] = "time-tbd"
    game = parse(content).games[0]
    assert game.commence_at is None and game.commence_text == "2026-04-18T23:10:00.000Z"
    assert game.details["start_tbd"] is True and game.game_date_et == date(2026, 4, 18)


def test_preseason_games_are_a_sport_of_their_own() -> None:
    content = document()
    content["games"][0]["type"] = "pre"
    parsed = parse(content)
    assert [game.sport_key for game in parsed.games[:2]] == [
        "baseball_mlb_preseason",
        "baseball_mlb",
    ]
    assert parsed.coverage[0].sport_key == parsed.splits[0].sport_key == "baseball_mlb_preseason"


# Lines


def test_lines_bear_book_market_with_period_and_side() -> None:
    lines = parse(document()).lines
    assert len(lines) == 23
    first = [(one.bookmaker, one.market, one.outcome, one.price, one.point) for one in lines[:6]]
    assert first == [
        ("15", "event/moneyline", "away", "127", None),
        ("15", "event/moneyline", "home", "-155", None),
        ("15", "event/spread", "home", "135", "-1.5"),
        ("15", "event/spread", "away", "-161", "1.5"),
        ("15", "event/total", "over", "-118", "9"),
        ("15", "event/total", "under", "-102", "9"),
    ]
    assert ("68", "firstfiveinnings/total", "over", "4.5") in {
        (one.bookmaker, one.market, one.outcome, one.point) for one in lines
    }


def test_no_line_is_named_twice_though_books_have_alternatives_and_lines_in_play() -> None:
    lines = parse(document()).lines
    names = Counter((one.source_event_id, one.bookmaker, one.market, one.outcome) for one in lines)
    assert set(names.values()) == {1}
    markets = {one.market for one in lines}
    assert {"alternate/event/spread", "live/event/moneyline"} <= markets
    assert [one.market for one in lines if one.source_event_id == "103"] == [
        "live/event/moneyline"
    ] * 2


def test_outcomes_without_is_live_are_openings_not_lines_before_the_game() -> None:
    lines = parse(document()).lines
    assert {one.bookmaker for one in lines if one.label == "open"} == {"30"}
    assert {one.label for one in lines if one.bookmaker != "30"} == {None}
    content = document()
    del outcomes(content, "68")[0]["is_live"]
    labels = [one.label for one in parse(content).lines if one.bookmaker == "68"]
    assert labels.count("open") == 1


def test_props_are_left_out_and_other_markets_told() -> None:
    content = document()
    outcomes_of = content["games"][0]["markets"]["68"]["event"]
    outcomes_of["core_bet_type_9_hits"] = outcomes_of["to_score_first"] = [{"anything": 1}]
    parsed = parse(content)
    assert parsed.lines == parse(document()).lines
    assert parsed.drift == ["games[].markets[].to_score_first"]


def test_market_ids_are_numbers_or_texts() -> None:
    """The fixture has both; neither is needed."""
    ids = {type(one["market_id"]) for book in ("15", "30") for one in outcomes(document(), book)}
    assert ids == {int, str}


def test_a_game_without_markets_has_no_lines_and_says_so() -> None:
    parsed = parse(document())
    assert {line.source_event_id for line in parsed.lines} == {"101", "103"}
    assert {one.source_event_id for one in parsed.coverage} == {"101", "102", "103", "104"}
    content = document()
    content["games"][0]["markets"] = None
    assert "101" not in {line.source_event_id for line in parse(content).lines}


def test_books_that_are_not_served_are_not_spoken_of() -> None:
    """Where the vendor falls back to its consensus and openings, no line of a real book ends."""
    content = document()
    assert {book for one in parse(content).coverage for book in one.bookmakers or ()} == {
        *("15", "30", "68"),
    }
    for game in content["games"]:
        game["markets"] = {k: v for k, v in game.get("markets", {}).items() if k in ("15", "30")}
    parsed = parse(content)
    assert parsed.splits and {one.bookmakers for one in parsed.coverage} == {("15", "30")}
    assert "games[].markets holds none of 68" in parsed.drift
    only_those = parse(content, params=ASKED | {"bookIds": "15,30"})
    assert only_those.drift == [] and {one.bookmakers for one in only_those.coverage} == {
        ("15", "30")
    }
    for game in content["games"]:
        game["markets"] = {}
    assert {one.bookmakers for one in parse(content).coverage} == {("15", "30", "68")}


def test_coverage_is_what_was_asked_for_of_each_game_of_the_day() -> None:
    one = parse(document()).coverage[0]
    assert one.markets == tuple(
        f"{period}/{market}"
        for period in ("event", "firstfiveinnings")
        for market in ("moneyline", "spread", "total")
    )
    assert one.bookmakers == ("15", "30", "68")


def test_books_that_answer_uninvited_are_told() -> None:
    parsed = parse(document(), params=ASKED | {"bookIds": "68,78"})
    assert parsed.drift == [
        "games[].markets.15 (not asked for)",
        "games[].markets.30 (not asked for)",
    ]
    assert {one.bookmaker for one in parsed.lines} == {"15", "30", "68"}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("book_id", 69, "book_id is 69, but stands under 68"),
        ("event_id", 7, "event_id is 7, but stands under 101"),
        ("type", "total", "type is total, but stands under moneyline"),
        ("period", "firsthalf", "period is firsthalf, but stands under event"),
        ("side", "home", "side is home, but team 2 plays away"),
    ],
)
def test_an_outcome_that_contradicts_its_place_stops_the_payload(
    field: str, value: Any, message: str
) -> None:
    content = document()
    outcomes(content, "68")[0][field] = value
    with pytest.raises(DriftedSchemaError, match=message):
        parse(content)


# Shares


def test_one_consensus_is_stored_once_for_each_market_and_side() -> None:
    splits = parse(document()).splits
    assert [
        (one.market, one.outcome, one.tickets_pct, one.money_pct, one.tickets) for one in splits
    ] == [
        ("event/moneyline", "away", "12", "21", "1300"),
        ("event/moneyline", "home", "88", "80", "9400"),
        ("event/spread", "home", "91", "81", None),
        ("event/spread", "away", "9", "19", None),
        ("firstfiveinnings/total", "over", "60", None, None),
        ("firstfiveinnings/total", "under", "40", None, None),
    ]
    assert {one.bookmaker for one in splits} == {None}
    assert {one.source_event_id for one in splits} == {"101"}


def test_zero_on_both_sides_is_no_data_and_not_nobody() -> None:
    content = document()
    assert "event/total" not in {one.market for one in parse(content).splits}
    for book in ("15", "68"):
        for one, percent in zip(outcomes(content, book, "total"), (100, 0), strict=True):
            one["bet_info"]["tickets"]["percent"] = percent
    told = [one for one in parse(content).splits if one.market == "event/total"]
    assert [(one.tickets_pct, one.money_pct) for one in told] == [("100", None), ("0", None)]


def test_shares_that_differ_among_books_are_told_and_the_consensus_is_taken() -> None:
    content = document()
    outcomes(content, "68")[0]["bet_info"]["tickets"]["percent"] = 40
    parsed = parse(content)
    assert parsed.drift == ["games[].markets[].outcomes[].bet_info (differs among books)"]
    assert parsed.splits[0].tickets_pct == "12"


def test_sides_that_sum_to_99_or_101_are_kept_as_they_are() -> None:
    money = [one.money_pct for one in parse(document()).splits[:2]]
    assert money == ["21", "80"]


# Version 1 and the history


def test_version_1_has_points_and_prices_under_misleading_names() -> None:
    parsed = parse(document("scoreboard_v1"), "scoreboard_v1")
    assert len(parsed.lines) == 30 and parsed.drift == []
    full = [one for one in parsed.lines if one.bookmaker == "15" and one.market == "event/spread"]
    assert [(one.outcome, one.price, one.point) for one in full] == [
        ("away", "-161", "1.5"),
        ("home", "135", "-1.5"),
    ]
    assert {one.last_update for one in parsed.lines} == {"2026-04-18T14:22:08.710018+00:00"}
    assert {one.label for one in parsed.lines if one.bookmaker == "30"} == {"open"}
    assert {one.market.partition("/")[0] for one in parsed.lines} == {"event", "firsthalf", "live"}


def test_version_1_tells_the_consensus_shares_once_null_and_zero_are_none() -> None:
    splits = parse(document("scoreboard_v1"), "scoreboard_v1").splits
    assert [(one.market, one.outcome, one.tickets_pct, one.money_pct) for one in splits] == [
        ("event/moneyline", "away", "12", "21"),
        ("event/moneyline", "home", "88", "80"),
        ("event/spread", "away", "9", None),
        ("event/spread", "home", "91", None),
    ]


def test_a_history_is_of_the_event_in_its_address() -> None:
    parsed = parse(document("history"), "history", url=HISTORY_URL)
    assert len(parsed.movements) == 8 and parsed.games == [] and parsed.drift == []
    first = parsed.movements[0]
    assert (first.source_event_id, first.bookmaker, first.market) == (
        "101",
        "68",
        "event/moneyline",
    )
    assert (first.outcome, first.price, first.point, first.label) == ("home", "-140", None, "open")
    assert first.moved_text == "2026-04-17T15:00:01.000Z"
    assert [one.label for one in parsed.movements] == ["open", None, None, "open"] + [None] * 3 + [
        "open"
    ]
    assert parsed.movements[5].point == "-1.5"
    with pytest.raises(DriftedSchemaError, match="does not name its event"):
        parse(document("history"), "history", url="http://upstream/elsewhere")


def test_a_history_can_be_empty() -> None:
    assert parse({}, "history", url=HISTORY_URL) == Parsed()
    assert "history" in SOURCE.may_be_empty


# Drift and what is no answer


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d.pop("games"), "games is missing"),
        (lambda d: d["games"][1].pop("start_time"), r"games\[1\]\.start_time is missing"),
        (lambda d: d["games"][0].pop("status"), r"games\[0\]\.status is missing"),
        (lambda d: d["games"][0].pop("teams"), r"games\[0\]\.teams is missing"),
        (lambda d: d["games"][0].update(home_team_id=9), "should name team 9"),
        (lambda d: d["games"][0].update(start_time="soon"), "start_time should be an ISO time"),
        (lambda d: outcomes(d, "15")[0].pop("odds"), r"moneyline\[0\]\.odds is missing"),
        (lambda d: outcomes(d, "15")[0].pop("value"), r"moneyline\[0\]\.value is missing"),
        (lambda d: outcomes(d, "15")[0].pop("side"), r"moneyline\[0\]\.side is missing"),
        (lambda d: outcomes(d, "15")[0].update(odds=[]), "odds should be a text or number"),
        (lambda d: d["games"][0].update(markets=[1]), "markets should be an object"),
    ],
)
def test_a_missing_or_mistyped_field_is_named(spoil: Callable[[Any], Any], message: str) -> None:
    content = copy.deepcopy(document())
    spoil(content)
    with pytest.raises(DriftedSchemaError, match=message):
        parse(content)


def test_unknown_fields_are_told_once_each() -> None:
    content = document()
    content["banner"] = content["games"][0]["venue"] = content["games"][1]["venue"] = 1
    outcomes(content, "68")[0]["boost"] = 5
    assert parse(content).drift == ["banner", "games[].markets[].outcomes[].boost", "games[].venue"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><title>403 ERROR</title></html>",
        json.dumps(document()).encode()[:-9],
        b'{"statusCode":404,"error":"Not Found"}',
    ],
)
@pytest.mark.parametrize("feed", SOURCE.payload_tables)
def test_what_is_no_answer_is_unreadable(feed: str, body: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        parse(body, feed, url=HISTORY_URL)


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"'])
@pytest.mark.parametrize("feed", SOURCE.payload_tables)
def test_another_document_is_drift(feed: str, body: bytes) -> None:
    with pytest.raises(DriftedSchemaError):
        parse(body, feed, url=HISTORY_URL)


@given(st.data())
def test_anything_anywhere_raises_nothing_but_the_two_errors(data: st.DataObject) -> None:
    feed = data.draw(st.sampled_from(sorted(SOURCE.payload_tables)))
    survives(data, document(feed), lambda body: parse(body, feed, url=HISTORY_URL))


# Asking


def asking(*events: KnownEvent, sport_key: str = "baseball_mlb") -> Asking:
    return Asking(sport_key, SEEN_AT, date(2026, 4, 18), events)


def known(event: str, state: str | None, hours: float = 4) -> KnownEvent:
    return KnownEvent(
        event, "baseball_mlb", SEEN_AT + timedelta(hours=hours), date(2026, 4, 18), state
    )


def test_the_day_is_asked_first_and_then_each_known_event_that_can_have_moved() -> None:
    (first,) = SOURCE.requests(asking())
    assert first.path == "/web/v2/scoreboard/mlb" and first.feed == "scoreboard"
    assert first.params["date"] == "20260418"
    assert first.params["periods"] == "event,firstfiveinnings", "commas without spaces"
    assert set(first.params) == {"bookIds", "periods", "date"}, "marketTypes would be refused"
    events = (
        known("1", "scheduled"),
        known("2", "live", -1),
        known("3", "final", -3),
        known("4", "final", -9),
        known("5", "postponed"),
        known("6", None),
    )
    histories = SOURCE.requests(asking(*events))[1:]
    assert [one.path for one in histories] == [
        f"/web/v2/markets/event/{event}/history" for event in ("1", "2", "3", "6")
    ]
    assert SOURCE.requests(asking(*events), "history") == histories
    assert SOURCE.requests(asking(*events), "scoreboard_v1") == []


def test_football_is_asked_by_the_week_and_unknown_sports_are_not() -> None:
    (request,) = SOURCE.requests(asking(sport_key="americanfootball_nfl"))
    assert "date" not in request.params and request.path.endswith("/nfl")
    with pytest.raises(BadRequestError, match="curling"):
        SOURCE.requests(asking(sport_key="curling"))


def test_it_looks_like_a_browser_and_needs_no_key() -> None:
    (request,) = SOURCE.requests(asking())
    assert request.headers["user-agent"].startswith("Mozilla/5.0")
    assert SOURCE.secret_params(Mode.LIVE) == {}
    assert SOURCE.base_url(Mode.LIVE) == "https://api.actionnetwork.com"
    assert "ACTION_NETWORK_ENABLED" in SOURCE.off_until_enabled


def test_histories_are_asked_seldom_for_they_tell_everything_again() -> None:
    assert cadence(SOURCE, "history") > cadence(SOURCE, "scoreboard")


def test_refusals_have_their_types() -> None:
    with pytest.raises(AccessRefusedError, match="User-Agent"):
        SOURCE.raise_for_error(403, {}, b"<HTML>Request blocked.</HTML>")
    for headers, pause in (({}, 5.0), ({"Retry-After": "20"}, None)):
        with pytest.raises(RateLimitedError) as caught:
            SOURCE.raise_for_error(429, headers, b"")
        assert caught.value.retry_after_seconds == pause
    SOURCE.raise_for_error(200, {}, b"{}")
