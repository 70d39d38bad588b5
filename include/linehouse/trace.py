"""From a published row back to the bytes that it came from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from linehouse.database import connect
from linehouse.settings import Mode

ZONES = ("staging", "curated")
MOST_ROWS = 20
LAST_SEEN = ("closed_at", "source_observed_at", "last_observed_at", "observed_at")
"""Columns that tell when a row was last seen; a table has one of them or none."""


class TraceError(ValueError):
    """What was asked for cannot be traced; the message says why and what can."""


@dataclass
class PayloadRows:
    """One payload behind a row: where its bytes lie, and the verbatim rows of it that matter."""

    why: str
    """What this payload is to the row: `first seen`, `last seen` (a line); `told by` (others)."""
    batch: dict[str, Any]
    """`batch_id`, `source`, `feed`, `state`, `observed_at`, `landed_at`."""
    payload: dict[str, Any]
    """`payload_table`, `payload_id`, `url`, `name`, `received_at`, `body_bytes`, `body_sha256`."""
    games: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Trace:
    """A published row and the payload rows behind it."""

    table: str
    row: dict[str, Any]
    payloads: list[PayloadRows]


def trace(mode: Mode, table: str, key: Mapping[str, str]) -> list[Trace]:
    """Trace the rows of `table` (`zone.table`) whose columns have the values of `key`.

    At most `MOST_ROWS` rows are traced. Values are compared as text.

    Raises:
        TraceError: no such table or column, nothing found, or too many rows.
    """
    with connect(mode) as connection:
        rows = _find(connection, table, key)
        return [
            Trace(
                table,
                row,
                [
                    _payload_rows(connection, batch_id, why, row)
                    for batch_id, why in batches.items()
                ],
            )
            for row in rows
            if (batches := _batches_of(connection, row))
        ]


def _find(
    connection: psycopg.Connection[Any], table: str, key: Mapping[str, str]
) -> list[dict[str, Any]]:
    zone, _, name = table.partition(".")
    columns = [
        column
        for (column,) in connection.execute(
            "select column_name from information_schema.columns"
            " where table_schema = %s and table_name = %s order by ordinal_position",
            [zone, name],
        ).fetchall()
    ]
    if zone not in ZONES or not columns:
        raise TraceError(f"there is no table {table}; say for example curated.closing_lines")
    unknown = sorted(set(key) - set(columns))
    if unknown:
        raise TraceError(f"{table} has no column {', '.join(unknown)}; it has {', '.join(columns)}")
    if not key:
        raise TraceError(f"say which row, as column=value; {table} has {', '.join(columns)}")
    statement = sql.SQL("select * from {} where {} limit {}").format(
        sql.Identifier(zone, name),
        sql.SQL(" and ").join(
            sql.SQL("{}::text = %s").format(sql.Identifier(column)) for column in key
        ),
        sql.Literal(MOST_ROWS + 1),
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement, list(key.values())).fetchall()
    asked = " ".join(f"{column}={value}" for column, value in key.items())
    if not rows:
        raise TraceError(f"{table} has no row with {asked}")
    if len(rows) > MOST_ROWS:
        raise TraceError(f"more than {MOST_ROWS} rows of {table} have {asked}; say more columns")
    return rows


def _batches_of(connection: psycopg.Connection[Any], row: Mapping[str, Any]) -> dict[Any, str]:
    """The batch that the row names and those in which it was last seen, each with what it is to
    the row; for a row that names none, all that its game's sources name."""
    if row.get("batch_id") and not row.get("bookmaker"):
        return {row["batch_id"]: "told by"}
    if row.get("batch_id"):
        last = [batch_id for batch_id in _last_seen(connection, row) if batch_id != row["batch_id"]]
        return {row["batch_id"]: "first seen"} | dict.fromkeys(last, "last seen")
    if not row.get("game_id"):
        return {}
    found = connection.execute(
        "select distinct unnest(array[first_batch_id, last_batch_id])"
        " from staging.game_sources where game_id = %s",
        [row["game_id"]],
    ).fetchall()
    return dict.fromkeys(sorted(batch_id for (batch_id,) in found if batch_id), "told by")


def _last_seen(connection: psycopg.Connection[Any], row: Mapping[str, Any]) -> list[Any]:
    """Batches of the row's source that showed its game at the time when the row was last seen."""
    seen_at = next((row[name] for name in LAST_SEEN if row.get(name)), None)
    if seen_at is None or not row.get("game_id"):
        return []
    found = connection.execute(
        """
        select distinct later.batch_id
        from ops.batches as named
        inner join ops.batches as later on named.source = later.source
        inner join raw_data.payload_events as event on later.payload_id = event.payload_id
        inner join staging.game_sources as known
            on event.source = known.source and event.source_event_id = known.source_event_id
        where
            named.batch_id = %s
            and later.observed_at = %s
            and later.state = 'accepted'
            and known.game_id = %s
        """,
        [row["batch_id"], seen_at, row["game_id"]],
    ).fetchall()
    return sorted(batch_id for (batch_id,) in found)


def _payload_rows(
    connection: psycopg.Connection[Any], batch_id: Any, why: str, row: Mapping[str, Any]
) -> PayloadRows:
    with connection.cursor(row_factory=dict_row) as cursor:
        batch = cursor.execute(
            "select batch_id, source, feed, state, observed_at, landed_at, payload_table,"
            " payload_id from ops.batches where batch_id = %s",
            [batch_id],
        ).fetchone()
        if batch is None:
            raise TraceError(f"batch {batch_id} is not in ops.batches")
        table, payload_id = batch.pop("payload_table"), batch.pop("payload_id")
        stored = cursor.execute(
            sql.SQL(
                "select url, name, received_at, body_bytes, encode(body_sha256, 'hex')"
                " as body_sha256 from {} where payload_id = %s"
            ).format(sql.Identifier("raw_data", table)),
            [payload_id],
        ).fetchone()
        found = PayloadRows(
            why,
            batch,
            {"payload_table": f"raw_data.{table}", "payload_id": payload_id} | (stored or {}),
        )
        if not row.get("game_id"):
            return found
        events = [
            event
            for (event,) in connection.execute(
                "select source_event_id from staging.game_sources"
                " where game_id = %s and source = %s",
                [row["game_id"], batch["source"]],
            ).fetchall()
        ]
        found.games = cursor.execute(
            "select position, source_event_id, away_team, home_team, commence_text, status,"
            " away_score, home_score, details from raw_data.games_raw"
            " where payload_id = %s and source_event_id = any(%s) order by position",
            [payload_id, events],
        ).fetchall()
        if row.get("bookmaker"):
            lines = cursor.execute(
                "select line.position, line.source_event_id, line.bookmaker, line.market,"
                " line.outcome, line.price, line.point, line.label, line.last_update"
                " from raw_data.payload_events as event"
                " inner join raw_data.betting_lines_raw as line"
                " on line.payload_id = event.payload_id and line.landed_on = event.landed_on"
                " and line.position between event.lines_from and event.lines_to"
                " where event.payload_id = %s and event.source_event_id = any(%s)"
                " and line.bookmaker = %s order by line.position",
                [payload_id, events, row["bookmaker"]],
            ).fetchall()
            found.lines = _narrow(lines, _tests(connection, row, found.games))
        return found


def _tests(
    connection: psycopg.Connection[Any],
    row: Mapping[str, Any],
    games: Iterable[Mapping[str, Any]],
) -> list[Callable[[Mapping[str, Any]], bool]]:
    """What a verbatim row must show to be the one behind `row`, from the surest on."""
    side, market = row.get("side"), row.get("market")
    names = {side} | {game[f"{side}_team"] for game in games if side in ("home", "away")}
    tests: list[Callable[[Mapping[str, Any]], bool]] = [
        lambda line: line["market"] == market,
        lambda line: line["outcome"] in names or line["outcome"].lower() == side,
    ]
    raw = connection.execute(
        "select price_raw, point_raw, label from staging.betting_lines where line_id = %s",
        [row.get("line_id")],
    ).fetchone()
    if raw:
        price, point, label = raw
        tests += [
            lambda line: line["label"] == label,
            lambda line: line["price"] == price and line["point"] == point,
        ]
    return tests


def _narrow(
    lines: list[dict[str, Any]], tests: Iterable[Callable[[Mapping[str, Any]], bool]]
) -> list[dict[str, Any]]:
    """Apply each test that leaves something: a source may call a market by another name."""
    for test in tests:
        lines = [line for line in lines if test(line)] or lines
    return lines
