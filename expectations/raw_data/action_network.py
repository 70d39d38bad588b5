"""Batches of Action Network: scoreboards of both versions, and histories of lines."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations.raw_data import RawBatch, favourites, slates
from expectations.raw_data.readable import common
from expectations.raw_data.rows_of_kinds import of_games, of_lines, of_movements, of_splits

TABLE = "betting_lines_raw"

PAYLOAD_TABLES = {
    "scoreboard": "action_network_games",
    "scoreboard_v1": "action_network_odds",
}


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch."""
    expectations = common(batch)
    if batch.feed == "history":
        expectations += of_movements(batch)
    else:
        table = PAYLOAD_TABLES[batch.feed]
        expectations += [
            *of_games(batch),
            *of_lines(batch),
            *of_splits(batch),
            *slates.expectations(batch, table),
            *favourites.expectations(batch, table, "event/moneyline", "event/spread"),
        ]
    return ExpectationSuite(name=f"raw_data.{batch.source}.{batch.feed}", expectations=expectations)


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    if batch.feed == "history":
        why = "a history is as long as its lines moved"
        return dict.fromkeys(slates.EXPECTATIONS, why)
    return {"the prices are fresh": "nothing in the answer tells when a price changed"}
