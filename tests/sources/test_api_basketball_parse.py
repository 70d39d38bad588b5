"""How payloads of API-Basketball are read: quarters that have not begun, awarded games, lists in
lists, objects instead of lists, seasons as text or number."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from linehouse.seasons import Seasons
from linehouse.settings import PROJECT_ROOT
from linehouse.sources.api_basketball.games import NO_TEAMS, OTHER_LEAGUE, STATES
from linehouse.sources.api_basketball.source import SOURCE
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.reading import season_labels
from linehouse.sources.rows import GAME_STATES, Coverage, GameRow, Parsed

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "api_basketball"
SEEN_AT = datetime(2026, 4, 18, 1, tzinfo=UTC)


def document(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def parse(content: Any, feed: str = "games") -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SOURCE.parse(Payload(SOURCE.name, feed, body, SEEN_AT, sport_key="basketball_nba"))


@pytest.fixture(scope="module")
def games() -> dict[str, GameRow]:
    return {game.source_event_id: game for game in parse(document("games")).games}


def test_a_start_is_read_with_the_offset_of_the_zone_that_was_asked_for(
    games: dict[str, GameRow],
) -> None:
    late = games["902"]
    assert late.commence_text == "2026-04-17T22:00:00-04:00"
    assert late.commence_at == datetime(2026, 4, 18, 2, tzinfo=UTC)
    assert late.game_date_et == date(2026, 4, 17)


def test_all_overtimes_are_one_period(games: dict[str, GameRow]) -> None:
    assert (games["902"].status, games["902"].state) == ("AOT", "final")
    assert games["902"].details["periods_home"] == ["25", "25", "25", "25", "17"]
    assert games["902"].details["overtimes_in_one_period"] is True
    assert "overtimes_in_one_period" not in games["901"].details


@pytest.mark.parametrize(
    ("event", "home", "away"),
    [("903", ["31", "20", "8"], ["24", "29", "5"]), ("907", ["20", "26"], ["31", "25"])],
)
def test_quarters_that_have_not_begun_are_no_zeros(
    games: dict[str, GameRow], event: str, home: list[str], away: list[str]
) -> None:
    assert games[event].details["periods_home"] == home
    assert games[event].details["periods_away"] == away
    assert (games[event].state, games[event].completed) == ("live", False)


def test_a_break_after_a_quarter_does_not_say_which() -> None:
    content = document("games")
    game = content["response"][2]
    game["status"]["short"] = "BT"
    game["scores"]["home"] |= {"quarter_3": 0, "total": 51}
    (found,) = [one for one in parse(content).games if one.source_event_id == "903"]
    assert found.details["periods_home"] == ["31", "20"]


def test_a_score_before_the_start_is_none_also_where_it_is_zero() -> None:
    content = document("games")
    for side in ("home", "away"):
        content["response"][3]["scores"][side] |= {"quarter_1": 0, "total": 0}
    (coming,) = [game for game in parse(content).games if game.source_event_id == "904"]
    assert (coming.home_score, coming.away_score) == (None, None)
    assert "periods_home" not in coming.details


def test_final_is_ft_aot_or_awd(games: dict[str, GameRow]) -> None:
    assert {one for one in STATES if STATES[one] == "final"} == {"FT", "AOT", "AWD"}
    assert set(STATES.values()) == set(GAME_STATES)
    assert {event for event, game in games.items() if game.completed} == {
        "901", "902", "908", "909",
    }  # fmt: skip
    assert [games[one].state for one in ("904", "905", "906")] == [
        "scheduled", "postponed", "cancelled",
    ]  # fmt: skip


def test_a_finished_game_may_have_a_total_and_no_quarters(games: dict[str, GameRow]) -> None:
    assert (games["908"].home_score, games["908"].away_score) == ("211", "186")
    assert "periods_home" not in games["908"].details


def test_a_final_without_a_score_is_not_completed() -> None:
    content = document("games")
    content["response"][0]["scores"]["home"]["total"] = None
    assert [game.completed for game in parse(content).games[:1]] == [False]


def test_seasons_are_text_or_number(games: dict[str, GameRow]) -> None:
    assert games["901"].season == "2025-26"
    assert (games["909"].season, games["909"].sport_key) == ("2026", "basketball_wnba")


def test_east_against_west_counts_for_no_season(games: dict[str, GameRow]) -> None:
    assert games["908"].sport_key == "basketball_nba_all_stars"


def test_a_stage_can_say_that_it_is_before_the_season() -> None:
    content = document("games")
    content["response"][0]["stage"] = "NBA - Pre-season"
    assert parse(content).games[0].sport_key == "basketball_nba_preseason"


def test_games_of_other_leagues_are_told_with_their_reason(games: dict[str, GameRow]) -> None:
    assert "910" not in games and len(games) == 9
    assert parse(document("games")).drift == [OTHER_LEAGUE]


def test_a_game_whose_clubs_are_open_makes_no_row() -> None:
    content = document("games")
    content["response"][3]["teams"]["home"]["name"] = "To Be Determined"
    parsed = parse(content)
    assert len(parsed.games) == 8 and "904" not in {one.source_event_id for one in parsed.games}
    assert parsed.drift == sorted([NO_TEAMS, OTHER_LEAGUE])


@pytest.mark.parametrize("parameters", [[], {"date": "2026-04-17"}])
def test_parameters_and_errors_are_lists_when_they_are_empty(parameters: Any) -> None:
    content = document("games") | {"parameters": parameters, "errors": []}
    assert len(parse(content).games) == 9
    assert len(parse(document("games") | {"errors": {}}).games) == 9


def test_an_error_object_is_no_data() -> None:
    content = document("games") | {"errors": {"rateLimit": "Too many requests."}, "response": []}
    with pytest.raises(UnreadablePayloadError, match="rateLimit"):
        parse(content)


def test_a_day_without_games_speaks_for_the_sport() -> None:
    parsed = parse(document("games") | {"response": [], "results": 0})
    assert (parsed.games, parsed.coverage) == ([], [Coverage("basketball_nba")])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("id",), r"response\[0\].id"),
        (("date",), r"response\[0\].date"),
        (("status", "short"), r"response\[0\].status.short"),
        (("teams", "home", "name"), r"teams.home.name"),
        (("scores", "away", "quarter_2"), r"scores.away.quarter_2"),
        (("scores", "away", "total"), r"scores.away.total"),
        (("league", "season"), r"league.season"),
    ],
)
def test_a_missing_field_stops_the_payload_by_its_path(
    path: tuple[str, ...], expected: str
) -> None:
    content = document("games")
    entry = content["response"][0]
    for key in path[:-1]:
        entry = entry[key]
    del entry[path[-1]]
    with pytest.raises(DriftedSchemaError, match=expected):
        parse(content)


def test_an_unknown_status_stops_the_payload_and_an_unknown_field_is_drift() -> None:
    content = document("games")
    content["response"][0]["referee"] = "Doe"
    assert "response[].referee" in parse(content).drift
    content["response"][0]["status"]["short"] = "XX"
    with pytest.raises(DriftedSchemaError, match=r"status\.short"):
        parse(content)


@pytest.mark.parametrize("body", [b"<html>", b'{"response": [', b"[]", b""])
def test_what_is_no_answer_cannot_be_read(body: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        parse(body)


# Figures


def test_team_figures_name_the_team_by_its_id() -> None:
    parsed = parse(document("team_statistics"), "team_statistics")
    assert len(parsed.team_stats) == 4 and parsed.drift == []
    first = parsed.team_stats[0]
    assert (first.team, first.source_team_id, first.source_event_id) == ("133", "133", "901")
    assert first.scope == "game" and first.stats["rebounds"]["defense"] == 35
    assert parsed.coverage == [
        Coverage("basketball_nba", source_event_id=event) for event in ("901", "902")
    ]


def test_player_figures_have_points_and_minutes() -> None:
    rows = parse(document("player_statistics"), "player_statistics").player_stats
    assert [(row.player, row.stats["minutes"], row.stats["points"]) for row in rows] == [
        ("Doe John", "35:02", 18),
        ("Roe Richard", "0:00", 0),
        ("Poe Peter", None, None),
    ]
    assert [row.source_player_id for row in rows] == ["11", "12", None]
    assert {row.source_team_id for row in rows} == {"133", "151"}
    content = document("player_statistics")
    del content["response"][0]["minutes"]
    with pytest.raises(DriftedSchemaError, match="minutes"):
        parse(content, "player_statistics")


def test_season_statistics_are_one_object() -> None:
    (row,) = parse(document("season_statistics"), "season_statistics").team_stats
    assert (row.team, row.scope, row.season) == ("Boston Celtics", "season_to_date", "2025-26")
    assert row.stats["games"]["loses"]["all"] == {"total": 26, "percentage": "0.500"}
    empty = parse(document("season_statistics") | {"response": []}, "season_statistics")
    assert empty.team_stats == []


def test_standings_are_a_list_in_a_list() -> None:
    rows = parse(document("standings"), "standings").team_stats
    assert [(row.team, row.stats["group"]["name"], row.stats["position"]) for row in rows] == [
        ("Boston Celtics", "Eastern Conference", 1),
        ("New York Knicks", "Eastern Conference", 2),
        ("Boston Celtics", "Atlantic", 1),
    ]
    flat = document("standings")
    flat["response"] = flat["response"][0]
    with pytest.raises(DriftedSchemaError, match=r"response\[0\]"):
        parse(flat, "standings")


def test_head_to_head_is_games_and_both_teams_figures_of_finished_ones() -> None:
    parsed = parse(document("head_to_head"), "head_to_head")
    assert [game.source_event_id for game in parsed.games] == ["901", "801", "905"]
    assert parsed.historical
    assert [(row.team, row.stats["points"], row.season) for row in parsed.team_stats] == [
        ("New York Knicks", "102", "2025-26"),
        ("Boston Celtics", "110", "2025-26"),
        ("Boston Celtics", "84", "2024-25"),
        ("New York Knicks", "80", "2024-25"),
    ]


# Seasons


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ("2023-2024", "2023-24"),
        ("2025/2026", "2025-26"),
        ("1999-2000", "1999-00"),
        ("2023-24", "2023-24"),
        (2024, "2024"),
        ("2024", "2024"),
        ("2023-2025", None),
        ("Summer", None),
        (None, None),
    ],
)
def test_labels_of_seasons(told: object, ours: str | None) -> None:
    assert season_labels.our_label(told) == ours


def test_a_day_belongs_to_a_season() -> None:
    seasons = Seasons.from_seeds()
    for sport, day, label in (
        ("basketball_nba", "2026-04-18", "2025-26"),
        ("basketball_nba", "2025-10-02", "2025-26"),
        ("basketball_nba", "2020-10-11", "2019-20"),
        ("basketball_nba", "2020-12-22", "2020-21"),
        ("basketball_wnba", "2026-05-16", "2026"),
        ("baseball_mlb", "2026-04-18", "2026"),
    ):
        asked = date.fromisoformat(day)
        assert seasons.season_of(sport, asked) == label
    assert season_labels.long_label("2023-24") == "2023-2024"
    with pytest.raises(ValueError, match="no season"):
        season_labels.long_label("lately")
