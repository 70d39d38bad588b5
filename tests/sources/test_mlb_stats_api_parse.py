"""How MLB's schedule, feeds, clubs and standings are read, with the traps of each."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.settings import PROJECT_ROOT
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.mlb_stats_api.source import SOURCE
from linehouse.sources.rows import Coverage, GameRow, Parsed
from tests.sources.malformed import survives

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "mlb_stats_api"
FEEDS = ("schedule", "live_feed", "teams", "standings")
MLB = "baseball_mlb"


def document(feed: str) -> Any:
    return json.loads((PAYLOADS / f"{feed}.json").read_bytes())


def parse(content: Any, feed: str = "schedule", **params: str) -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SOURCE.parse(Payload(SOURCE.name, feed, body, None, params=params))


def by_id(content: Any = None) -> dict[str, GameRow]:
    parsed = parse(document("schedule") if content is None else content)
    return {game.source_event_id: game for game in parsed.games}


def one_game(**changes: Any) -> Any:
    """A schedule of the second game of the fixture alone, changed; keys of the status too."""
    schedule = document("schedule")
    game = schedule["dates"][0]["games"][1]
    for key, value in changes.items():
        (game["status"] if key in game["status"] else game)[key] = value
    schedule["dates"] = [schedule["dates"][0] | {"games": [game]}]
    return schedule


def test_every_game_is_there_once_however_often_it_is_listed() -> None:
    parsed = parse(document("schedule"))
    assert [game.source_event_id for game in parsed.games] == [
        *("1001", "1002", "1003", "1004"),
        *("1005", "1006", "1007", "1008"),
    ]
    assert parsed.coverage == [Coverage(MLB)] and parsed.drift == []


def test_a_made_up_game_is_the_row_of_its_newest_date_and_tells_both() -> None:
    game = by_id()["1001"]
    assert game.game_date_et == date(2026, 4, 18)
    assert (game.state, game.status, game.game_number) == ("scheduled", "Scheduled", 2)
    assert game.commence_at == datetime(2026, 4, 18, 23, 10, tzinfo=UTC)
    assert game.details["dates_et"] == ["2026-04-17", "2026-04-18"]


def test_the_newest_date_wins_in_whatever_order_the_days_come() -> None:
    schedule = document("schedule")
    schedule["dates"].reverse()
    turned, straight = by_id(schedule), by_id()
    assert turned["1001"] == straight["1001"]
    assert turned["1004"] == straight["1004"]


def test_a_postponed_game_is_not_finished_though_its_abstract_state_is_final() -> None:
    schedule = document("schedule")
    del schedule["dates"][1]
    game = by_id(schedule)["1001"]
    assert (game.status, game.state, game.completed) == ("Postponed", "postponed", False)
    assert (game.away_score, game.home_score) == (None, None)
    assert game.details["dates_et"] == ["2026-04-17", "2026-04-18"]


def test_a_resumed_game_keeps_its_official_date() -> None:
    schedule = document("schedule")
    game = by_id(schedule)["1004"]
    assert (game.state, game.game_date_et) == ("live", date(2026, 4, 17))
    assert (game.away_score, game.home_score) == ("1", "3")
    assert game.commence_at == datetime(2026, 4, 18, 1, 38, tzinfo=UTC), "not when it was resumed"
    assert game.details["dates_et"] == ["2026-04-17", "2026-04-18"]
    assert game.details["resumed_at"] == schedule["dates"][1]["games"][0]["gameDate"]
    del schedule["dates"][1]
    suspended = by_id(schedule)["1004"]
    assert "resumed_at" not in suspended.details
    assert (suspended.status, suspended.state) == ("Suspended: Rain", "suspended")
    assert (suspended.away_score, suspended.home_score, suspended.completed) == ("1", "2", False)
    assert suspended.details["periods_home"] == ["0", "0", "2", "0"]


@pytest.mark.parametrize(
    ("detailed", "coded", "abstract", "state"),
    [
        ("Scheduled", "S", "Preview", "scheduled"),
        ("Pre-Game", "P", "Preview", "scheduled"),
        ("Warmup", "P", "Live", "scheduled"),
        ("Delayed Start: Rain", "P", "Preview", "scheduled"),
        ("In Progress", "I", "Live", "live"),
        ("Delayed: Rain", "I", "Live", "live"),
        ("Manager challenge: Tag play", "M", "Live", "live"),
        ("Umpire review", "N", "Live", "live"),
        ("Final", "F", "Final", "final"),
        ("Final: Tied", "F", "Final", "final"),
        ("Game Over", "O", "Final", "final"),
        ("Completed Early: Rain", "F", "Final", "final"),
        ("Forfeit: Willful rule violation", "Q", "Final", "final"),
        ("Postponed: Rain", "D", "Final", "postponed"),
        ("Cancelled: Rain", "C", "Final", "cancelled"),
        ("Suspended: Rain", "U", "Live", "suspended"),
    ],
)
def test_the_detailed_state_decides(detailed: str, coded: str, abstract: str, state: str) -> None:
    changed = one_game(detailedState=detailed, codedGameState=coded, abstractGameState=abstract)
    game = by_id(changed)["1002"]
    assert (game.status, game.state) == (detailed, state)
    assert game.completed is (state == "final")
    unscored = state in ("scheduled", "postponed", "cancelled")
    assert (game.home_score, "periods_home" in game.details) == (None if unscored else "4",
                                                                 not unscored)  # fmt: skip


def test_a_detailed_state_that_is_new_goes_by_its_letter_and_is_drift() -> None:
    parsed = parse(one_game(detailedState="Bees on the field", codedGameState="I"))
    assert parsed.games[0].state == "live"
    assert parsed.drift == ["status.detailedState=Bees on the field"]
    unknown = parse(one_game(detailedState="Bees", codedGameState="Z", abstractGameState="Final"))
    assert (unknown.games[0].state, unknown.games[0].completed) == (None, False)


@pytest.mark.parametrize(
    ("letter", "state"),
    [
        *(("S", "scheduled"), ("P", "scheduled"), ("I", "live"), ("M", "live"), ("N", "live")),
        *(("F", "final"), ("O", "final"), ("Q", "final"), ("R", "final")),
        *(("D", "postponed"), ("C", "cancelled"), ("T", "suspended"), ("U", "suspended")),
    ],
)
def test_letters_of_states_that_are_new(letter: str, state: str) -> None:
    game = by_id(one_game(detailedState="Bees", codedGameState=letter))["1002"]
    assert (game.state, game.completed) == (state, state == "final")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((f"{move}Date", "2026-05-02T00:40:00Z") for move in ("reschedule", "resume")),
        *((f"{move}GameDate", "2026-05-01") for move in ("reschedule", "resume")),
        *((f"{move}From", "2026-05-02T00:40:00Z") for move in ("rescheduled", "resumed")),
        *((f"{move}FromDate", "2026-05-01") for move in ("rescheduled", "resumed")),
    ],
)
def test_every_field_that_names_another_day_counts_as_eastern(field: str, value: str) -> None:
    game = by_id(one_game(**{field: value}))["1002"]
    assert game.details["dates_et"] == ["2026-04-17", "2026-05-01"]


def test_a_final_without_a_score_is_not_completed() -> None:
    schedule = one_game()
    for side in ("home", "away"):
        del schedule["dates"][0]["games"][0]["teams"][side]["score"]
    game = by_id(schedule)["1002"]
    assert (game.state, game.completed) == ("final", False)


def test_zero_in_preview_is_no_score() -> None:
    games = by_id()
    assert (games["1005"].status, games["1005"].home_score) == ("Warmup", None)
    assert (games["1001"].away_score, games["1001"].home_score) == (None, None)
    assert "periods_home" not in games["1005"].details


def test_starts_that_are_placeholders_are_not_taken_for_starts() -> None:
    games = by_id()
    to_be_told, second = games["1008"], games["1007"]
    assert (to_be_told.commence_at, to_be_told.commence_text) == (None, "2026-04-19T07:33:00Z")
    assert to_be_told.game_date_et == date(2026, 4, 18)
    assert to_be_told.details["start_tbd"] is True
    assert second.commence_at is None and second.details["start_tbd"] is True
    first = games["1006"]
    assert first.commence_at == datetime(2026, 4, 18, 16, 35, tzinfo=UTC)
    assert "start_tbd" not in first.details


def test_only_a_doubleheaders_game_has_a_number() -> None:
    numbers = {event: game.game_number for event, game in by_id().items()}
    assert numbers == {
        **dict.fromkeys(("1002", "1003", "1004", "1008"), None),
        **{"1005": 1, "1001": 2, "1006": 1, "1007": 2},
    }


def test_innings_are_told_as_long_as_the_game_was() -> None:
    games = by_id()
    assert games["1002"].details["periods_home"] == ["1", "0", "0", "0", "3", "0", "0", "0"]
    assert len(games["1002"].details["periods_away"]) == 9
    assert games["1003"].details["periods_away"][-2:] == ["0", "3"], "eleven innings"
    shortened = games["1006"]
    assert (shortened.status, shortened.completed) == ("Completed Early: Rain", True)
    assert shortened.details["scheduledInnings"] == 7
    assert shortened.details["periods_away"] == ["0", "0", "0", "0", "1"]
    assert shortened.details["periods_home"] == ["2", "0", "0", "1"]


def test_innings_go_by_their_number_and_keep_their_gaps() -> None:
    schedule = one_game()
    linescore = schedule["dates"][0]["games"][0]["linescore"]
    linescore["innings"].reverse()
    assert by_id(schedule)["1002"].details["periods_home"][0] == "1"
    linescore["innings"] = [inning for inning in linescore["innings"] if inning["num"] != 2]
    assert by_id(schedule)["1002"].details["periods_home"][:3] == ["1", None, "0"]


def test_seasons_are_texts_and_starters_names() -> None:
    games = by_id()
    assert {game.season for game in games.values()} == {"2026"}
    details = games["1005"].details
    assert (details["pitcher_away"], details["pitcher_home"]) == ("Away Arm", "Home Arm")
    assert (details["home_team_id"], details["away_team_id"]) == ("116", "147")
    assert "pitcher_home" not in games["1002"].details


def test_the_official_date_is_the_day_not_that_of_the_start() -> None:
    game = by_id()["1003"]
    assert (game.commence_text, game.game_date_et) == ("2026-04-18T01:40:00Z", date(2026, 4, 17))


def test_spring_games_are_a_sport_of_their_own() -> None:
    parsed = parse(one_game(gameType="S"))
    assert parsed.games[0].sport_key == "baseball_mlb_preseason"
    assert Coverage("baseball_mlb_preseason") in parsed.coverage


def test_a_day_off_is_an_empty_list() -> None:
    parsed = parse({"copyright": "x", "totalItems": 0, "dates": []})
    assert (parsed.games, parsed.coverage, parsed.drift) == ([], [Coverage(MLB)], [])


# The live feed


def test_a_feed_tells_one_game_and_both_clubs_figures() -> None:
    parsed = parse(document("live_feed"), "live_feed")
    (game,) = parsed.games
    (listed,) = [game for game in parse(document("schedule")).games if game.away_score == "2"]
    for field in ("source_event_id", "away_team", "home_team", "commence_at", "state", "completed"):
        assert getattr(game, field) == getattr(listed, field)
    assert (game.away_score, game.home_score) == ("2", "4")
    assert game.details["periods_home"] == listed.details["periods_home"]
    assert game.details["dates_et"] == ["2026-04-16", "2026-04-17"]
    assert game.details["decisions"] == {"winner": "Home Arm"}
    assert [(row.team, row.scope, row.stats["batting"]["avg"]) for row in parsed.team_stats] == [
        ("Boston Red Sox", "game", ".210"),
        ("Cleveland Guardians", "game", ".290"),
    ]
    assert parsed.coverage == [Coverage(MLB, source_event_id="1002")]
    assert (parsed.observed_at, parsed.historical) == (None, False)


def test_a_feed_of_a_moment_was_seen_then() -> None:
    parsed = parse(document("live_feed"), "live_feed", timecode="20260418_010203")
    assert parsed.observed_at == datetime(2026, 4, 18, 1, 2, 3, tzinfo=UTC) and parsed.historical


def test_a_feed_of_a_resumed_game_tells_its_first_start() -> None:
    feed = document("live_feed")
    assert "resumed_at" not in parse(feed, "live_feed").games[0].details
    feed["gameData"]["datetime"]["resumedFromDateTime"] = "2026-04-16T22:10:00Z"
    game = parse(feed, "live_feed").games[0]
    assert game.commence_at == datetime(2026, 4, 16, 22, 10, tzinfo=UTC)
    assert game.details["resumed_at"] == feed["gameData"]["datetime"]["dateTime"]


def test_a_feed_of_a_postponed_game_has_no_score() -> None:
    feed = document("live_feed")
    feed["gameData"]["status"] |= {"detailedState": "Postponed", "codedGameState": "D"}
    parsed = parse(feed, "live_feed")
    assert (parsed.games[0].state, parsed.games[0].completed) == ("postponed", False)
    assert parsed.games[0].home_score is None and parsed.team_stats == []


# Clubs and standings


def test_clubs_of_the_minor_leagues_are_of_another_sport() -> None:
    rows = parse(document("teams"), "teams").team_stats
    assert [(row.sport_key, row.team, row.source_team_id, row.scope) for row in rows] == [
        (MLB, "Seattle Mariners", "136", "club"),
        ("baseball_sport_12", "Harbour Gulls", "4124", "club"),
    ]


def test_standings_keep_their_texts() -> None:
    rows = parse(document("standings"), "standings").team_stats
    assert [(row.team, row.season, row.stats["gamesBack"]) for row in rows] == [
        ("New York Yankees", "2026", "-"),
        ("Boston Red Sox", "2026", "3.0"),
    ]
    assert rows[0].stats["winningPercentage"] == ".632"
    assert (rows[0].stats["wins"], rows[0].stats["league_id"], rows[0].scope) == (
        12,
        103,
        "standings",
    )


# Drift and malformed answers


def test_unknown_fields_are_drift_and_nothing_else() -> None:
    schedule = one_game()
    game = schedule["dates"][0]["games"][0]
    game["broadcastTier"] = 2
    game["status"]["mood"] = "sunny"
    game["teams"]["home"]["mascot"] = "Slider"
    parsed = parse(schedule)
    assert parsed.drift == [
        "dates[].games[].broadcastTier",
        "dates[].games[].status.mood",
        "dates[].games[].teams.home|away.mascot",
    ]
    assert len(parsed.games) == 1


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (("gamePk",), "gamePk"),
        (("gameDate",), "gameDate"),
        (("status",), "status"),
        (("status", "detailedState"), "detailedState"),
        (("teams", "home"), "home"),
        (("teams", "away", "team", "name"), "name"),
        (("teams", "away", "team", "id"), "id"),
    ],
)
def test_what_is_needed_and_missing_stops_the_payload(path: tuple[str, ...], told: str) -> None:
    schedule = one_game()
    target = schedule["dates"][0]["games"][0]
    for key in path[:-1]:
        target = target[key]
    del target[path[-1]]
    with pytest.raises(DriftedSchemaError, match=rf"dates\[0\]\.games\[0\].*{told} is missing"):
        parse(schedule)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gameDate", "2026-04-17T22:10:00"),
        ("gameDate", "tonight"),
        ("officialDate", "17 April"),
        ("gamePk", True),
        ("gamePk", None),
    ],
)
def test_a_value_of_another_kind_stops_the_payload(key: str, value: Any) -> None:
    with pytest.raises(DriftedSchemaError, match=key):
        parse(one_game(**{key: value}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b'{"dates": [',
        b'{"messageNumber": 10, "message": "Object not found"}',
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("feed", FEEDS)
def test_what_is_no_answer_is_unreadable(feed: str, body: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        parse(body, feed)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_byte_order_mark_does_no_harm(feed: str) -> None:
    body = (PAYLOADS / f"{feed}.json").read_bytes()
    assert parse(b"\xef\xbb\xbf" + body, feed) == parse(body, feed)


@given(data=st.data())
@pytest.mark.parametrize("feed", FEEDS)
def test_no_spoiled_answer_raises_anything_else(feed: str, data: st.DataObject) -> None:
    survives(data, document(feed), lambda body: parse(body, feed))
