"""What every published table must keep to, whatever it means: its key, its slices, its games."""

from typing import Any

import psycopg

from expectations import no_rows
from linehouse.promotion.publish import columns_of
from linehouse.promotion.zones import TOUCHED_TABLES, Table

SINCE = "2026-11-20"


def structure(connection: psycopg.Connection[Any], candidate: str, table: Table) -> list[Any]:
    """Expectations that follow from the table's meta; `candidate` is the schema that is judged."""
    columns = {name for name, _, _ in columns_of(connection, table.zone, table.name)}
    found = [_unique_key(table, columns)]
    if table.slice != "whole":
        found.append(_within_slices(candidate, table))
    if (table.zone, table.name) in _EXPECTED_GAMES:
        found.append(
            no_rows(
                "every touched game that has evidence is there",
                _EXPECTED_GAMES[(table.zone, table.name)].format(candidate=candidate),
                since=SINCE,
                reason="a gate over nothing must fail; a game without evidence may vanish",
            )
        )
    return found


_EXPECTED_GAMES = {
    ("staging", "games"): (
        "select distinct t.game_id from {candidate}.touched_games as t"
        " inner join ops.game_registry as r on t.game_id = r.game_id"
        " where t.game_id not in (select game_id from {{batch}} where game_id is not null)"
        " and exists (select from raw_data.payload_events as e"
        " inner join ops.batches as b on e.payload_id = b.payload_id and b.in_force"
        " where e.source = r.source and e.source_event_id = r.source_event_id)"
    ),
    ("curated", "enhanced_games"): (
        "select t.game_id from {candidate}.touched_games as t"
        " inner join staging.games as s on t.game_id = s.game_id"
        " where t.game_id not in (select game_id from {{batch}} where game_id is not null)"
    ),
}


def _unique_key(table: Table, columns: set[str]) -> Any:
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


def _within_slices(candidate: str, table: Table) -> Any:
    """Rows lie in the touched slices."""
    within = f"{table.slice_column} in (select {table.slice_column} from {candidate}.{{0}})".format(
        TOUCHED_TABLES[table.slice]
    )
    if table.without_game:
        within = (
            f"case when game_id is null then batch_id in"
            f" (select batch_id from {candidate}.{TOUCHED_TABLES['batch']}) else {within} end"
        )
    columns = list(dict.fromkeys([*table.key, str(table.slice_column)]))
    listed = ", ".join(f'"{name}"' for name in columns)
    return no_rows(
        f"rows belong to the {table.slice}s that are promoted",
        f"select {listed} from {{batch}} where ({within}) is not true",
        since=SINCE,
        reason="rows of other slices would be added and never replaced",
    )
