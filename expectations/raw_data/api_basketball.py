"""Batches of API-Basketball: games, and figures of teams and players."""

from typing import Any

from expectations import ExpectationSuite
from expectations.raw_data import RawBatch
from expectations.raw_data.readable import common
from expectations.raw_data.results import (
    figures_of_games_once,
    games_are_of_the_day,
    points_make_the_score,
)
from expectations.raw_data.rows_of_kinds import of_games, of_player_stats, of_team_stats

TABLE = "games_raw"

GAMES, OF_GAMES = ("games", "head_to_head"), ("team_statistics", "player_statistics")


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch, by what its feed gives."""
    expectations: list[Any] = common(batch)
    if batch.feed in GAMES:
        expectations += of_games(batch)
        expectations += points_make_the_score(batch)
    if batch.feed == "games":
        expectations += games_are_of_the_day(batch, "date")
    if batch.feed == "player_statistics":
        expectations += of_player_stats(batch)
    elif batch.feed != "games":
        expectations += of_team_stats(batch)
    if batch.feed in OF_GAMES:
        expectations.append(figures_of_games_once(batch, players="player" in batch.feed))
    return ExpectationSuite(name=f"raw_data.{batch.source}.{batch.feed}", expectations=expectations)


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Nothing is left out."""
    return {}
