"""How payloads of The Odds API are read: drift, coverage, and anything malformed."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.settings import PROJECT_ROOT
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.rows import Coverage, Parsed
from linehouse.sources.the_odds_api.events import parse_events
from linehouse.sources.the_odds_api.source import SOURCE

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "the_odds_api"
FEEDS = (
    "odds",
    "scores",
    "events",
    "event_odds",
    "sports",
    "historical_odds",
    "historical_events",
    "historical_event_odds",
)
SEEN_AT = datetime(2026, 4, 18, 15, tzinfo=UTC)


def document(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def parse(content: Any, feed: str = "odds", **more: Any) -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SOURCE.parse(Payload(SOURCE.name, feed, body, SEEN_AT, **more))


def test_an_odds_payload_gives_its_rows_in_order() -> None:
    parsed = parse(document("odds"), sport_key="baseball_mlb")
    assert [
        (line.bookmaker, line.market, line.outcome, line.price, line.point) for line in parsed.lines
    ] == [
        ("pinnacle", "h2h", "Boston Red Sox", "-118", None),
        ("pinnacle", "h2h", "Tampa Bay Rays", "108", None),
        ("pinnacle", "totals", "Over", "-104", "8.5"),
        ("pinnacle", "totals", "Under", "-108", "8.5"),
        ("fanduel", "spreads", "Boston Red Sox", "152", "-1.5"),
        ("fanduel", "spreads", "Tampa Bay Rays", "-184", "1.5"),
    ]
    assert [line.last_update for line in parsed.lines] == [
        "2026-04-18T14:59:30Z",
        "2026-04-18T14:59:30Z",
        "2026-04-18T14:59:11Z",
        "2026-04-18T14:59:11Z",
        None,
        None,
    ]
    game, far = parsed.games
    assert game.commence_at == datetime(2026, 4, 18, 23, 10, tzinfo=UTC)
    assert game.commence_text == "2026-04-18T23:10:00Z"
    assert (game.away_team, game.home_team) == ("Tampa Bay Rays", "Boston Red Sox")
    assert (game.completed, game.status, game.home_score) == (None, None, None)
    assert far.source_event_id == "2" * 32 and parsed.drift == []


def test_numbers_keep_the_text_that_was_sent() -> None:
    body = json.dumps(document("odds")).replace("-118", "1.90").replace("-1.5", "-2").encode()
    parsed = parse(body)
    assert parsed.lines[0].price == "1.90"
    assert parsed.lines[4].point == "-2"


def test_unix_dates_are_instants_too() -> None:
    events = document("odds")
    events[0]["commence_time"] = 1_776_553_800
    events[0]["bookmakers"][0]["last_update"] = 1_776_524_370
    parsed = parse(events)
    assert parsed.games[0].commence_at == datetime(2026, 4, 18, 23, 10, tzinfo=UTC)
    assert parsed.games[0].commence_text == "1776553800"
    assert parsed.lines[0].last_update == "1776524370"


def test_scores_before_during_and_after() -> None:
    parsed = parse(document("scores"), "scores", sport_key="baseball_mlb")
    assert [(game.away_score, game.home_score, game.completed) for game in parsed.games] == [
        ("3", "10", True),
        ("0", "1", False),
        (None, None, False),
    ]
    assert parsed.games[0].details["last_update"] == "2026-04-18T14:59:20Z"
    assert parsed.lines == []
    assert parsed.coverage == [Coverage("baseball_mlb")]


def test_a_score_of_an_unknown_name_is_drift_and_belongs_to_nobody() -> None:
    events = document("scores")
    events[0]["scores"][0]["name"] = "Somebody Else"
    parsed = parse(events, "scores")
    assert (parsed.games[0].home_score, parsed.games[0].away_score) == (None, "3")
    assert parsed.drift == ["scores[].name"]


def test_a_schedule_has_games_only() -> None:
    events = [
        {key: value for key, value in event.items() if key != "bookmakers"}
        for event in document("odds")
    ]
    parsed = parse(events, "events", sport_key="baseball_mlb")
    assert len(parsed.games) == 2 and parsed.lines == []
    assert parsed.coverage == [Coverage("baseball_mlb")]


def test_a_historical_envelope_holds_a_list_or_one_event() -> None:
    envelope = {
        "timestamp": "2026-04-17T12:00:00Z",
        "previous_timestamp": None,
        "next_timestamp": "2026-04-17T12:05:00Z",
        "data": document("odds"),
    }
    many = parse(envelope, "historical_odds", sport_key="baseball_mlb")
    assert many.observed_at == datetime(2026, 4, 17, 12, tzinfo=UTC)
    assert many.historical and len(many.lines) == 6 and many.drift == []
    one = parse(envelope | {"data": document("odds")[0], "note": 1}, "historical_odds")
    assert len(one.games) == 1 and one.drift == ["note"]
    assert one.coverage[0].source_event_id == "1" * 32


def test_one_event_is_an_object_that_tells_times_on_its_markets() -> None:
    content = document("event_odds")
    parsed = parse(content, "event_odds", params=HALF_ASKED, sport_key="baseball_mlb")
    assert [game.source_event_id for game in parsed.games] == ["1" * 32]
    assert [
        (line.bookmaker, line.market, line.outcome, line.point, line.price, line.last_update)
        for line in parsed.lines
    ] == [
        ("fanduel", "h2h_1st_5_innings", "Boston Red Sox", None, "-118", "2026-04-18T14:59:12Z"),
        ("fanduel", "h2h_1st_5_innings", "New York Yankees", None, "-102", "2026-04-18T14:59:12Z"),
        ("fanduel", "totals_1st_5_innings", "Over", "4.5", "-105", "2026-04-18T14:58:40Z"),
        ("fanduel", "totals_1st_5_innings", "Under", "4.5", "-115", "2026-04-18T14:58:40Z"),
    ]
    assert parsed.coverage == [
        Coverage("baseball_mlb", tuple(HALF_ASKED["markets"].split(",")), ("fanduel",), "1" * 32)
    ]
    assert not parsed.historical and parsed.drift == []
    for wrong in ([content], {"data": content}):
        with pytest.raises(DriftedSchemaError):
            parse(wrong, "event_odds")


def test_a_past_event_is_the_object_of_its_envelope() -> None:
    envelope = {
        "timestamp": "2026-04-18T15:00:00Z",
        "previous_timestamp": "2026-04-18T14:55:00Z",
        "next_timestamp": None,
        "data": document("event_odds"),
    }
    parsed = parse(envelope, "historical_event_odds", params=HALF_ASKED, sport_key="baseball_mlb")
    assert len(parsed.lines) == 4 and parsed.historical
    assert parsed.observed_at == datetime(2026, 4, 18, 15, tzinfo=UTC)
    assert parsed.coverage[0].source_event_id == "1" * 32
    with pytest.raises(DriftedSchemaError, match="object"):
        parse(envelope | {"data": [document("event_odds")]}, "historical_event_odds")


def test_past_events_are_games_without_lines() -> None:
    event = {key: value for key, value in document("odds")[0].items() if key != "bookmakers"}
    envelope = {"timestamp": "2026-04-17T12:00:00Z", "data": [event]}
    parsed = parse(envelope, "historical_events", sport_key="baseball_mlb")
    assert len(parsed.games) == 1 and parsed.lines == []
    assert parsed.historical and parsed.observed_at == datetime(2026, 4, 17, 12, tzinfo=UTC)
    assert parsed.coverage == [Coverage("baseball_mlb")]
    empty = parse(envelope | {"data": []}, "historical_events", sport_key="baseball_mlb")
    assert empty.games == [] and empty.coverage == [Coverage("baseball_mlb")]


def test_sports_have_no_rows_and_are_checked() -> None:
    sports = document("sports")
    parsed = parse(sports, "sports")
    assert parsed.games == parsed.lines == parsed.coverage == parsed.drift == []
    assert parse([sports[0] | {"icon": "x"}], "sports").drift == ["icon"]
    for wrong in ({"active": "yes"}, {"key": None}):
        with pytest.raises(DriftedSchemaError):
            parse([sports[0] | wrong], "sports")


# Coverage: what a payload speaks about

HALF_ASKED = {"markets": "h2h_1st_5_innings,totals_1st_5_innings", "bookmakers": "fanduel"}

ASKED = {"markets": "h2h,spreads,totals", "bookmakers": "pinnacle,fanduel,betmgm"}


def test_coverage_is_what_was_asked_for_not_what_came() -> None:
    for events in (document("odds"), []):
        assert parse(events, params=ASKED, sport_key="baseball_mlb").coverage == [
            Coverage(
                "baseball_mlb", ("h2h", "spreads", "totals"), ("pinnacle", "fanduel", "betmgm")
            )
        ]


def test_coverage_of_regions_is_every_bookmaker() -> None:
    asked = {"regions": "us", "oddsFormat": "american"}
    coverage = parse(document("odds"), params=asked, sport_key="baseball_mlb").coverage
    assert coverage == [Coverage("baseball_mlb", ("h2h",), None)]


@pytest.mark.parametrize(
    ("narrowing", "events"),
    [
        ({"eventIds": f"{'1' * 32},{'9' * 32}"}, ["9" * 32, "1" * 32, "2" * 32]),
        ({"commenceTimeTo": "2026-04-19T00:00:00Z"}, ["1" * 32, "2" * 32]),
    ],
)
def test_a_narrowed_answer_speaks_for_no_other_event(
    narrowing: dict[str, str], events: list[str]
) -> None:
    parsed = parse(document("odds"), params=ASKED | narrowing, sport_key="baseball_mlb")
    assert {one.source_event_id for one in parsed.coverage} == set(events)
    assert {one.sport_key for one in parsed.coverage} == {"baseball_mlb"}
    assert {one.bookmakers for one in parsed.coverage} == {("pinnacle", "fanduel", "betmgm")}


def test_upcoming_is_no_sport() -> None:
    assert {one.sport_key for one in parse(document("odds"), sport_key="upcoming").coverage} == {
        "baseball_mlb"
    }
    assert parse([], sport_key="upcoming").coverage == []
    assert parse([], "scores", sport_key="upcoming").coverage == []


def test_price_format_is_what_was_asked_for() -> None:
    assert parse(document("odds")).lines[0].price_format == "american"
    assert parse(document("odds"), params={"regions": "us"}).lines[0].price_format == "decimal"
    asked = {"regions": "us", "oddsFormat": "american"}
    assert parse(document("odds"), params=asked).lines[0].price_format == "american"


# Drift


def outcome(events: Any) -> Any:
    return events[0]["bookmakers"][0]["markets"][0]["outcomes"][0]


@pytest.mark.parametrize(
    ("spoil", "path"),
    [
        (lambda e: e[1].pop("id"), r"events\[1\]\.id is missing"),
        (lambda e: e[0].pop("commence_time"), r"events\[0\]\.commence_time is missing"),
        (lambda e: e[0].pop("home_team"), r"events\[0\]\.home_team is missing"),
        (lambda e: e[0].pop("bookmakers"), r"events\[0\]\.bookmakers is missing"),
        (lambda e: e[0].update(bookmakers=None), r"events\[0\]\.bookmakers should be a list"),
        (lambda e: e[0].update(away_team=None), r"events\[0\]\.away_team should be a text"),
        (lambda e: e[0].update(id=7), r"events\[0\]\.id should be a text"),
        (lambda e: e[0].update(commence_time="soon"), r"commence_time should be an ISO time"),
        (
            lambda e: e[0].update(commence_time="2026-04-18T23:10:00"),
            r"commence_time should be a time with its zone",
        ),
        (lambda e: e[0].update(commence_time=10**30), r"commence_time should be unix seconds"),
        (lambda e: e[0].update(commence_time=True), r"commence_time should be a time"),
        (lambda e: outcome(e).pop("price"), r"bookmakers\[0\]\.markets\[0\]\.outcomes\[0\]\.price"),
        (lambda e: outcome(e).update(price="-110"), r"outcomes\[0\]\.price should be a number"),
        (lambda e: outcome(e).update(price=True), r"outcomes\[0\]\.price should be a number"),
        (lambda e: outcome(e).update(point="8.5"), r"outcomes\[0\]\.point should be a number"),
        (lambda e: outcome(e).pop("name"), r"outcomes\[0\]\.name is missing"),
        (lambda e: e[0]["bookmakers"][0].pop("markets"), r"bookmakers\[0\]\.markets is missing"),
        (lambda e: e[0]["bookmakers"].append(3), r"bookmakers\[2\] should be an object"),
        (lambda e: e.append("x"), r"events\[2\] should be an object"),
    ],
)
def test_a_missing_or_mistyped_field_is_named_by_its_path(
    spoil: Callable[[Any], Any], path: str
) -> None:
    events = document("odds")
    spoil(events)
    with pytest.raises(DriftedSchemaError, match=path):
        parse(events)


def test_a_null_price_is_one_bad_row_and_no_drift() -> None:
    events = document("odds")
    outcome(events)["price"] = None
    parsed = parse(events)
    assert parsed.lines[0].price is None and len(parsed.lines) == 6 and parsed.drift == []


def test_unknown_fields_are_told_once_each_by_their_path() -> None:
    events = document("odds")
    for event in events:
        event["venue"] = {"city": "Boston"}
        event["neutral"] = True
    events[0]["bookmakers"][0]["sid"] = "x"
    outcome(events)["link"] = None
    parsed = parse(events)
    assert parsed.drift == [
        "bookmakers[].markets[].outcomes[].link",
        "bookmakers[].sid",
        "neutral",
        "venue",
    ]
    assert parsed.games[0].details == {"sport_title": "MLB", "neutral": True}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        json.dumps([{"id": "1" * 32}]).encode()[:-4],
        b"[NaN]",
        b"\xff\xfe[",
        b"[" * 100_000,
        b'{"message": "Usage quota has been reached", "error_code": "OUT_OF_USAGE_CREDITS"}',
    ],
)
@pytest.mark.parametrize("feed", FEEDS)
def test_what_is_no_answer_is_unreadable(feed: str, body: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        parse(body, feed)


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("content", [b"null", b"7", b'"text"', b"true", b"{}"])
def test_another_document_is_drift(feed: str, content: bytes) -> None:
    with pytest.raises(DriftedSchemaError):
        parse(content, feed)


def test_a_byte_order_mark_is_no_harm() -> None:
    assert len(parse(b"\xef\xbb\xbf" + json.dumps(document("odds")).encode()).lines) == 6


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [here, *(place for key, below in entries for place in places(below, (*here, key)))]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    value = copy.deepcopy(value)
    if not place:
        return new
    target = value
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = new
    return value


@given(st.data())
def test_anything_anywhere_raises_nothing_but_the_two_errors(data: st.DataObject) -> None:
    feed = data.draw(st.sampled_from(FEEDS))
    content = document(feed if feed in ("scores", "sports") else "odds")
    if feed.endswith("event_odds"):
        content = content[0]
    if feed.startswith("historical_"):
        content = {"timestamp": "2026-04-17T12:00:00Z", "data": content}
    for _ in range(data.draw(st.integers(1, 3))):
        content = replaced(content, data.draw(st.sampled_from(places(content))), data.draw(JSON))
    body = json.dumps(content).encode("utf-8", "surrogatepass")
    body = body[: data.draw(st.none() | st.integers(0, len(body)))]
    params = data.draw(st.sampled_from([{}, ASKED, ASKED | {"eventIds": "x"}]))
    try:
        parsed = parse(body, feed, params=params, sport_key=data.draw(st.none() | st.just("x")))
    except (UnreadablePayloadError, DriftedSchemaError) as error:
        assert str(error)
    else:
        assert all(line.source_event_id and line.bookmaker for line in parsed.lines)
        json.dumps([game.details for game in parsed.games])


@given(st.binary(max_size=200), st.sampled_from(FEEDS))
def test_any_bytes_raise_nothing_but_the_two_errors(body: bytes, feed: str) -> None:
    try:
        parsed = parse(body, feed)
    except (UnreadablePayloadError, DriftedSchemaError) as error:
        assert str(error)
    else:
        assert parsed.lines == []


@given(JSON)
def test_parse_events_takes_documents_of_any_reader(events: Any) -> None:
    try:
        parsed = parse_events(events)
    except DriftedSchemaError as error:
        assert str(error)
    else:
        assert all(line.source_event_id and line.bookmaker for line in parsed.lines)
    assert parse_events(document("odds")).lines == parse(document("odds")).lines


def test_parsing_is_a_function_of_the_payload() -> None:
    body = json.dumps(document("odds")).encode()
    assert parse(body) == parse(body)
    assert Path(PAYLOADS / "odds.json").exists()
