"""What every published table must keep to, whatever it means: its key, its slices, its games."""

from typing import Any

import psycopg
from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from linehouse.promotion.publish import columns_of
from linehouse.promotion.zones import Table

SINCE = "2026-11-20"


def structure_suite(
    connection: psycopg.Connection[Any], candidate: str, table: Table
) -> ExpectationSuite:
    """A suite that follows from the table's meta; `candidate` is the schema that is judged."""
    suite = ExpectationSuite(name=f"{table.zone}.{table.name}")
    columns = {
        name: not_null for name, _, not_null in columns_of(connection, table.zone, table.name)
    }
    suite.add_expectation(_unique_key(table, columns))
    if table.slice != "whole":
        suite.add_expectation(_within_slices(candidate, table, columns))
    if (table.zone, table.name) in _EXPECTED_GAMES:
        suite.add_expectation(
            no_rows(
                "every touched game that has evidence is there",
                _EXPECTED_GAMES[(table.zone, table.name)].format(candidate=candidate),
                since=SINCE,
                reason="a gate over nothing must fail; a game without evidence may vanish",
            )
        )
    return suite


_EXPECTED_GAMES = {
    ("staging", "games"): (
        "select distinct t.game_id from {candidate}.touched_games as t"
        " inner join ops.game_registry as r on t.game_id = r.game_id"
        " left join {{batch}} as b on t.game_id = b.game_id where b.game_id is null"
    ),
    ("curated", "enhanced_games"): (
        "select t.game_id from {candidate}.touched_games as t"
        " inner join staging.games as s on t.game_id = s.game_id"
        " left join {{batch}} as b on t.game_id = b.game_id where b.game_id is null"
    ),
}


def _unique_key(table: Table, columns: dict[str, bool]) -> Any:
    key = ", ".join(f'"{name}"' for name in table.key)
    game = (
        ", min(game_id::text) as game_id"
        if "game_id" in columns and "game_id" not in table.key
        else ""
    )
    missing = " or ".join(f'"{name}" is null' for name in table.key)
    return no_rows(
        f"the key ({', '.join(table.key)}) is there and unique",
        f"select {key}, count(*) as copies{game} from {{batch}}"
        f" group by {key} having count(*) > 1 or {missing}",
        since=SINCE,
        reason="publish tells rows apart by their key",
    )


def _within_slices(candidate: str, table: Table, columns: dict[str, bool]) -> Any:
    """Rows lie in the touched slices, and no key of theirs stands in a slice that is not."""
    column = table.slice_column
    touched = f"{candidate}.touched_{'games' if table.slice == 'game' else 'batches'}"
    loose = table.slice == "game" and not columns.get("game_id", True) and "batch_id" in columns
    within = f"exists (select from {touched} as t where t.{column} = b.{column})"
    if loose:
        within = (
            f"case when b.game_id is null then exists (select from {candidate}.touched_batches as t"
            f" where t.batch_id = b.batch_id) else {within} end"
        )
    key = ", ".join(f'b."{name}"' for name in table.key)
    extra = f", b.{column}" if column not in table.key else ""
    return no_rows(
        f"rows belong to the {'games' if table.slice == 'game' else 'batches'} that are promoted",
        f"select {key}{extra} from {{batch}} as b where not {within}",
        since=SINCE,
        reason="rows of other slices would be added and never replaced",
    )
