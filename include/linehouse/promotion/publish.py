"""Publish: one transaction brings every table of a zone to the candidate's slices.

Rows are told apart by primary key and only differences are written, in one fixed order of tables.
What leaves is found by the touched set, never by the keys that the candidate happens to hold.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from linehouse.promotion.build import Candidate, count_rows
from linehouse.promotion.zones import SLICE_COLUMNS, TOUCHED_TABLES, Table

LOCK_TIMEOUT = "30s"
ANALYZED_FROM_ROWS = 5_000
"""A slate changes fewer rows and leaves the statistics alone."""


class PublishError(RuntimeError):
    """The candidate is not what was gated; nothing was published."""


class SchemaChangedError(PublishError):
    """A model's columns are not those of the published table: deploy first."""


@dataclass
class Rows:
    """Rows that a publish wrote."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    def __add__(self, other: "Rows") -> "Rows":
        return Rows(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.deleted + other.deleted,
        )


def publish(connection: psycopg.Connection[Any], candidate: Candidate) -> Rows:
    """Publish a gated candidate; call it within a transaction on the promotion's connection.

    Raises `PublishError` where the candidate changed since its gate, `SchemaChangedError` where
    its columns are not those of the published zone.
    """
    tables = [table for table in candidate.zone.tables if table.name in candidate.rows]
    connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
    for table in tables:
        _check_columns(connection, candidate.schema, table)
    now = count_rows(connection, candidate.schema, list(candidate.rows))
    if now != candidate.rows:
        name = next(name for name in now if now[name] != candidate.rows[name])
        raise PublishError(
            f"{candidate.schema}.{name} has {now[name]} rows, but {candidate.rows[name]} were gated"
        )
    # The slices are found by index and the differences by hash, whatever the statistics say.
    connection.execute("set local enable_nestloop = off")
    connection.execute("set local enable_seqscan = off")
    rows = Rows()
    for table in tables:
        written = _bring(connection, candidate.schema, table)
        if written.inserted + written.updated + written.deleted >= ANALYZED_FROM_ROWS:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(table.zone, table.name)))
        rows += written
    connection.execute("set local enable_nestloop = on")
    connection.execute("set local enable_seqscan = on")
    return rows


def columns_of(
    connection: psycopg.Connection[Any], schema: str, table: str
) -> list[tuple[str, str, bool]]:
    """(name, type, not null) of a table's columns, in their order."""
    return connection.execute(
        """
        select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
        from pg_attribute as a
        where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped
        order by a.attnum
        """,
        (sql.Identifier(schema, table).as_string(connection),),
    ).fetchall()


def _check_columns(connection: psycopg.Connection[Any], schema: str, table: Table) -> None:
    built = {(name, kind) for name, kind, _ in columns_of(connection, schema, table.name)}
    standing = {(name, kind) for name, kind, _ in columns_of(connection, table.zone, table.name)}
    if built != standing:
        words = ", ".join(
            [f"new {name} {kind}" for name, kind in sorted(built - standing)]
            + [f"gone {name} {kind}" for name, kind in sorted(standing - built)]
        )
        raise SchemaChangedError(
            f"{table.zone}.{table.name} was changed ({words}) and not deployed; "
            "run `linehouse up` or deploy() first"
        )


def _bring(connection: psycopg.Connection[Any], candidate: str, table: Table) -> Rows:
    """Bring one table to the candidate's slices."""
    columns = columns_of(connection, table.zone, table.name)
    names = [name for name, _, _ in columns]
    if not _any_standing(connection, candidate, table):
        return _fill(connection, candidate, table, names)
    others = [name for name in names if name not in table.key]
    in_slice = _in_slice(table, candidate)
    update = (
        sql.SQL("do update set {} where {}").format(
            sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(_id(n)) for n in others),
            in_slice,
        )
        if others
        else sql.SQL("do nothing")
    )
    query = sql.SQL(
        """
        with standing as materialized (
            {standing}
        ),

        gone as (
            delete from {published}
            where ctid = any (array(
                select s.standing_row from standing as s
                where not exists (select 1 from {built} as c where {same_key})
            ))
            returning 1
        ),

        incoming as materialized (
            select c.*, s.standing_row is not null as stands
            from {built} as c
            left join standing as s on {same_key}
            where s.standing_row is null or {differs}
        ),

        written as (
            insert into {published} as target ({columns})
            select {columns} from incoming
            on conflict ({key}) {update}
            returning 1
        )

        select
            (select count(*) from incoming where not stands),
            (select count(*) from incoming where stands),
            (select count(*) from gone),
            (select count(*) from written)
        """
    ).format(
        standing=_standing(table, candidate),
        published=sql.Identifier(table.zone, table.name),
        built=sql.Identifier(candidate, table.name),
        same_key=sql.SQL(" and ").join(
            sql.SQL("c.{0} = s.{0}").format(_id(name)) for name in table.key
        ),
        differs=sql.SQL("({}) is distinct from ({})").format(_list(others, "c"), _list(others, "s"))
        if others
        else sql.SQL("false"),
        columns=_list(names),
        key=_list(list(table.key)),
        update=update,
    )
    row = connection.execute(query).fetchone()
    assert row is not None
    inserted, updated, deleted, written = row
    if written != inserted + updated:
        raise PublishError(
            f"{table.zone}.{table.name}: {inserted + updated - written} keys of the candidate "
            "belong to games that this promotion does not touch"
        )
    return Rows(inserted, updated, deleted)


def _any_standing(connection: psycopg.Connection[Any], candidate: str, table: Table) -> bool:
    row = connection.execute(
        sql.SQL("select exists ({})").format(_standing(table, candidate))
    ).fetchone()
    return bool(row and row[0])


def _fill(
    connection: psycopg.Connection[Any], candidate: str, table: Table, names: list[str]
) -> Rows:
    """Write the rows of slices that were empty: nothing to compare with, nothing to remove."""
    query = sql.SQL("insert into {} ({columns}) select {columns} from {}").format(
        sql.Identifier(table.zone, table.name),
        sql.Identifier(candidate, table.name),
        columns=_list(names),
    )
    try:
        return Rows(inserted=connection.execute(query).rowcount)
    except psycopg.errors.UniqueViolation as error:
        raise PublishError(
            f"{table.zone}.{table.name}: a key of the candidate belongs to a game that this"
            f" promotion does not touch ({error.diag.message_detail})"
        ) from error


def _standing(table: Table, candidate: str) -> sql.Composable:
    """The published rows of the touched slices, each slice found by its index."""
    published = sql.Identifier(table.zone, table.name)
    if table.slice == "whole":
        return sql.SQL("select p.ctid as standing_row, p.* from {} as p").format(published)
    parts = [_slices(table.slice, published, candidate, extra=sql.SQL(""))]
    if table.without_game:
        parts.append(_slices("batch", published, candidate, extra=sql.SQL("and p.game_id is null")))
    return sql.SQL(" union all ").join(parts)


def _slices(
    kind: str, published: sql.Composable, candidate: str, extra: sql.Composable
) -> sql.Composable:
    column = SLICE_COLUMNS[kind]
    return sql.SQL(
        """
        select p.* from {touched} as t
        cross join lateral (
            select p.ctid as standing_row, p.* from {published} as p
            where p.{column} = t.{column} {extra} offset 0
        ) as p
        """
    ).format(
        touched=sql.Identifier(candidate, TOUCHED_TABLES[kind]),
        published=published,
        column=_id(column),
        extra=extra,
    )


def _in_slice(table: Table, candidate: str) -> sql.Composable:
    """Whether a standing row that a key collides with is ours to change."""
    if table.slice == "whole":
        return sql.SQL("true")
    conditions = [
        sql.SQL("target.{} in (select {} from {})").format(
            _id(column), _id(column), sql.Identifier(candidate, TOUCHED_TABLES[kind])
        )
        for kind, column in SLICE_COLUMNS.items()
        if table.slice == kind or (kind == "batch" and table.without_game)
    ]
    return sql.SQL("({})").format(sql.SQL(" or ").join(conditions))


def _id(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _list(names: list[str], alias: str | None = None) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.Identifier(alias, name) if alias else sql.Identifier(name) for name in names
    )
