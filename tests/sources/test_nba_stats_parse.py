"""How payloads of NBA.com are read: false zones, postponed games that look scheduled, repeated
rows, what is not known yet."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from linehouse.settings import PROJECT_ROOT
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.nba_stats import scoreboard as nba_stats_scoreboard
from linehouse.sources.nba_stats import tables as nba_stats_tables
from linehouse.sources.nba_stats.ids import identity
from linehouse.sources.nba_stats.source import SOURCE
from linehouse.sources.rows import Coverage, GameRow, Parsed

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "nba_stats"
SEEN_AT = datetime(2026, 4, 11, 1, tzinfo=UTC)


def document(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def parse(content: Any, feed: str = "scoreboard") -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SOURCE.parse(Payload(SOURCE.name, feed, body, SEEN_AT, sport_key="basketball_nba"))


def games(name: str, feed: str) -> dict[str, GameRow]:
    return {game.source_event_id: game for game in parse(document(name), feed).games}


@pytest.fixture(scope="module")
def board() -> dict[str, GameRow]:
    return games("scoreboard", "scoreboard")


def test_the_start_is_in_utc_and_never_the_eastern_clock_with_its_false_z(
    board: dict[str, GameRow],
) -> None:
    late = board["0022501102"]
    assert late.commence_text == "2026-04-11T02:00:00Z"
    assert late.commence_at == datetime(2026, 4, 11, 2, tzinfo=UTC)
    assert late.game_date_et == date(2026, 4, 10)


def test_a_postponed_game_has_the_status_of_one_to_come(board: dict[str, GameRow]) -> None:
    assert (board["0022501104"].state, board["0022501104"].status) == ("postponed", "PPD")
    assert board["0022501104"].completed is False
    assert (board["0022501104"].home_score, board["0022501104"].away_score) == (None, None)


def test_status_text_is_verbatim_and_its_blanks_do_not_matter(board: dict[str, GameRow]) -> None:
    assert board["0022501102"].status == "10:00 pm ET     "
    assert board["0022501102"].state == "scheduled"
    assert nba_stats_scoreboard.state_of("1", "   PPD  ", "x") == "postponed"


def test_zeros_before_the_start_are_no_score(board: dict[str, GameRow]) -> None:
    assert (board["0022501102"].home_score, board["0022501102"].away_score) == (None, None)
    assert "periods_home" not in board["0022501102"].details


def test_overtimes_are_periods_of_their_own(board: dict[str, GameRow]) -> None:
    done = board["0022501101"]
    assert (done.away_score, done.home_score, done.completed) == ("117", "119", True)
    assert done.details["periods_home"] == ["30", "28", "25", "27", "9"]
    assert done.details["periods_away"] == ["22", "31", "30", "27", "7"]


def test_periods_that_have_not_begun_are_left_out(board: dict[str, GameRow]) -> None:
    live = board["0022501103"]
    assert (live.state, live.completed) == ("live", False)
    assert live.details["periods_home"] == ["30", "28", "12"]
    assert (live.away_score, live.home_score) == ("66", "70")
    assert live.details["clock"] == "PT05M30.00S"


def test_a_period_that_is_no_number_leaves_all_periods() -> None:
    content = document("scoreboard")
    content["scoreboard"]["games"][2]["period"] = "\u00b2"
    (live,) = [game for game in parse(content).games if game.source_event_id == "0022501103"]
    assert live.details["periods_home"] == ["30", "28", "12", "0"]


def test_a_start_that_is_to_be_determined_is_not_known(board: dict[str, GameRow]) -> None:
    unknown = board["0042500105"]
    assert unknown.commence_at is None
    assert unknown.commence_text == "2026-04-11T04:00:00Z"
    assert unknown.game_date_et == date(2026, 4, 10)
    assert unknown.details["start_tbd"] is True


def test_blanks_around_words_change_no_meaning() -> None:
    content = document("scoreboard")
    content["scoreboard"]["games"][4]["gameStatusText"] = "  TBD "
    (unknown,) = [game for game in parse(content).games if game.source_event_id == "0042500105"]
    assert (unknown.commence_at, unknown.status) == (None, "  TBD ")


def test_the_third_digit_of_an_id_says_what_a_game_counts_for(board: dict[str, GameRow]) -> None:
    assert board["0012500001"].sport_key == "basketball_nba_preseason"
    assert board["0032500001"].sport_key == "basketball_nba_all_stars"
    assert board["0032500001"].neutral_site is True
    assert board["0042500105"].sport_key == "basketball_nba"
    assert board["0042500105"].details["season_type"] == "Playoffs"
    assert {game.season for game in board.values()} == {"2025-26"}
    assert identity("0029700001") == identity("0029700002")
    assert identity("0029700001").season == "1997-98"  # type: ignore[union-attr]
    assert identity("1022400123").season == "2024"  # type: ignore[union-attr]
    assert identity("1022400123").sport_key == "basketball_wnba"  # type: ignore[union-attr]
    assert identity("2022500007") is identity("22500007") is None


def test_games_that_are_not_read_are_told_with_their_reason() -> None:
    parsed = parse(document("scoreboard"))
    assert len(parsed.games) == 7
    assert parsed.drift == sorted(
        [nba_stats_scoreboard.OTHER_LEAGUE, nba_stats_scoreboard.NO_TEAMS]
    )


def test_names_are_city_and_name(board: dict[str, GameRow]) -> None:
    assert board["0022501103"].home_team == "LA Clippers"
    assert board["0022501103"].details["home_tricode"] == "LAC"
    assert board["0022501103"].details["away_team_id"] == "1610612738"


def test_an_unknown_status_stops_the_payload() -> None:
    content = document("scoreboard")
    content["scoreboard"]["games"][0]["gameStatus"] = 4
    with pytest.raises(DriftedSchemaError, match=r"games\[0\].gameStatus"):
        parse(content)


@pytest.mark.parametrize("field", ["gameId", "gameStatus", "gameStatusText", "gameTimeUTC"])
def test_a_missing_field_stops_the_payload_by_its_path(field: str) -> None:
    content = document("scoreboard")
    del content["scoreboard"]["games"][0][field]
    with pytest.raises(DriftedSchemaError, match=rf"scoreboard.games\[0\].{field}"):
        parse(content)


def test_a_time_without_zone_stops_the_payload() -> None:
    content = document("scoreboard")
    content["scoreboard"]["games"][0]["gameTimeUTC"] = "2026-04-10T23:30:00"
    with pytest.raises(DriftedSchemaError, match="zone"):
        parse(content)


def test_unknown_fields_are_drift() -> None:
    content = document("scoreboard")
    content["scoreboard"]["games"][0]["weather"] = "fine"
    content["scoreboard"]["games"][0]["homeTeam"]["mood"] = "good"
    drift = parse(content).drift
    assert "scoreboard.games[].weather" in drift
    assert any(path.endswith(".mood") for path in drift)


@pytest.mark.parametrize("body", [b"<html></html>", b"", b'{"scoreboard": {"games": ['])
def test_what_is_no_json_cannot_be_read(body: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        parse(body)


def test_a_day_without_games_speaks_for_the_sport() -> None:
    parsed = parse({"scoreboard": {"gameDate": "2026-07-15", "leagueId": "00", "games": []}})
    assert (parsed.games, parsed.coverage) == ([], [Coverage("basketball_nba")])


# leaguegamefinder


def test_two_rows_are_one_game_and_both_teams_figures() -> None:
    parsed = parse(document("game_finder"), "game_finder")
    found = {game.source_event_id: game for game in parsed.games}
    done = found["0022501101"]
    assert (done.away_team, done.home_team) == ("New York Knicks", "Boston Celtics")
    assert (done.away_score, done.home_score) == ("117", "119")
    assert (done.game_date_et, done.commence_at) == (date(2026, 4, 10), None)
    assert (done.season, done.completed, done.state) == ("2025-26", True, "final")
    assert len(parsed.team_stats) == 7 and parsed.historical
    home = parsed.team_stats[0]
    assert (home.team, home.scope, home.source_event_id) == ("Boston Celtics", "game", "0022501101")
    assert home.stats["PLUS_MINUS"] == 2.0 and home.stats["PTS"] == 119


def test_a_game_without_win_or_loss_is_not_finished() -> None:
    live = games("game_finder", "game_finder")["0022501103"]
    assert (live.completed, live.state) == (False, "live")
    assert (live.away_score, live.home_score) == ("66", "70")


def test_one_sides_row_names_the_other_by_its_code() -> None:
    pre = games("game_finder", "game_finder")["0012500001"]
    assert (pre.away_team, pre.home_team) == ("NYK", "Boston Celtics")
    assert (pre.sport_key, pre.season) == ("basketball_nba_preseason", "2025-26")
    assert (pre.away_score, pre.home_score) == (None, "100")
    assert (pre.state, pre.completed) == ("final", False)


def test_a_game_with_two_home_sides_is_no_game_but_keeps_its_figures() -> None:
    parsed = parse(document("game_finder"), "game_finder")
    assert "0022500999" not in {game.source_event_id for game in parsed.games}
    assert parsed.drift == [nba_stats_tables.NO_HOME_SIDE]
    assert sum(row.source_event_id == "0022500999" for row in parsed.team_stats) == 2


def test_a_row_that_is_repeated_hides_no_game() -> None:
    content = document("game_finder")
    rows = content["resultSets"][1]["rowSet"]
    rows.append(rows[0])
    parsed = parse(content, "game_finder")
    assert parsed.games == parse(document("game_finder"), "game_finder").games
    assert len(parsed.team_stats) == 8


def test_columns_are_found_by_their_header() -> None:
    content = document("game_finder")
    one = content["resultSets"][1]
    one["headers"].reverse()
    for row in one["rowSet"]:
        row.reverse()
    assert parse(content, "game_finder") == parse(document("game_finder"), "game_finder")


def test_a_missing_set_column_or_cell_stops_the_payload() -> None:
    for break_it in (
        lambda sets: sets.pop(),
        lambda sets: sets[1]["headers"].__setitem__(6, "OPPONENT"),
        lambda sets: sets[1]["rowSet"][0].pop(),
        lambda sets: sets[1]["rowSet"][0].__setitem__(6, "BOS - NYK"),
    ):
        content = document("game_finder")
        break_it(content["resultSets"])
        with pytest.raises(DriftedSchemaError):
            parse(content, "game_finder")


# scoreboardv2


def test_one_game_of_three_broadcasters_is_one_game() -> None:
    parsed = parse(document("scoreboard_v2"), "scoreboard_v2")
    assert [game.source_event_id for game in parsed.games] == ["0022500900", "0022500901"]
    coming, done = parsed.games
    assert (coming.away_team, coming.home_team) == ("Boston Celtics", "Los Angeles Lakers")
    assert (done.away_score, done.home_score, done.completed) == ("99", "110", True)
    assert [row.team for row in parsed.team_stats] == ["Boston", "LA Clippers"]
    assert {(row.scope, row.season) for row in parsed.team_stats} == {("standings", "2025-26")}


def test_a_start_told_as_eastern_words_is_read_also_on_the_day_the_clocks_change() -> None:
    coming, done = parse(document("scoreboard_v2"), "scoreboard_v2").games
    assert coming.commence_at == datetime(2026, 3, 9, 1, 30, tzinfo=UTC)  # 21:30 EDT
    assert (done.commence_at, done.game_date_et) == (None, date(2026, 3, 8))
