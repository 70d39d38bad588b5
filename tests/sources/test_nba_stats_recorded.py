"""Every recorded answer of NBA.com is read to its last row, counted here another way."""

import json
from pathlib import Path
from typing import Any

import pytest

from linehouse.sources.base import Payload
from linehouse.sources.nba_stats.source import SOURCE
from linehouse.sources.rows import Parsed

FOLDER = "payloads/nba_stats"
EXPECTED = {
    # file: feed, rows in it, games, teams' figures
    "leaguegamefinder_season_2023-24.json": ("game_finder", 2460, 1230, 2460),
    "live_todaysScoreboard_00_20210116.json": ("today", 2, 2, 0),
    # 13 headers of 11 games; standings of both conferences
    "scoreboardv2_DayOffset_0_GameDate_2026_02_22_LeagueID_00.json": ("scoreboard_v2", 13, 11, 30),
    "scoreboardv3_GameDate_2025_07_15_LeagueID_00.json": ("scoreboard", 0, 0, 0),
    "scoreboardv3_GameDate_2025_11_05_LeagueID_00.json": ("scoreboard", 11, 11, 0),
}


def raw(real_data: Path, name: str) -> Any:
    return json.loads((real_data / FOLDER / name).read_bytes())


def parse(real_data: Path, name: str) -> Parsed:
    body = (real_data / FOLDER / name).read_bytes()
    return SOURCE.parse(
        Payload(SOURCE.name, EXPECTED[name][0], body, None, sport_key="basketball_nba")
    )


def test_every_recorded_file_is_in_the_table(real_data: Path) -> None:
    assert {path.name for path in (real_data / FOLDER).iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_is_read(real_data: Path, name: str) -> None:
    feed, rows, games, figures = EXPECTED[name]
    document = raw(real_data, name)
    if "resultSets" in document:
        wanted = "LeagueGameFinderResults" if feed == "game_finder" else "GameHeader"
        (one,) = [s for s in document["resultSets"] if s["name"] == wanted]
        told = one["rowSet"]
        ids = {row[one["headers"].index("GAME_ID")] for row in told}
    else:
        told = document["scoreboard"]["games"]
        ids = {game["gameId"] for game in told}
    parsed = parse(real_data, name)
    assert len(told) == rows
    assert {game.source_event_id for game in parsed.games} == ids
    assert (len(parsed.games), len(parsed.team_stats)) == (games, figures)
    assert parsed.drift == []
    assert all(game.game_date_et is not None for game in parsed.games)


def test_a_whole_season_has_its_winners(real_data: Path) -> None:
    name = "leaguegamefinder_season_2023-24.json"
    parsed = parse(real_data, name)
    (one,) = raw(real_data, name)["resultSets"]
    rows = [dict(zip(one["headers"], row, strict=True)) for row in one["rowSet"]]
    points = {(row["GAME_ID"], row["TEAM_NAME"]): (row["PTS"], row["WL"]) for row in rows}
    for game in parsed.games:
        home_points, result = points[game.source_event_id, game.home_team]
        away_points, _ = points[game.source_event_id, game.away_team]
        assert (game.home_score, game.away_score) == (str(home_points), str(away_points))
        assert (result == "W") == (home_points > away_points)
    assert {game.season for game in parsed.games} == {"2023-24"}
    assert len({game.home_team for game in parsed.games}) == 30


def test_the_postponed_game_of_the_cdn_is_postponed(real_data: Path) -> None:
    postponed, coming = parse(real_data, "live_todaysScoreboard_00_20210116.json").games
    assert (postponed.state, postponed.status) == ("postponed", "PPD")
    assert (coming.state, coming.commence_text) == ("scheduled", "2021-01-16T22:00:00Z")


def test_periods_of_a_recorded_day_make_the_scores(real_data: Path) -> None:
    parsed = parse(real_data, "scoreboardv3_GameDate_2025_11_05_LeagueID_00.json")
    for game in parsed.games:
        for side, score in (("home", game.home_score), ("away", game.away_score)):
            assert sum(map(int, game.details[f"periods_{side}"])) == int(score or -1)
        assert str(game.game_date_et) == "2025-11-05"
