"""Batches of SportsBettingDime: a day's splits and six books' odds."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations.raw_data import RawBatch, favourites, slates
from expectations.raw_data.readable import common
from expectations.raw_data.rows_of_kinds import of_games, of_lines, of_splits

TABLE = "betting_lines_raw"


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch."""
    return ExpectationSuite(
        name=f"raw_data.{batch.source}.{batch.feed}",
        expectations=[
            *common(batch),
            *of_games(batch),
            *of_lines(batch),
            *of_splits(batch),
            *slates.expectations(batch, "sbd_betting_splits"),
            *favourites.expectations(batch, "sbd_betting_splits", "moneyline", "spread"),
        ],
    )


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    return {
        "the splits end with the game's start": "they are written on for hours; staging cuts them"
    }
