"""Every recorded answer of Goalserve is read to its last row, counted here another way."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linehouse.sources.base import Payload
from linehouse.sources.goalserve.source import SOURCE
from linehouse.sources.rows import Parsed

FOLDER = "payloads/goalserve"
EXPECTED = {
    # file: feed, sport, games
    "EXCERPT_baseball_usa_json1_20260528.json": ("scores", "baseball_mlb", 2),
    "EXCERPT_bsktbl_nba-shedule_json1_20260528.json": ("schedule", "basketball_nba", 5),
    "bsktbl_nba-scores_json1_20260528_empty_slate.json": ("scores", "basketball_nba", 0),
}


def parse(real_data: Path, name: str) -> Parsed:
    feed, sport, _ = EXPECTED[name]
    body = (real_data / FOLDER / name).read_bytes()
    return SOURCE.parse(Payload(SOURCE.name, feed, body, None, sport_key=sport))


def matches_in(document: Any) -> Iterator[dict[str, Any]]:
    """Every object that has both teams, found by walking the document."""
    if isinstance(document, list):
        for entry in document:
            yield from matches_in(entry)
    elif isinstance(document, dict):
        if {"hometeam", "awayteam"} <= document.keys() and "status" in {
            key.lstrip("@") for key in document
        }:
            yield document
        else:
            for entry in document.values():
                yield from matches_in(entry)


def test_every_recorded_file_is_in_the_table(real_data: Path) -> None:
    assert {path.name for path in (real_data / FOLDER).iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_is_read(real_data: Path, name: str) -> None:
    document = json.loads((real_data / FOLDER / name).read_bytes())
    told = list(matches_in(document))
    parsed = parse(real_data, name)
    assert len(parsed.games) == len(told) == EXPECTED[name][2]
    assert parsed.drift == []
    for game in parsed.games:
        assert game.completed and game.commence_at is not None
        for side, score in (("home", game.home_score), ("away", game.away_score)):
            assert sum(map(int, game.details[f"periods_{side}"])) == int(score or -1)


def test_the_clock_that_lies_is_not_believed(real_data: Path) -> None:
    first, second, third, *_ = parse(real_data, list(EXPECTED)[1]).games
    # told as 11:00 AM EDT, 4:30 AM EDT below October 2, 9:00 PM EDT
    assert str(first.commence_at) == "2025-10-02 16:00:00+00:00"
    assert (str(second.commence_at), str(second.game_date_et)) == (
        "2025-10-03 09:30:00+00:00",
        "2025-10-03",
    )
    assert str(third.game_date_et) == "2025-10-03"
    assert {game.sport_key for game in (first, second, third)} == {"basketball_nba_preseason"}
