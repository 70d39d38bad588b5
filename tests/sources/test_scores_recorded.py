"""Every recorded answer of MLB and ESPN is read to its last row, counted here another way."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from linehouse.sources.base import HttpSource, Payload
from linehouse.sources.errors import UnreadablePayloadError
from linehouse.sources.espn.source import SOURCE as ESPN
from linehouse.sources.mlb_stats_api.source import SOURCE as MLB
from linehouse.sources.rows import Parsed

FOLDERS: dict[HttpSource, str] = {MLB: "payloads/mlb_stats_api", ESPN: "payloads/espn"}

EXPECTED_MLB = {
    # file: feed, games, of them finished, figures of clubs
    "feed_live_game_trimmed_20221125.json": ("live_feed", 1, 1, 2),
    "schedule_date_20230829.json": ("schedule", 15, 0, 0),
    "standings_20230621.json": ("standings", 0, 0, 6),
    "teams_20221122.json": ("teams", 0, 0, 5),
    # a wrapper: games as `gameRaw` of each entry
    "weathermlb_daily_games_2026-08-20.json": ("schedule", 9, 9, 0),
}
ERRORS = ("error_500.json", "not_found_404.json")

EXPECTED_ESPN = {
    # file: feed, games, of them finished, lines, injuries
    "ha-teamtracker_mlb.json": ("scoreboard", 17, 3, 187, 0),
    "injuries_nba_20260615.json": ("injuries", 0, 0, 0, 127),
    "20260405T130129Z_210a88d5f8.json": ("scoreboard", 11, 0, 132, 0),
    "20260405T140135Z_6be2b774d8.json": ("scoreboard", 11, 0, 132, 0),
    "20260405T150142Z_ccc70c4032.json": ("scoreboard", 11, 0, 132, 0),
    "20260405T160141Z_c24931335e.json": ("scoreboard", 11, 0, 132, 0),
    "20260405T170142Z_8bcb15431a.json": ("scoreboard", 11, 0, 132, 0),
    "20260405T180141Z_2469f2bd5b.json": ("scoreboard", 11, 0, 132, 0),
    "20260405T190145Z_a14aa3bf65.json": ("scoreboard", 11, 0, 132, 0),
    "20260405T200138Z_8df4696f3c.json": ("scoreboard", 11, 0, 84, 0),
    "20260405T210139Z_ede0944904.json": ("scoreboard", 11, 0, 84, 0),
    "20260405T220138Z_2235440b17.json": ("scoreboard", 11, 3, 84, 0),
    "20260405T230141Z_a4caf3e2cd.json": ("scoreboard", 11, 4, 72, 0),
    "20260406T000141Z_db55cccede.json": ("scoreboard", 11, 4, 24, 0),
    "20260406T010128Z_ea6f92b193.json": ("scoreboard", 11, 5, 24, 0),
    "20260406T020149Z_fe3a033b7b.json": ("scoreboard", 11, 8, 12, 0),
    "20260406T030146Z_cc89db098e.json": ("scoreboard", 11, 9, 0, 0),
    "20260406T040137Z_a3bbd0d51b.json": ("scoreboard", 11, 10, 0, 0),
    "20260406T050149Z_2b21c2048a.json": ("scoreboard", 11, 11, 0, 0),
}


def bodies(real_data: Path, source: HttpSource) -> dict[str, bytes]:
    """Name to bytes; wrappers are unwrapped to what the vendor would send."""
    found = {}
    for path in sorted((real_data / FOLDERS[source]).rglob("*.json")):
        body = path.read_bytes()
        document = json.loads(body.decode("utf-8-sig"))
        if isinstance(document, list):
            games = [entry["gameRaw"] for entry in document]
            date = games[0]["officialDate"]
            body = json.dumps({"dates": [{"date": date, "games": games}]}).encode()
        found[path.name] = body
    return found


def read(source: HttpSource, feed: str, body: bytes) -> Parsed:
    return source.parse(Payload(source.name, feed, body, None))


def counted(document: Any) -> tuple[int, int, int]:
    """Games, clubs' figures and injuries that a document names."""
    games = [game for day in document.get("dates", []) for game in day["games"]]
    teams = len(document.get("teams", []))
    teams += sum(len(record["teamRecords"]) for record in document.get("records", []))
    if "liveData" in document:
        games, teams = [document], len(document["liveData"]["boxscore"]["teams"])
    games += document.get("events", [])
    return len(games), teams, sum(len(one["injuries"]) for one in document.get("injuries", []))


def lines_told(value: Any) -> int:
    """Prices inside odds: each `open` and `close`, or in the old shape each number of its own."""
    odds = [
        entry
        for event in value.get("events", [])
        for entry in event["competitions"][0].get("odds", [])
    ]
    told = 0
    for entry in odds:
        if "moneyline" in entry:
            told += sum(
                len({"open", "close"} & prices.keys())
                for market in ("moneyline", "pointSpread", "total")
                for prices in entry[market].values()
                if isinstance(prices, dict)
            )
        else:
            told += 1 + 2  # a sentence, and a total for both sides
            told += sum(
                len({"moneyLine", "spreadOdds"} & entry.get(side, {}).keys())
                for side in ("homeTeamOdds", "awayTeamOdds")
            )
    return told


def test_every_recorded_file_is_in_a_table(real_data: Path) -> None:
    assert set(bodies(real_data, MLB)) == {*EXPECTED_MLB, *ERRORS}
    assert set(bodies(real_data, ESPN)) == set(EXPECTED_ESPN)


@pytest.mark.parametrize("name", EXPECTED_MLB)
def test_every_row_of_mlb_is_read(real_data: Path, name: str) -> None:
    feed, games, finished, figures = EXPECTED_MLB[name]
    body = bodies(real_data, MLB)[name]
    parsed = read(MLB, feed, body)
    assert counted(json.loads(body.decode("utf-8-sig"))) == (games, figures, 0)
    assert (len(parsed.games), len(parsed.team_stats)) == (games, figures)
    assert sum(game.completed is True for game in parsed.games) == finished
    assert parsed.drift == []
    assert all(game.commence_at and game.game_date_et and game.state for game in parsed.games)


@pytest.mark.parametrize("name", EXPECTED_ESPN)
def test_every_row_of_espn_is_read(real_data: Path, name: str) -> None:
    feed, games, finished, lines, injuries = EXPECTED_ESPN[name]
    body = bodies(real_data, ESPN)[name]
    document = json.loads(body)
    parsed = read(ESPN, feed, body)
    assert counted(document) == (games, 0, injuries)
    assert lines_told(document) == lines
    assert (len(parsed.games), len(parsed.lines), len(parsed.injuries)) == (games, lines, injuries)
    assert sum(game.completed is True for game in parsed.games) == finished
    assert parsed.drift == []


def test_recorded_errors_are_errors(real_data: Path) -> None:
    for name in ERRORS:
        body = bodies(real_data, MLB)[name]
        assert body.startswith(b"\xef\xbb\xbf")
        with pytest.raises(UnreadablePayloadError, match="error object"):
            read(MLB, "schedule", body)


def test_innings_and_quarters_make_the_scores(real_data: Path) -> None:
    checked = 0
    for source, names in ((MLB, EXPECTED_MLB), (ESPN, EXPECTED_ESPN)):
        recorded = bodies(real_data, source)
        for name, row in names.items():
            for game in read(source, row[0], recorded[name]).games:
                for side in ("home", "away"):
                    periods = game.details.get(f"periods_{side}")
                    if periods and game.completed:
                        assert sum(map(int, periods)) == int(getattr(game, f"{side}_score"))
                        checked += 1
    assert checked == 134


def test_a_made_up_game_knows_the_day_it_was_put_off(real_data: Path) -> None:
    name = "weathermlb_daily_games_2026-08-20.json"
    games = read(MLB, "schedule", bodies(real_data, MLB)[name]).games
    moved = {game.source_event_id: game.details["dates_et"] for game in games
             if "dates_et" in game.details}  # fmt: skip
    assert moved == {"824589": ["2026-06-11", "2026-08-20"]}
    assert sum(len(game.details["periods_home"]) == 8 for game in games) == 4
    assert all(game.details["pitcher_home"] for game in games)


def test_doubleheaders_of_2022_have_their_numbers(real_data: Path) -> None:
    body = bodies(real_data, ESPN)["ha-teamtracker_mlb.json"]
    numbered = Counter(
        (game.home_team, game.game_number)
        for game in read(ESPN, "scoreboard", body).games
        if game.game_number
    )
    assert numbered == Counter(
        {(team, number): 1 for team in ("Cleveland Guardians", "St. Louis Cardinals")
         for number in (1, 2)}
    )  # fmt: skip


def test_prices_are_there_exactly_while_a_game_is_to_come(real_data: Path) -> None:
    recorded = bodies(real_data, ESPN)
    with_prices, without = 0, 0
    for name in EXPECTED_ESPN:
        if name.startswith("2026"):
            parsed = read(ESPN, "scoreboard", recorded[name])
            priced = {line.source_event_id for line in parsed.lines}
            to_come = {game.source_event_id for game in parsed.games if game.state == "scheduled"}
            assert priced == to_come
            with_prices += len(priced)
            without += len(parsed.games) - len(priced)
    assert (with_prices, without) == (109, 78)


def test_every_player_out_has_an_id_from_his_links(real_data: Path) -> None:
    body = bodies(real_data, ESPN)["injuries_nba_20260615.json"]
    rows = read(ESPN, "injuries", body).injuries
    assert len({row.source_player_id for row in rows}) == 127
    assert len({row.team for row in rows}) == 27
    assert any(row.details["report_id"].startswith("-") for row in rows)
    assert {row.sport_key for row in rows} == {"basketball_nba"}
