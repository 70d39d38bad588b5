"""A hash of every published table that says whether two zones hold the same rows."""

from typing import Any

import psycopg
from psycopg import sql

from linehouse import database
from linehouse.promotion.zones import ZONES
from linehouse.settings import Mode


def hash_published(mode: Mode, zones: tuple[str, ...] = ZONES) -> dict[str, str]:
    """`zone.table` to `rows:hash` of what readers see now, in one snapshot.

    The order of rows does not matter, nor how a number was written (1.5 and 1.50 are one).
    """
    with database.connect(mode) as connection:
        connection.execute("set transaction isolation level repeatable read read only")
        return {
            f"{schema}.{table}": _hash(connection, schema, table)
            for schema, table in _tables(connection, zones)
        }


def _tables(connection: psycopg.Connection[Any], zones: tuple[str, ...]) -> list[tuple[str, str]]:
    return connection.execute(
        """
        select schemaname, tablename from pg_tables
        where schemaname = any(%s) order by schemaname, tablename
        """,
        (list(zones),),
    ).fetchall()


def _hash(connection: psycopg.Connection[Any], schema: str, table: str) -> str:
    columns = connection.execute(
        """
        select column_name, data_type from information_schema.columns
        where table_schema = %s and table_name = %s order by column_name
        """,
        (schema, table),
    ).fetchall()
    values = [
        sql.SQL("trim_scale({})" if kind == "numeric" else "{}").format(sql.Identifier(name))
        for name, kind in columns
    ]
    row = connection.execute(
        sql.SQL(
            "select count(*), coalesce(sum(hashtextextended(row({})::text, 0)::numeric), 0) from {}"
        ).format(sql.SQL(", ").join(values), sql.Identifier(schema, table))
    ).fetchone()
    assert row is not None
    return f"{row[0]}:{row[1]}"
