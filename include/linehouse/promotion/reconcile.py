"""Bring published tables to the shape of their empty `<zone>_next` twins, without losing rows."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from linehouse.promotion.publish import columns_of
from linehouse.promotion.zones import ZONES, Table, View, Zone

VACUUM_THRESHOLD = 20_000
"""Rows; fixed, because a slate changes as many rows in a large table as in a small one."""


def reconcile_tables(
    connection: psycopg.Connection[Any], zones: dict[str, Zone]
) -> tuple[list[str], set[str]]:
    """Create, alter and drop published tables; call it within a transaction of the owner.

    Returns what was done, one line each, and the zones whose rows must be built anew.
    """
    done: list[str] = []
    rebuild: set[str] = set()
    for zone in ZONES:
        _drop_views(connection, zone)
        wanted = {table.name for table in zones[zone].tables}
        for name in _tables(connection, zone) - wanted:
            connection.execute(sql.SQL("drop table {}").format(sql.Identifier(zone, name)))
            done.append(f"dropped {zone}.{name}")
        for table in zones[zone].tables:
            standing = columns_of(connection, zone, table.name)
            if not standing:
                _create(connection, table)
                done.append(f"created {zone}.{table.name}")
            else:
                changes = _alter(connection, table, standing)
                if changes:
                    rebuild.add(zone)
                    done += [f"{zone}.{table.name}: {change}" for change in changes]
            _set_not_null(connection, table)
            _set_key(connection, table)
            _set_indexes(connection, table)
            _comment(connection, "table", zone, table.name, table.description, table.columns)
    return done, rebuild


def _tables(connection: psycopg.Connection[Any], schema: str) -> set[str]:
    rows = connection.execute(
        "select tablename from pg_tables where schemaname = %s", (schema,)
    ).fetchall()
    return {name for (name,) in rows}


def _drop_views(connection: psycopg.Connection[Any], schema: str) -> None:
    rows = connection.execute(
        "select viewname from pg_views where schemaname = %s", (schema,)
    ).fetchall()
    for (name,) in rows:
        connection.execute(
            sql.SQL("drop view if exists {} cascade").format(sql.Identifier(schema, name))
        )


def _create(connection: psycopg.Connection[Any], table: Table) -> None:
    connection.execute(
        sql.SQL("create table {} (like {} including defaults including constraints)").format(
            sql.Identifier(table.zone, table.name), _next(table)
        )
    )
    connection.execute(
        sql.SQL(
            "alter table {} set (autovacuum_vacuum_scale_factor = 0,"
            " autovacuum_vacuum_threshold = {threshold},"
            " autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = {threshold})"
        ).format(sql.Identifier(table.zone, table.name), threshold=sql.Literal(VACUUM_THRESHOLD))
    )


def _next(table: Table) -> sql.Identifier:
    return sql.Identifier(f"{table.zone}_next", table.name)


def _alter(
    connection: psycopg.Connection[Any], table: Table, standing: list[tuple[str, str, bool]]
) -> list[str]:
    before = {name: kind for name, kind, _ in standing}
    after = {
        name: kind for name, kind, _ in columns_of(connection, f"{table.zone}_next", table.name)
    }
    changes = []
    for name in before.keys() - after.keys():
        _alter_table(connection, table, sql.SQL("drop column {} cascade"), name)
        changes.append(f"dropped column {name}")
    for name, kind in after.items():
        if name not in before:
            _alter_table(connection, table, sql.SQL("add column {} " + kind), name)
            changes.append(f"added column {name} {kind}")
        elif before[name] != kind:
            _alter_table(
                connection, table, sql.SQL("alter column {0} type " + kind + " using {0}::" + kind),
                name,
            )  # fmt: skip
            changes.append(f"column {name} is {kind}, was {before[name]}")
    return changes


def _alter_table(
    connection: psycopg.Connection[Any], table: Table, action: sql.SQL, column: str
) -> None:
    connection.execute(
        sql.SQL("alter table {} {}").format(
            sql.Identifier(table.zone, table.name), action.format(sql.Identifier(column))
        )
    )


def _set_not_null(connection: psycopg.Connection[Any], table: Table) -> None:
    """Follow the contract; a column that still has nulls waits for the rebuild."""
    wanted = {
        name: not_null
        for name, _, not_null in columns_of(connection, f"{table.zone}_next", table.name)
    }
    for name, _, not_null in columns_of(connection, table.zone, table.name):
        if not_null and not wanted[name] and name not in table.key:
            _alter_table(connection, table, sql.SQL("alter column {} drop not null"), name)
        elif wanted[name] and not not_null:
            row = connection.execute(
                sql.SQL("select exists (select from {} where {} is null)").format(
                    sql.Identifier(table.zone, table.name), sql.Identifier(name)
                )
            ).fetchone()
            if row is not None and not row[0]:
                _alter_table(connection, table, sql.SQL("alter column {} set not null"), name)


def _set_key(connection: psycopg.Connection[Any], table: Table) -> None:
    row = connection.execute(
        """
        select c.conname, array_agg(a.attname::text order by k.ord)
        from pg_constraint as c
        cross join lateral unnest(c.conkey) with ordinality as k (attnum, ord)
        inner join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.attnum
        where c.conrelid = to_regclass(%s) and c.contype = 'p'
        group by c.conname
        """,
        (sql.Identifier(table.zone, table.name).as_string(connection),),
    ).fetchone()
    if row is not None and tuple(row[1]) == table.key:
        return
    published = sql.Identifier(table.zone, table.name)
    if row is not None:
        connection.execute(
            sql.SQL("alter table {} drop constraint {}").format(published, sql.Identifier(row[0]))
        )
    connection.execute(
        sql.SQL("alter table {} add primary key ({})").format(published, _list(table.key))
    )


def _set_indexes(connection: psycopg.Connection[Any], table: Table) -> None:
    rows = connection.execute(
        """
        select
            i.indexrelid::regclass::text,
            array(
                select a.attname::text
                from unnest(i.indkey::int[]) with ordinality as k (attnum, ord)
                inner join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
                order by k.ord
            )
        from pg_index as i
        where i.indrelid = to_regclass(%s) and not i.indisprimary
        """,
        (sql.Identifier(table.zone, table.name).as_string(connection),),
    ).fetchall()
    standing = {tuple(columns): name for name, columns in rows}
    wanted = table.all_indexes()
    for columns, name in standing.items():
        if columns not in wanted:
            connection.execute(sql.SQL("drop index " + name))
    for columns in wanted:
        if columns not in standing:
            connection.execute(
                sql.SQL("create index on {} ({})").format(
                    sql.Identifier(table.zone, table.name), _list(columns)
                )
            )


def replace_views(
    connection: psycopg.Connection[Any], views: Iterable[View], compiled: dict[str, str]
) -> None:
    """Make every published view anew, over the published tables."""
    for view in views:
        connection.execute(
            sql.SQL("create view {} as ").format(sql.Identifier(view.zone, view.name))
            + sql.SQL(compiled[view.model])
        )
        _comment(connection, "view", view.zone, view.name, view.description, view.columns)


def _comment(
    connection: psycopg.Connection[Any],
    kind: str,
    schema: str,
    name: str,
    description: str,
    columns: dict[str, str],
) -> None:
    relation = sql.Identifier(schema, name)
    statements = [
        sql.SQL("comment on {} {} is {}").format(
            sql.SQL(kind),
            relation,
            sql.Literal(description.strip()),
        )
    ]
    statements += [
        sql.SQL("comment on column {}.{} is {}").format(
            relation, sql.Identifier(column), sql.Literal(text.strip())
        )
        for column, text in columns.items()
    ]
    connection.execute(sql.SQL("; ").join(statements))


def set_rights(connection: psycopg.Connection[Any], *, etl: str, analyst: str) -> None:
    """Rows for the runtime role, reading `curated` for analysts, nothing else."""
    names = {"etl": sql.Identifier(etl), "analyst": sql.Identifier(analyst)}
    roles = {
        name
        for (name,) in connection.execute(
            "select rolname from pg_roles where rolname = any(%s)", ([etl, analyst],)
        )
    }
    if etl in roles:
        connection.execute(
            sql.SQL(
                """
                grant usage on schema reference, staging, curated to {etl};
                grant select on all tables in schema reference to {etl};
                grant select, insert, update, delete, maintain
                on all tables in schema staging, curated to {etl};
                """
            ).format(**names)
        )
    if analyst in roles:
        connection.execute(
            sql.SQL(
                """
                grant usage on schema curated to {analyst};
                grant select on all tables in schema curated to {analyst};
                """
            ).format(**names)
        )


def _list(names: Iterable[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)
