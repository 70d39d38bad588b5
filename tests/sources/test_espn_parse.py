"""How ESPN's scoreboards and injury reports are read: states, sides, prices, and their traps."""

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.settings import PROJECT_ROOT
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.espn.source import SOURCE
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed
from tests.sources.malformed import survives

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "espn"
NBA, MLB = "basketball_nba", "baseball_mlb"


def document(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def parse(content: Any, feed: str = "scoreboard", sport: str | None = None) -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SOURCE.parse(Payload(SOURCE.name, feed, body, None, sport_key=sport))


def games(name: str) -> list[GameRow]:
    return parse(document(name)).games


def first_odds(**changes: Any) -> tuple[Any, Any]:
    """The NBA scoreboard and its only odds entry, changed."""
    board = document("scoreboard_nba")
    odds = board["events"][0]["competitions"][0]["odds"][0]
    odds.update(changes)
    for key in [key for key, value in changes.items() if value is None]:
        del odds[key]
    return board, odds


def lines(board: Any) -> list[tuple[Any, ...]]:
    return [
        (line.market, line.outcome, line.price, line.point, line.label)
        for line in parse(board).lines
    ]


def test_states_are_those_of_the_type_and_its_name() -> None:
    assert [(game.status, game.state, game.completed) for game in games("scoreboard_nba")] == [
        ("STATUS_SCHEDULED", "scheduled", False),
        ("STATUS_IN_PROGRESS", "live", False),
        ("STATUS_FINAL", "final", True),
    ]
    assert [(game.status, game.state, game.completed) for game in games("scoreboard_mlb")] == [
        ("STATUS_FINAL", "final", True),
        ("STATUS_SCHEDULED", "scheduled", False),
        ("STATUS_POSTPONED", "postponed", False),
        ("STATUS_SUSPENDED", "suspended", False),
    ]


@pytest.mark.parametrize(
    ("name", "told", "done", "state"),
    [
        ("STATUS_POSTPONED", "post", True, "postponed"),
        ("STATUS_CANCELED", "post", False, "cancelled"),
        ("STATUS_RAIN_DELAY", "in", False, "live"),
        ("STATUS_RAIN_DELAY", "pre", False, "scheduled"),
        ("STATUS_DELAYED", "pre", False, "scheduled"),
        ("STATUS_END_PERIOD", "in", False, "live"),
        ("STATUS_HALFTIME", "in", False, "live"),
        ("STATUS_SUSPENDED", "post", False, "suspended"),
        ("STATUS_FINAL", "post", False, "final"),
        ("STATUS_NOBODY_KNOWS", "post", True, "final"),
        ("STATUS_NOBODY_KNOWS", "post", False, None),
    ],
)
def test_a_game_is_completed_only_where_it_is_final(
    name: str, told: str, done: bool, state: str | None
) -> None:
    board = document("scoreboard_nba")
    kind = board["events"][2]["status"]["type"]
    kind.update(name=name, state=told, completed=done)
    parsed = parse(board)
    assert parsed.games[2].state == state
    assert parsed.games[2].completed is (state == "final" and done)
    unknown = ["events[].status.type.name=STATUS_NOBODY_KNOWS"] if state is None else []
    assert parsed.drift == unknown


def test_a_state_of_another_kind_stops_the_payload() -> None:
    board = document("scoreboard_nba")
    board["events"][0]["status"]["type"]["state"] = "soon"
    with pytest.raises(DriftedSchemaError, match=r"events\[0\]\.status\.type\.state"):
        parse(board)


def test_zero_before_the_start_is_no_score() -> None:
    to_come, live, final = games("scoreboard_nba")
    assert (to_come.away_score, to_come.home_score) == (None, None)
    assert "periods_home" not in to_come.details
    assert (live.away_score, live.home_score) == ("64", "58")
    assert (final.away_score, final.home_score) == ("121", "117")
    postponed = games("scoreboard_mlb")[2]
    assert (postponed.away_score, postponed.home_score) == (None, None)


def test_sides_are_told_by_home_away_not_by_order() -> None:
    board = document("scoreboard_nba")
    turned = copy.deepcopy(board)
    for event in turned["events"]:
        event["competitions"][0]["competitors"].reverse()
    assert parse(board).games == parse(turned).games
    assert parse(board).games[1].home_team == "LA Clippers"


def test_periods_go_by_their_number_where_there_is_one() -> None:
    board = document("scoreboard_nba")
    for competitor in board["events"][2]["competitions"][0]["competitors"]:
        competitor["linescores"].reverse()
    overtime = parse(board).games[2]
    assert overtime.details["periods_away"] == ["30", "28", "29", "25", "9"]
    assert overtime.details["periods_home"] == ["28", "30", "26", "28", "5"]


def test_the_home_ninth_that_was_not_needed_is_missing() -> None:
    final, _, _, suspended = games("scoreboard_mlb")
    assert len(final.details["periods_away"]) == 9
    assert final.details["periods_home"] == ["1", "0", "1", "2", "0", "1", "0", "0"]
    assert suspended.details["periods_home"] == ["0", "2", "0", "0"]
    assert suspended.details["was_suspended"] is True


def test_times_have_no_seconds_and_the_slate_is_eastern() -> None:
    _, late, _ = games("scoreboard_nba")
    assert late.commence_text == "2026-04-06T01:00Z"
    assert late.commence_at == datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
    assert late.game_date_et == date(2026, 4, 5)


def test_a_time_that_does_not_count_is_no_start() -> None:
    board = document("scoreboard_nba")
    event = board["events"][0]
    event["date"] = "2026-04-12T04:00Z"
    event["competitions"][0]["timeValid"] = False
    game = parse(board).games[0]
    assert (game.commence_at, game.commence_text) == (None, "2026-04-12T04:00Z")
    assert game.game_date_et == date(2026, 4, 12) and game.details["start_tbd"] is True


@pytest.mark.parametrize("wrong", ["2026-04-05T19:30", "tonight", "", None, 5])
def test_a_start_that_is_no_instant_stops_the_payload(wrong: Any) -> None:
    board = document("scoreboard_nba")
    board["events"][0]["date"] = wrong
    with pytest.raises(DriftedSchemaError, match=r"events\[0\]\.date"):
        parse(board)


def test_seasons_bear_the_leagues_label_never_the_year_of_their_end() -> None:
    assert {game.season for game in games("scoreboard_nba")} == {"2025-26"}
    assert {game.season for game in games("scoreboard_mlb")} == {"2022"}
    board = document("scoreboard_nba")
    board["leagues"][0]["season"]["year"] = 2027
    assert {game.season for game in parse(board).games} == {None}


def test_the_preseason_is_a_sport_of_its_own() -> None:
    board = document("scoreboard_nba")
    board["events"][0]["season"]["type"] = 1
    parsed = parse(board)
    assert [game.sport_key for game in parsed.games] == ["basketball_nba_preseason", NBA, NBA]
    assert parsed.coverage[1].sport_key == "basketball_nba_preseason"


def test_doubleheaders_have_the_number_of_their_headline() -> None:
    first, second, postponed, _ = games("scoreboard_mlb")
    assert (first.game_number, second.game_number, postponed.game_number) == (1, 2, None)
    assert first.details["dates_et"] == ["2022-07-17", "2022-09-17"]
    assert "dates_et" not in second.details
    assert (first.details["pitcher_home"], first.details["pitcher_away"]) == (
        "Home Starter",
        "Away Starter",
    )


def test_a_club_that_is_not_known_yet_makes_no_game() -> None:
    """`TBD` is also what one archive calls Tampa Bay."""
    board = document("scoreboard_nba")
    board["events"][0]["competitions"][0]["competitors"][1]["team"]["displayName"] = "TBD"
    parsed = parse(board)
    assert [game.source_event_id for game in parsed.games] == ["401000002", "401000003"]
    assert parsed.lines == [] and parsed.drift == ["events[]: a side is TBD"]


# Prices


def test_prices_are_texts_with_an_opening_and_no_closing() -> None:
    parsed = parse(document("scoreboard_nba"))
    assert {(line.source_event_id, line.bookmaker) for line in parsed.lines} == {
        ("401000001", "100")
    }
    assert lines(document("scoreboard_nba")) == [
        ("moneyline", "home", "-395", None, "open"),
        ("moneyline", "home", "-500", None, None),
        ("moneyline", "away", "+310", None, "open"),
        ("moneyline", "away", "+380", None, None),
        ("pointSpread", "home", "-110", "-9", "open"),
        ("pointSpread", "home", "-112", "-9.5", None),
        ("pointSpread", "away", "-110", "+9", "open"),
        ("pointSpread", "away", "-108", "+9.5", None),
        ("total", "over", "-110", "220.5", "open"),
        ("total", "over", "-112", "219.5", None),
        ("total", "under", "-110", "220.5", "open"),
        ("total", "under", "-108", "219.5", None),
    ]


def test_each_event_is_covered_by_itself() -> None:
    """An event without prices has none; nothing is said of events of other days."""
    every = ("moneyline", "pointSpread", "total")
    assert parse(document("scoreboard_nba")).coverage == [
        Coverage(NBA),
        *(Coverage(NBA, every, None, f"40100000{number}") for number in (1, 2, 3)),
    ]
    day_off = {"leagues": [{"slug": "nba"}], "events": []}
    assert parse(day_off).coverage == [Coverage(NBA)]


def test_a_letter_that_contradicts_its_side_is_kept() -> None:
    board, odds = first_odds()
    odds["total"]["over"]["close"]["line"] = "u219.5"
    assert ("total", "over", "-112", "u219.5", None) in lines(board)


@pytest.mark.parametrize("words", ["EVEN", "OFF", "+100"])
def test_prices_keep_their_words(words: str) -> None:
    board, odds = first_odds()
    odds["moneyline"]["home"]["close"]["odds"] = words
    assert ("moneyline", "home", words, None, None) in lines(board)


def test_odds_can_be_null_or_lack_parts() -> None:
    board = document("scoreboard_nba")
    competition = board["events"][0]["competitions"][0]
    for nothing in ([None], [], None):
        competition["odds"] = nothing
        assert parse(board).lines == []
    del competition["odds"]
    assert parse(board).lines == []
    board, odds = first_odds(pointSpread=None, overUnder=None)
    del odds["moneyline"]["away"]["open"]
    odds["moneyline"]["home"]["close"] = None
    odds["total"]["under"] = None
    assert lines(board) == [
        ("moneyline", "home", "-395", None, "open"),
        ("moneyline", "away", "+380", None, None),
        ("total", "over", "-110", "220.5", "open"),
        ("total", "over", "-112", "219.5", None),
    ]


def test_the_shape_of_2022_has_a_sentence_and_a_total() -> None:
    found = [
        (line.bookmaker, line.market, line.outcome, line.price, line.point)
        for line in parse(document("scoreboard_mlb")).lines
    ]
    assert found == [
        ("45", "details", "CLE", "-140", None),
        ("45", "overUnder", "over", None, "8.5"),
        ("45", "overUnder", "under", None, "8.5"),
        ("1004", "details", "CLE", "-141", None),
        ("1004", "overUnder", "over", None, "8.5"),
        ("1004", "overUnder", "under", None, "8.5"),
        ("1004", "moneyLine", "home", "-141", None),
        ("1004", "moneyLine", "away", "119", None),
        ("1004", "spreadOdds", "home", "147", None),
        ("1004", "spreadOdds", "away", "-179", None),
    ]


@pytest.mark.parametrize(
    ("details", "line"),
    [
        ("BOS -9.5", ("details", "BOS", None, "-9.5", None)),
        ("CHW -155", ("details", "CHW", "-155", None, None)),
        ("EVEN", ("details", "EVEN", None, None, None)),
    ],
)
def test_the_sentence_is_a_spread_or_a_moneyline_by_its_size(
    details: str, line: tuple[Any, ...]
) -> None:
    board, _ = first_odds(
        details=details, moneyline=None, pointSpread=None, total=None, overUnder=None
    )
    assert lines(board) == [line]


def test_the_away_spread_mirrors_the_home_one() -> None:
    board, _ = first_odds(
        moneyline=None,
        pointSpread=None,
        total=None,
        overUnder=None,
        details=None,
        homeTeamOdds={"spreadOdds": -110},
        awayTeamOdds={"spreadOdds": -112},
    )
    assert lines(board) == [
        ("spreadOdds", "home", "-110", "-9.5", None),
        ("spreadOdds", "away", "-112", "9.5", None),
    ]


# Injuries


def test_a_report_names_players_of_teams_that_have_any_out() -> None:
    parsed = parse(document("injuries_nba"), "injuries", NBA)
    assert [
        (row.team, row.source_team_id, row.player, row.status, row.injury, row.return_text)
        for row in parsed.injuries
    ] == [
        ("Boston Celtics", "2", "Ann Example", "Out", "Knee", "2026-04-20"),
        ("Boston Celtics", "2", "Ben Sample", "Day-To-Day", None, None),
        ("LA Clippers", "12", "Cal Nobody", "Suspension", "Knee", "2026-04-20"),
    ]
    assert parsed.coverage == [Coverage(NBA)], "teams that are not named have nobody out"
    assert parsed.drift == []


def test_an_athletes_id_is_that_of_his_links() -> None:
    rows = parse(document("injuries_nba"), "injuries", NBA).injuries
    assert [row.source_player_id for row in rows] == ["4000001", "4000002", None]
    report = document("injuries_nba")
    report["injuries"][0]["injuries"][0]["athlete"]["id"] = "77"
    assert parse(report, "injuries", NBA).injuries[0].source_player_id == "77"


def test_ids_of_reports_can_be_negative_and_comments_contradict() -> None:
    row = parse(document("injuries_nba"), "injuries", NBA).injuries[0]
    assert row.details["report_id"] == "-50368"
    assert row.status == "Out"
    assert row.details["short_comment"] == "Example is available to play on Monday."
    assert row.reported_text == "2026-04-05T21:37Z"


def test_a_report_says_its_league_itself_where_nobody_was_asked() -> None:
    assert parse(document("injuries_nba"), "injuries").injuries[0].sport_key == NBA
    with pytest.raises(DriftedSchemaError, match="which league"):
        parse({"injuries": []}, "injuries")


# Drift and malformed answers


def test_unknown_fields_are_drift_and_nothing_else() -> None:
    board, odds = first_odds(limit=500)
    board["events"][0]["capacity"] = 9
    odds["moneyline"]["home"]["close"]["was"] = "-490"
    parsed = parse(board)
    assert parsed.drift == [
        "events[].capacity",
        "events[].competitions[].odds[].limit",
        "events[].competitions[].odds[].price.was",
    ]
    assert len(parsed.lines) == 12


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (("id",), "id"),
        (("date",), "date"),
        (("status",), "status"),
        (("status", "type", "state"), "state"),
        (("competitions",), "competitions"),
        (("competitions", 0, "competitors"), "competitors"),
        (("competitions", 0, "competitors", 0, "team", "displayName"), "displayName"),
        (("competitions", 0, "odds", 0, "provider"), "provider"),
    ],
)
def test_what_is_needed_and_missing_stops_the_payload(path: tuple[Any, ...], told: str) -> None:
    board = document("scoreboard_nba")
    target = board["events"][0]
    for key in path[:-1]:
        target = target[key]
    del target[path[-1]]
    with pytest.raises(DriftedSchemaError, match=rf"events\[0\].*{told} is missing"):
        parse(board)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b'{"events": [', b'{"code": 404, "message": "not found"}', b"\xff"],
)
def test_what_is_no_answer_is_unreadable(body: bytes) -> None:
    for feed in SOURCE.payload_tables:
        with pytest.raises(UnreadablePayloadError):
            parse(body, feed)


def test_a_byte_order_mark_does_no_harm() -> None:
    body = b"\xef\xbb\xbf" + (PAYLOADS / "scoreboard_nba.json").read_bytes()
    assert parse(body).games == games("scoreboard_nba")


@given(data=st.data())
@pytest.mark.parametrize("name", ["scoreboard_nba", "scoreboard_mlb", "injuries_nba"])
def test_no_spoiled_answer_raises_anything_else(name: str, data: st.DataObject) -> None:
    feed = name.partition("_")[0]
    survives(data, document(name), lambda body: parse(body, feed, NBA))


def test_lines_are_line_rows() -> None:
    assert parse(document("scoreboard_nba")).lines[0] == LineRow(
        "401000001", "100", "moneyline", "home", "-395", None, "american", "open"
    )
