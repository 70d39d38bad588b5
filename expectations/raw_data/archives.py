"""Batches of archives without times: season workbooks. One file is one batch."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from expectations.raw_data import RawBatch
from expectations.raw_data.readable import (
    MINIMUM_VALID_SHARE,
    SINCE,
    games_name_two_teams,
    no_contradicting_lines,
    no_duplicate_games,
    no_duplicate_lines,
    no_unknown_fields,
    payload_is_readable,
)

TABLE = "betting_lines_raw"

CELL = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)?½?$"
"""A number as archives write it; blank too."""
NO_LINE = ("pk", "nl", "x", "-", "even", "ev")


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one file. Single odd cells are there in every season and are flagged."""
    return ExpectationSuite(
        name=f"raw_data.{batch.source}.{batch.feed}",
        expectations=[
            payload_is_readable(batch),
            no_unknown_fields(batch),
            no_contradicting_lines(batch),
            no_duplicate_lines(batch, severity="warning"),
            no_duplicate_games(batch),
            games_name_two_teams(batch),
            has_games(batch),
            readable_cells(batch),
        ],
    )


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    why = "an archive tells no times"
    return {"volume against the last snapshot": why, "the snapshot is of now": why}


def has_games(batch: RawBatch) -> object:
    return no_rows(
        "the file holds games",
        f"select batch_id, feed from ops.batches where batch_id = '{batch.batch_id}'"
        f" and not exists (select from raw_data.games_raw where payload_id = {batch.payload_id})",
        since=SINCE,
        reason="a season without a game is a file that was not understood",
    )


def readable_cells(batch: RawBatch, also: str | None = None) -> object:
    """`also`: a pattern of other cells that can be read."""
    words = ", ".join(f"'{word}'" for word in NO_LINE)
    cell = "lower(translate(coalesce({0}, ''), E' \\u00a0\\t', ''))"
    other = f" or {cell} ~ '{also}'" if also is not None else ""
    tests = " and ".join(
        f"({cell.format(column)} ~ '{CELL}' or {cell.format(column)} in ({words})"
        f"{other.format(column)})"
        for column in ("l.price", "l.point")
    )
    return no_rows(
        f"at least {MINIMUM_VALID_SHARE:.0%} of the cells are readable",
        f"""
        with lines as ({batch.rows()}),
        judged as (
            select l.source_event_id, l.market, l.outcome, l.label, l.price, l.point,
                {tests} as valid
            from lines as l
        )
        select source_event_id, market, outcome, label, price, point from judged
        where not valid and (select avg(valid::int) from judged) < {MINIMUM_VALID_SHARE}
        """,
        since=SINCE,
        reason="columns that moved look like cells that nobody can read",
    )
