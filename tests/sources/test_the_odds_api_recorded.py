"""Every recorded answer of The Odds API is read to its last row, counted here another way."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linehouse.sources.base import Payload
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Coverage, Parsed
from linehouse.sources.the_odds_api.events import parse_events
from linehouse.sources.the_odds_api.source import SOURCE

FOLDER = "payloads/the_odds_api"
EXPECTED = {
    # file: feed, games, prices
    "event_odds_basketball_nba_props_2_20240222.json": ("event_odds", 1, 572),
    "odds_baseball_mlb_h2h_us-eu_american_20240524.json": ("odds", 9, 228),
    "odds_basketball_nba_20221123.json": ("odds", 14, 874),
    "wnba_odds_api_current_odds.json": ("odds", 2, 24),
    "wnba_odds_api_historical_odds.json": ("historical_odds", 1, 12),
    "wnba_odds_api_historical_player_props.json": ("historical_event_odds", 1, 16),
    "wnba_odds_api_scores.json": ("scores", 4, 0),
}


def parse(real_data: Path, name: str, **more: Any) -> Parsed:
    body = (real_data / FOLDER / name).read_bytes()
    return SOURCE.parse(Payload(SOURCE.name, EXPECTED[name][0], body, None, **more))


def prices_in(document: Any) -> Iterator[dict[str, Any]]:
    """Every outcome object below a `markets` list of a document, found by walking it."""
    if isinstance(document, list):
        for entry in document:
            yield from prices_in(entry)
    elif isinstance(document, dict):
        for key, value in document.items():
            if key == "markets":
                for market in value:
                    yield from market["outcomes"]
            elif key != "odds" or "bookmakers" not in document:
                yield from prices_in(value)


def test_every_recorded_file_is_in_the_table(real_data: Path) -> None:
    assert {path.name for path in (real_data / FOLDER).glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_is_read(real_data: Path, name: str) -> None:
    _, games, prices = EXPECTED[name]
    document = json.loads((real_data / FOLDER / name).read_bytes())
    outcomes = list(prices_in(document))
    parsed = parse(real_data, name)
    assert len(parsed.games) == games
    assert len(parsed.lines) == len(outcomes) == prices
    for line, outcome in zip(parsed.lines, outcomes, strict=True):
        assert line.outcome == outcome["name"]
        assert line.price == str(outcome["price"])
        assert line.point == (str(outcome["point"]) if "point" in outcome else None)
        assert line.description == outcome.get("description")
    assert all(game.commence_at is not None for game in parsed.games)


def test_every_snapshot_of_the_series_is_read(real_data: Path) -> None:
    files = sorted((real_data / FOLDER / "series_mlb_preseason").glob("*.json"))
    assert len(files) == 40
    games = prices = 0
    for path in files:
        document = json.loads(path.read_bytes())
        for events in (document["odds"], read_json(path.read_bytes())["odds"]):
            parsed = parse_events(events, at="odds")
            assert len(parsed.games) == document["game_count"] == len(document["odds"])
            assert len(parsed.lines) == sum(1 for _ in prices_in(document))
            assert parsed.drift == []
        games += len(parsed.games)
        prices += len(parsed.lines)
    assert (games, prices) == (799, 21_626)


def test_last_update_is_the_markets_else_the_bookmakers(real_data: Path) -> None:
    only_bookmakers = parse(real_data, "odds_basketball_nba_20221123.json")
    assert all(line.last_update for line in only_bookmakers.lines)
    assert only_bookmakers.lines[0].last_update == "2022-11-23T01:05:10Z"
    only_markets = parse(real_data, "event_odds_basketball_nba_props_2_20240222.json")
    assert only_markets.lines[0].last_update == "2024-02-23T00:06:54Z"
    both = parse(real_data, "wnba_odds_api_historical_player_props.json")
    assert both.lines[0].last_update == "2025-08-15T17:53:04Z"


def test_points_stay_whole_or_broken_as_they_were_written(real_data: Path) -> None:
    points = {line.point for line in parse(real_data, "odds_basketball_nba_20221123.json").lines}
    assert {"-2.5", "2.5"} <= points and any(
        point is not None and "." not in point for point in points
    )


def test_unknown_fields_and_uninvited_markets_are_kept_and_told(real_data: Path) -> None:
    parsed = parse(real_data, "odds_basketball_nba_20221123.json")
    assert parsed.drift == ["odds", "startTime"]
    assert "startTime" in parsed.games[0].details
    assert {line.market for line in parsed.lines} == {"h2h", "spreads", "totals", "h2h_lay"}
    props = parse(real_data, "event_odds_basketball_nba_props_2_20240222.json")
    assert props.lines[0].market == "player_points"
    assert props.lines[0].description == "Ben Simmons"
    assert props.coverage == [
        Coverage("basketball_nba", ("player_points",), None, "f9f3f99b5124a4ecf984003f0af23d2e")
    ]


@pytest.mark.parametrize(
    ("name", "timestamp"),
    [
        ("wnba_odds_api_historical_odds.json", "2023-06-01T11:55:39+00:00"),
        ("wnba_odds_api_historical_player_props.json", "2025-08-15T17:55:38+00:00"),
    ],
)
def test_both_historical_envelopes_tell_their_time(
    real_data: Path, name: str, timestamp: str
) -> None:
    parsed = parse(real_data, name)
    assert parsed.observed_at is not None and parsed.observed_at.isoformat() == timestamp
    assert parsed.historical


def test_scores_are_texts_by_name_and_null_before_the_start(real_data: Path) -> None:
    games = {
        (game.away_team, game.home_team): game
        for game in parse(real_data, "wnba_odds_api_scores.json").games
    }
    done = games["Golden State Valkyries", "Washington Mystics"]
    assert (done.away_score, done.home_score, done.completed) == ("62", "49", True)
    coming = games["Seattle Storm", "Atlanta Dream"]
    assert (coming.away_score, coming.home_score, coming.completed) == (None, None, False)
    assert coming.commence_at is not None
