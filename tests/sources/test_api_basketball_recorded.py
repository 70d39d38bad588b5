"""Every recorded answer of API-Basketball is read to its last row, counted here another way."""

import json
from pathlib import Path
from typing import Any

import pytest

from linehouse.sources.api_basketball.games import ALL_STARS
from linehouse.sources.api_basketball.source import SOURCE, TEAM_IDS
from linehouse.sources.base import Payload
from linehouse.sources.errors import (
    BadRequestError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
)
from linehouse.sources.rows import Parsed

FOLDER = "payloads/api_basketball"
EXPECTED = {
    # file: feed, games, teams' figures
    "games_league12_season2021-2022_20211020.json": ("games", 5, 0),
    "DOCEXAMPLE_standings.json": ("standings", 0, 1),
    "DOCEXAMPLE_statistics_team.json": ("season_statistics", 0, 1),
}
ERRORS: dict[str, type[SourceError]] = {
    "COMPOSED_error_200_daily.json": QuotaExhaustedError,
    "COMPOSED_error_200_plan_season.json": BadRequestError,
    "COMPOSED_error_200_rateLimit.json": RateLimitedError,
}
NOT_ASKED = {
    "DOCEXAMPLE_odds_game1912_bet2.json": "its odds are refreshed once a day: no line movement",
    "DOCEXAMPLE_status.json": "the account itself, no rows; headers tell the same",
    "teams_response_array.json": "names and ids of clubs: held against those we know, below",
}


def body(real_data: Path, name: str) -> bytes:
    return (real_data / FOLDER / name).read_bytes()


def parse(real_data: Path, name: str) -> Parsed:
    feed, sent = EXPECTED[name][0], body(real_data, name)
    return SOURCE.parse(Payload(SOURCE.name, feed, sent, None, sport_key="basketball_nba"))


def test_every_recorded_file_is_in_a_table(real_data: Path) -> None:
    files = {path.name for path in (real_data / FOLDER).iterdir()}
    assert files == EXPECTED.keys() | ERRORS.keys() | NOT_ASKED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_is_read(real_data: Path, name: str) -> None:
    feed, games, figures = EXPECTED[name]
    response: Any = json.loads(body(real_data, name))["response"]
    told = {"games": lambda: len(response), "standings": lambda: sum(map(len, response))}
    parsed = parse(real_data, name)
    assert (len(parsed.games), len(parsed.team_stats)) == (games, figures)
    assert games + figures == told.get(feed, lambda: 1)()
    assert parsed.drift == []


def test_recorded_quarters_make_the_scores(real_data: Path) -> None:
    parsed = parse(real_data, "games_league12_season2021-2022_20211020.json")
    for game in parsed.games:
        for side, score in (("home", game.home_score), ("away", game.away_score)):
            assert sum(map(int, game.details[f"periods_{side}"])) == int(score or -1)
        assert game.completed and game.season == "2021-22"
    assert [game.status for game in parsed.games].count("AOT") == 1
    assert sorted({str(game.game_date_et) for game in parsed.games}) == ["2021-10-19", "2021-10-20"]


@pytest.mark.parametrize("name", ERRORS)
def test_refusals_with_200_are_what_they_are(real_data: Path, name: str) -> None:
    with pytest.raises(SourceError) as caught:
        SOURCE.raise_for_error(200, {}, body(real_data, name))
    assert type(caught.value) is ERRORS[name]


def test_the_clubs_ids_are_those_of_the_recorded_list(real_data: Path) -> None:
    teams = json.loads(body(real_data, "teams_response_array.json"))
    ids = {str(team["id"]) for team in teams}
    assert ids == {str(one) for one in TEAM_IDS["basketball_nba"]} | ALL_STARS
    assert all("nationnal" in team for team in teams)
