"""How SportsBettingDime's answers are read: texts for numbers, one set of shares, both shapes."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.settings import PROJECT_ROOT, Mode
from linehouse.sources.base import Asking, Payload
from linehouse.sources.errors import BadRequestError, DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.rows import Coverage, Parsed
from linehouse.sources.sbd.source import SOURCE
from tests.sources.malformed import survives

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "sbd"
SEEN_AT = datetime(2026, 4, 18, 22, tzinfo=UTC)
BOOKS = {"books": "betmgm,bet365"}


def document(name: str = "splits") -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def parse(content: Any, **more: Any) -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    more = {"sport_key": "baseball_mlb", "params": BOOKS} | more
    return SOURCE.parse(Payload(SOURCE.name, "splits", body, SEEN_AT, **more))


def test_games_are_told_apart_by_identifier_for_both_of_a_doubleheader_share_an_id() -> None:
    games = parse(document()).games
    first, second, late = games
    assert first.details["sbd_id"] == second.details["sbd_id"]
    assert first.source_event_id != second.source_event_id
    assert first.source_event_id == "aaaaaaaa-0000-4000-8000-000000000001"
    assert (first.away_team, first.home_team) == ("Cleveland Guardians", "Washington Nationals")
    assert first.game_number is None, "their order says nothing"
    assert (late.home_team, late.away_team) == ("Seattle Mariners", "Oakland Athletics")


def test_a_late_start_belongs_to_its_eastern_day() -> None:
    late = parse(document()).games[2]
    assert late.commence_at == datetime(2026, 4, 19, 2, 10, tzinfo=UTC)
    assert late.game_date_et == date(2026, 4, 18) and "dates_et" not in late.details


def test_a_moved_game_tells_both_of_its_days() -> None:
    content = document()
    content["games"][1]["date"] = "2026-04-20T17:05:00.000Z"
    game = parse(content).games[1]
    assert game.game_date_et == date(2026, 4, 18)
    assert game.details["dates_et"] == ["2026-04-18", "2026-04-20"]


@pytest.mark.parametrize("comp", ["Spring Training", "Preseason", "Pre-Season"])
def test_preseason_games_are_a_sport_of_their_own(comp: str) -> None:
    content = document()
    content["games"][0]["comp"] = comp
    parsed = parse(content)
    assert [game.sport_key for game in parsed.games[:2]] == [
        "baseball_mlb_preseason",
        "baseball_mlb",
    ]


def test_there_is_no_status_and_none_is_made_up() -> None:
    for game in parse(document()).games:
        assert (game.status, game.state, game.completed, game.home_score) == (None,) * 4


def test_prices_are_texts_and_an_empty_one_is_not_offered() -> None:
    lines = parse(document()).lines
    assert [
        (one.bookmaker, one.market, one.outcome, one.price, one.point) for one in lines[:6]
    ] == [
        ("betmgm", "moneyline", "away", "-102", None),
        ("betmgm", "moneyline", "home", "-118", None),
        ("betmgm", "spread", "away", "+170", "-1.5"),
        ("betmgm", "spread", "home", "-210", "+1.5"),
        ("betmgm", "total", "over", "-115", "8.5"),
        ("betmgm", "total", "under", "-105", "8.5"),
    ]
    assert len(lines) == 8, "the second game has a moneyline alone, bet365 nothing anywhere"
    assert "bet365" not in {one.bookmaker for one in lines}
    assert all(one.price for one in lines)


def test_what_the_sites_users_pick_is_no_share_of_money() -> None:
    """The book's `consensus` says 46 and 54; stakes and tickets say otherwise."""
    content = document()
    assert content["games"][0]["sportsbooks"][0]["consensus"]["picks"]["away"] == 0.46
    shares = {one.tickets_pct for one in parse(content).splits}
    assert not shares & {"46", "54", "0.46", "0.54"}


def test_shares_are_one_set_of_tickets_and_stakes_whole_or_broken() -> None:
    splits = parse(document()).splits
    assert len(splits) == 16
    spread_away = splits[2]
    assert (spread_away.market, spread_away.outcome, spread_away.bookmaker) == (
        "spread",
        "away",
        None,
    )
    assert (spread_away.tickets_pct, spread_away.money_pct) == ("23.34", "34")
    assert spread_away.tickets == "458" and spread_away.details == {"market_bets": "1962"}
    assert spread_away.updated_text == "2026-04-18T21:03:10.590Z"


def test_bets_can_be_null_and_shares_be_there_all_the_same() -> None:
    totals = [one for one in parse(document()).splits if one.market == "total"]
    assert [(one.tickets, one.details) for one in totals] == [
        (None, {"market_bets": "11153"}),
        (None, {"market_bets": "11153"}),
        (None, {}),
        (None, {}),
    ]
    assert {one.tickets_pct for one in totals} == {"78.03", "21.97"}


def test_zero_on_both_sides_is_no_data() -> None:
    second = [one for one in parse(document()).splits if one.source_event_id.startswith("bbbb")]
    assert {one.market for one in second} == {"moneyline", "spread"}


def test_splits_written_after_the_start_say_when() -> None:
    """The first game began at 11:05: whoever wants closing splits compares the two."""
    parsed = parse(document())
    assert parsed.games[0].commence_at == datetime(2026, 4, 18, 11, 5, tzinfo=UTC)
    updated = parsed.splits[0].updated_text
    assert updated is not None and datetime.fromisoformat(updated) > parsed.games[0].commence_at


def test_coverage_is_every_game_of_the_day_for_the_books_that_were_asked() -> None:
    parsed = parse(document())
    assert parsed.coverage == [
        Coverage(
            "baseball_mlb",
            ("moneyline", "spread", "total"),
            ("betmgm", "bet365"),
            game.source_event_id,
        )
        for game in parsed.games
    ]


def test_the_other_shape_is_read_too() -> None:
    parsed = parse(document("other_shape"), sport_key="basketball_nba")
    (game,) = parsed.games
    assert (game.away_team, game.home_team) == ("New York Knicks", "Boston Celtics")
    assert game.source_event_id == "2026-04-18T23:10:00Z-NYK@BOS"
    assert game.game_date_et == date(2026, 4, 18) and game.sport_key == "basketball_nba"
    assert parsed.lines == [] and parsed.coverage == [], "it says nothing about lines"
    assert [(one.market, one.tickets_pct, one.money_pct) for one in parsed.splits[:4]] == [
        ("moneyline", "33.99", "47.51"),
        ("moneyline", "66.01", "52.49"),
        ("spread", "23.34", None),
        ("spread", "76.66", None),
    ]


def test_the_league_is_in_the_teams_ids_where_it_was_not_asked_for() -> None:
    assert parse(document(), sport_key=None).games[0].sport_key == "baseball_mlb"
    with pytest.raises(DriftedSchemaError, match="_id is missing"):
        parse(document("other_shape"), sport_key=None)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d.pop("games"), "games is missing"),
        (lambda d: d["games"][0].pop("date"), r"games\[0\]\.date is missing"),
        (lambda d: d["games"][0].update(date="2026-04-18 19:05"), "date should be an ISO time"),
        (lambda d: d["games"][0].update(gameday="today"), "gameday should be a date"),
        (lambda d: d["games"][0]["home"].pop("city"), r"home\.city is missing"),
        (lambda d: d["games"][0]["sportsbooks"][0].pop("odds"), r"sportsbooks\[0\]\.odds is miss"),
        (
            lambda d: d["games"][0]["sportsbooks"][0]["odds"]["moneyline"]["home"].pop("american"),
            r"moneyline\.home\.american is missing",
        ),
        (
            lambda d: d["games"][0]["sportsbooks"][0]["odds"]["spread"]["home"].pop("points"),
            r"spread\.home\.points is missing",
        ),
        (
            lambda d: d["games"][0]["bettingSplits"]["spread"]["home"].clear(),
            r"bettingSplits\.spread\.home has no share",
        ),
    ],
)
def test_a_missing_or_mistyped_field_is_named(spoil: Callable[[Any], Any], message: str) -> None:
    content = document()
    spoil(content)
    with pytest.raises(DriftedSchemaError, match=message):
        parse(content)


def test_unknown_fields_are_told_and_change_nothing() -> None:
    content = document()
    content["page"] = content["games"][0]["status"] = 1
    content["games"][0]["sportsbooks"][0]["odds"]["moneyline"]["home"]["american_open"] = "-120"
    content["games"][0]["bettingSplits"]["first_half"] = {}
    parsed = parse(content)
    assert parsed.drift == [
        "games[].bettingSplits.first_half",
        "games[].sportsbooks[].odds[].american_open",
        "games[].status",
        "page",
    ]
    assert parsed.lines == parse(document()).lines


def test_a_day_without_games_is_empty() -> None:
    assert parse({"group": "2026-12-24", "games": []}) == Parsed()
    assert "splits" in SOURCE.may_be_empty


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Just a moment</body></html>", json.dumps(document()).encode()[:-40]]
)
def test_what_is_no_answer_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        parse(body)


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b"{}", b'{"data": null}'])
def test_another_document_is_drift(body: bytes) -> None:
    with pytest.raises(DriftedSchemaError):
        parse(body)


@given(st.data())
def test_anything_anywhere_raises_nothing_but_the_two_errors(data: st.DataObject) -> None:
    survives(data, document(data.draw(st.sampled_from(["splits", "other_shape"]))), parse)


def test_the_current_day_is_asked_with_the_books_of_the_settings() -> None:
    asked = Asking("basketball_nba", SEEN_AT, date(2026, 4, 18))
    (request,) = SOURCE.requests(asked)
    assert request.path == "/v2/matchups/nba/betting-splits"
    assert dict(request.params) == {"books": "betmgm,bet365,fanatics,draftkings,caesars,fanduel"}
    assert SOURCE.requests(asked, "scores") == []
    assert SOURCE.base_url(Mode.LIVE) == "https://srfeeds.sportsbettingdime.com"
    assert SOURCE.secret_params(Mode.LIVE) == {}
    with pytest.raises(BadRequestError, match="curling"):
        SOURCE.requests(Asking("curling", SEEN_AT, date(2026, 4, 18)))
