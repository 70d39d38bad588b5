"""Batches of Goalserve: schedules and scores of a league."""

from expectations import ExpectationSuite
from expectations.raw_data import RawBatch
from expectations.raw_data.readable import common
from expectations.raw_data.results import points_make_the_score
from expectations.raw_data.rows_of_kinds import of_games

TABLE = "games_raw"


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch."""
    return ExpectationSuite(
        name=f"raw_data.{batch.source}.{batch.feed}",
        expectations=[*common(batch), *of_games(batch), *points_make_the_score(batch)],
    )


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Nothing is left out."""
    return {}
