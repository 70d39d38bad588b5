"""How payloads of Goalserve are read: both dialects, lone children, innings in a list of their own,
clocks that contradict each other."""

import gzip
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from linehouse.settings import PROJECT_ROOT
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.goalserve import feeds as goalserve_feeds
from linehouse.sources.goalserve import source as goalserve_source
from linehouse.sources.goalserve.feeds import state_of
from linehouse.sources.goalserve.source import SOURCE
from linehouse.sources.rows import Coverage, GameRow, Parsed

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "goalserve"
SEEN_AT = datetime(2026, 4, 18, 1, tzinfo=UTC)


def document(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def parse(
    content: Any, sport_key: str | None = "basketball_nba", params: dict[str, str] | None = None
) -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SOURCE.parse(
        Payload("goalserve", "schedule", body, SEEN_AT, sport_key=sport_key, params=params or {})
    )


@pytest.fixture(scope="module")
def nba() -> dict[str, GameRow]:
    return {game.source_event_id: game for game in parse(document("nba_schedule")).games}


@pytest.fixture(scope="module")
def mlb() -> dict[str, GameRow]:
    parsed = parse(document("mlb_scores"), "baseball_mlb")
    return {game.source_event_id: game for game in parsed.games}


def test_a_lone_child_is_an_object_and_several_are_a_list(nba: dict[str, GameRow]) -> None:
    assert list(nba) == ["501", "502", "503", "504", "505"]
    lone = document("nba_schedule")
    lone["shedules"]["matches"] = lone["shedules"]["matches"][0]
    lone["shedules"]["matches"]["match"] = lone["shedules"]["matches"]["match"][0]
    assert [game.source_event_id for game in parse(lone).games] == ["501"]
    several = document("nba_scores_lone_match")
    category = several["scores"]["category"]
    category["match"] = [category["match"]]
    several["scores"]["category"] = [category]
    assert parse(several).games == parse(document("nba_scores_lone_match")).games


def test_plain_keys_and_keys_with_an_at_sign_are_one_language() -> None:
    def with_signs(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                (key if isinstance(entry, dict | list) else f"@{key}"): with_signs(entry)
                for key, entry in value.items()
            }
        return [with_signs(entry) for entry in value] if isinstance(value, list) else value

    plain = document("nba_schedule")
    signed = {"?xml": {"@version": "1.0"}} | with_signs(plain)
    assert "@league" in signed["shedules"]
    assert parse(signed).games == parse(plain).games


def test_only_datetime_utc_tells_the_start(nba: dict[str, GameRow]) -> None:
    late = nba["503"]  # told as 10:00 AM PST
    assert late.commence_at == datetime(2026, 4, 19, 2, tzinfo=UTC)
    assert late.game_date_et == date(2026, 4, 18)


def test_a_day_is_that_of_the_start_and_not_the_one_it_stands_under() -> None:
    content = document("nba_schedule")
    content["shedules"]["matches"][1]["match"]["formatted_date"] = "19.04.2026"
    (late,) = [game for game in parse(content).games if game.source_event_id == "503"]
    assert late.game_date_et == date(2026, 4, 18)


def test_a_start_to_be_announced_is_not_known(nba: dict[str, GameRow]) -> None:
    unknown = nba["504"]
    assert (unknown.commence_at, unknown.details["start_tbd"]) == (None, True)
    assert unknown.game_date_et == date(2026, 4, 20)


def test_a_score_before_the_start_is_none_also_where_it_is_zero(nba: dict[str, GameRow]) -> None:
    assert (nba["503"].home_score, nba["503"].away_score) == (None, None)
    assert (nba["503"].state, nba["503"].completed) == ("scheduled", False)


def test_overtimes_follow_the_quarters(nba: dict[str, GameRow]) -> None:
    done = nba["501"]
    assert (done.status, done.state, done.completed) == ("Final/OT", "final", True)
    assert (done.away_score, done.home_score) == ("117", "119")
    assert done.details["periods_home"] == ["30", "28", "25", "27", "9"]
    live = nba["502"]
    assert (live.state, live.details["periods_away"]) == ("live", ["24", "11"])


def test_kinds_of_games_that_count_for_no_season_are_sports_of_their_own(
    nba: dict[str, GameRow],
) -> None:
    assert nba["505"].sport_key == "basketball_nba_preseason"
    assert nba["505"].state == "postponed"
    assert {nba[one].sport_key for one in ("501", "504")} == {"basketball_nba"}


def test_innings_stand_in_a_list_while_in1_to_in9_are_empty(mlb: dict[str, GameRow]) -> None:
    done = mlb["601"]
    assert (done.away_score, done.home_score, done.completed) == ("1", "3", True)
    assert done.details["periods_home"] == ["0", "0", "1", "0", "2", "0", "0", "0"]
    assert len(done.details["periods_away"]) == 9
    assert (done.details["pitcher_home"], done.details["pitcher_away"]) == ("Doe", "Roe")
    assert done.details["oddsid"] == "77"


def test_a_lone_inning_and_none_are_read(mlb: dict[str, GameRow]) -> None:
    live = mlb["602"]
    assert (live.state, live.details["periods_away"]) == ("live", ["2"])
    assert "periods_home" not in live.details
    assert "pitcher_away" not in live.details
    assert (mlb["603"].home_score, mlb["603"].state) == (None, "scheduled")


def test_innings_are_in_the_order_of_their_numbers() -> None:
    content = document("mlb_scores")
    team = content["scores"]["category"][0]["match"][0]["hometeam"]
    before = list(team["innings"]["inning"])
    team["innings"]["inning"] = list(reversed(before)) + [
        {"@number": str(number), "@score": str(number), "@hits": "0"} for number in (10, 9)
    ]
    game = parse(content, "baseball_mlb").games[0]
    assert game.details["periods_home"] == ["0", "0", "1", "0", "2", "0", "0", "0", "9", "10"]


def test_other_leagues_in_the_same_answer_are_told_and_not_read(mlb: dict[str, GameRow]) -> None:
    assert list(mlb) == ["601", "602", "603"]
    parsed = parse(document("mlb_scores"), "baseball_mlb")
    assert parsed.drift == ["a league that is not read: 'USA: Triple A'"]


def test_a_game_whose_clubs_are_open_makes_no_row() -> None:
    content = document("nba_schedule")
    content["shedules"]["matches"][2]["match"]["awayteam"]["name"] = "TBD"
    parsed = parse(content)
    assert [game.source_event_id for game in parsed.games] == ["501", "502", "503", "505"]
    assert parsed.drift == [goalserve_feeds.NO_TEAMS]


def test_a_league_says_its_sport_where_it_was_not_asked_for() -> None:
    assert len(parse(document("mlb_scores"), None).games) == 3
    assert parse(document("nba_schedule"), None).games == parse(document("nba_schedule")).games
    wrong = parse(document("nba_schedule"), "basketball_wnba")
    assert (wrong.games, len(wrong.drift)) == ([], 1)


def test_an_empty_slate_is_a_category_without_match() -> None:
    parsed = parse(document("empty_slate"))
    assert (parsed.games, parsed.drift) == ([], [])
    assert parsed.coverage == [Coverage("basketball_nba")]


def test_a_season_is_told_by_scores_alone() -> None:
    (game,) = parse(document("nba_scores_lone_match")).games
    assert (game.season, game.state) == ("2025-26", "live")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Not Started", "scheduled"), ("Final", "final"), ("Final/2OT", "final"),
        ("Final/10", "final"), ("After Over Time", "final"), ("Finished", "final"),
        ("1st Quarter", "live"), ("Halftime", "live"), ("Overtime", "live"), ("Q3", "live"),
        ("Top 5th", "live"), ("Bottom 9th", "live"), ("7th Inning", "live"), ("5th", "live"),
        ("Postponed", "postponed"), ("Cancelled", "cancelled"), ("Canceled", "cancelled"),
        ("Abandoned", "cancelled"), ("Suspended", "suspended"), ("Interrupted", "suspended"),
        ("Rain Delay", "live"), ("Elsewhere", None), ("", None),
    ],
)  # fmt: skip
def test_status_words(status: str, state: str | None) -> None:
    assert state_of(status) == state
    content = document("nba_scores_lone_match")
    content["scores"]["category"]["match"]["status"] = status
    parsed = parse(content)
    assert parsed.games[0].state == state
    assert bool(parsed.drift) == (state is None)


def test_a_byte_order_mark_and_silent_compression_are_no_harm() -> None:
    body = json.dumps(document("nba_schedule")).encode()
    for sent in (b"\xef\xbb\xbf" + body, gzip.compress(body)):
        assert len(parse(sent).games) == 5
    with pytest.raises(UnreadablePayloadError):
        parse(gzip.compress(body)[:50])


def test_an_answer_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goalserve_source, "LARGEST_BYTES", 10_000)
    with pytest.raises(UnreadablePayloadError, match="holds more than 10,000 bytes"):
        parse(gzip.compress(b" " * 10_000_000))


@pytest.mark.parametrize("body", [b"<html></html>", b"", b'{"scores": {', b"<?xml version='1.0'?>"])
def test_what_is_no_json_cannot_be_read(body: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        parse(body)


@pytest.mark.parametrize("content", [{}, [], {"getodds": {}}, {"scores": ""}])
def test_another_document_stops_the_payload(content: Any) -> None:
    with pytest.raises(DriftedSchemaError):
        parse(content)


@pytest.mark.parametrize("field", ["id", "status", "datetime_utc", "hometeam"])
def test_a_missing_field_stops_the_payload_by_its_path(field: str) -> None:
    content = document("nba_schedule")
    del content["shedules"]["matches"][0]["match"][1][field]
    with pytest.raises(DriftedSchemaError, match=rf"matches\[0\].match\[1\].{field}"):
        parse(content)


def test_a_start_in_another_form_stops_the_payload() -> None:
    content = document("nba_schedule")
    content["shedules"]["matches"][0]["match"][0]["datetime_utc"] = "2026-04-17T23:30Z"
    with pytest.raises(DriftedSchemaError, match="datetime_utc"):
        parse(content)


def test_unknown_fields_are_drift() -> None:
    content = document("nba_schedule")
    content["shedules"]["matches"][0]["match"][0] |= {"weather": "fine"}
    content["shedules"]["matches"][0]["match"][0]["hometeam"] |= {"q5": ""}
    assert parse(content).drift == ["match.hometeam|awayteam.q5", "match.weather"]


@pytest.mark.parametrize(
    ("params", "historical"),
    [
        ({"date1": "01.10.2016", "date2": "31.10.2016"}, True),
        ({"date1": "16.04.2026", "date2": "17.04.2026"}, False),  # still the 17th in New York
        ({"date1": "16.04.2026", "date2": "20.04.2026"}, False),
        ({}, False),
    ],
)
def test_days_that_are_over_are_history(params: dict[str, str], historical: bool) -> None:
    assert parse(document("nba_schedule"), params=params).historical is historical
