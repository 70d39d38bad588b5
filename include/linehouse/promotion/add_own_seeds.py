"""A user's own rows, brought into the tables that dbt made of the seeds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from linehouse.own_seeds import KEYS, OwnSeedsError

SCHEMA = "reference"
MUST_REFER = (
    ("teams", "league", "sports", "league"),
    ("team_names", "team_id", "teams", "team_id"),
    ("team_aliases", "team_id", "teams", "team_id"),
    ("team_aliases", "league", "sports", "league"),
    ("former_aliases", "team_id", "teams", "team_id"),
    ("source_bookmakers", "bookmaker", "bookmakers", "key"),
)
"""Seed and column, and the seed and column where what it holds must stand."""
UNLESS_SAID = {"sports": {"twice_a_day": "false"}, "markets": {"in_play": "false"}}
"""Columns that own rows need not have, as what came before them, with what holds then."""


def add_own_seeds(connection: psycopg.Connection[Any], files: Mapping[str, Path]) -> dict[str, int]:
    """Add the rows of `own_seeds.files()`, all or none; rows of each seed that the files hold.

    A row whose key is there already changes the columns that its file names (JSON is added to, not
    replaced); a new one needs every column. Raises `OwnSeedsError`.
    """
    added = {}
    with connection.transaction():
        for seed, path in files.items():
            try:
                with connection.transaction():
                    added[seed] = _add(connection, seed, path)
            except psycopg.Error as error:
                raise OwnSeedsError(f"{path}: {' '.join(str(error).split())}") from error
        for seed, column, other, key in MUST_REFER:
            if seed in files:
                _require(connection, (seed, column), (other, key), files[seed])
    return added


def analyze_seeds(connection: psycopg.Connection[Any]) -> None:
    """Tell the planner how small the seeds are; else it plans joins over them by guesses."""
    rows = connection.execute(
        "select tablename from pg_tables where schemaname = %s order by 1", (SCHEMA,)
    ).fetchall()
    tables = sql.SQL(", ").join(sql.Identifier(SCHEMA, name) for (name,) in rows)
    connection.execute(sql.SQL("analyze {}").format(tables))


def _add(connection: psycopg.Connection[Any], seed: str, path: Path) -> int:
    table = sql.Identifier(SCHEMA, seed)
    types = dict(
        connection.execute(
            """
            select column_name::text, data_type::text from information_schema.columns
            where table_schema = %s and table_name = %s order by ordinal_position
            """,
            (SCHEMA, seed),
        ).fetchall()
    )
    body = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    columns = _headings(body, path, seed, list(types))
    keys = KEYS[seed]
    same = sql.SQL(" and ").join(
        sql.SQL("coalesce({0}::text, '') = coalesce(own.{1}::text, '')").format(
            sql.Identifier("seed", key), sql.Identifier(key)
        )
        for key in keys
    )
    connection.execute(sql.SQL("create temporary table own (like {}) on commit drop").format(table))
    unless_said = {
        column: value
        for column, value in UNLESS_SAID.get(seed, {}).items()
        if column not in columns
    }
    for column, value in unless_said.items():
        connection.execute(
            sql.SQL("alter table own alter column {} set default {}").format(
                sql.Identifier(column), sql.Literal(value)
            )
        )
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        with cursor.copy(
            sql.SQL("copy own ({}) from stdin with (format csv, header true)").format(names)
        ) as copy:
            copy.write(body)
        count = cursor.rowcount
    _refuse_twice(connection, keys, path)
    new = sql.SQL("from own where not exists (select from {} as seed where {})").format(table, same)
    if missing := [one for one in types if one not in {*columns, *unless_said}]:
        first = connection.execute(
            sql.SQL("select {} ").format(sql.SQL(", ").join(map(sql.Identifier, keys))) + new
        ).fetchone()
        if first is not None:
            raise OwnSeedsError(
                f"{path}: {' '.join(str(one) for one in first if one)} is new, so it needs column "
                f"{', '.join(missing)} too"
            )
    if changed := [one for one in columns if one not in keys]:
        connection.execute(
            sql.SQL("update {} as seed set {} from own where {}").format(
                table,
                sql.SQL(", ").join(_assigned(one, types[one]) for one in changed),
                same,
            )
        )
    all_names = sql.SQL(", ").join(map(sql.Identifier, [*columns, *unless_said]))
    connection.execute(
        sql.SQL("insert into {} ({}) select {} ").format(table, all_names, all_names) + new
    )
    connection.execute("drop table own")
    return count


def _headings(body: bytes, path: Path, seed: str, known: list[str]) -> list[str]:
    line = body.splitlines()[0].decode("utf-8", "replace") if body.strip() else ""
    columns = [one.strip().strip('"') for one in line.split(",")]
    unknown = [one for one in columns if one not in known]
    missing = [one for one in KEYS[seed] if one not in columns]
    if unknown or missing:
        what = f"has no column {', '.join(missing)}" if missing else f"has {', '.join(unknown)!r}"
        raise OwnSeedsError(
            f"{path}: the first line {what}; the columns of {seed} are {', '.join(known)}"
        )
    return columns


def _refuse_twice(connection: psycopg.Connection[Any], keys: tuple[str, ...], path: Path) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, keys))
    twice = connection.execute(
        sql.SQL("select {0} from own group by {0} having count(*) > 1").format(names)
    ).fetchone()
    if twice is not None:
        raise OwnSeedsError(f"{path}: {' '.join(str(one) for one in twice if one)} is there twice")


def _assigned(column: str, data_type: str) -> sql.Composed:
    name = sql.Identifier(column)
    value = sql.Identifier("own", column)
    if data_type == "jsonb":
        before = sql.Identifier("seed", column)
        return sql.SQL("{} = coalesce({}, '{{}}') || coalesce({}, '{{}}')").format(
            name, before, value
        )
    return sql.SQL("{} = {}").format(name, value)


def _require(
    connection: psycopg.Connection[Any],
    what: tuple[str, str],
    where: tuple[str, str],
    path: Path,
) -> None:
    seed, column = what
    other, key = where
    unknown = connection.execute(
        sql.SQL(
            "select distinct {column} from {seed} as one where {column} is not null"
            " and not exists (select from {other} as two where two.{key} = one.{column})"
        ).format(
            column=sql.Identifier(column),
            seed=sql.Identifier(SCHEMA, seed),
            other=sql.Identifier(SCHEMA, other),
            key=sql.Identifier(key),
        )
    ).fetchall()
    if unknown:
        raise OwnSeedsError(
            f"{path}: {column} {', '.join(sorted(str(one) for (one,) in unknown))} stands in no "
            f"row of {other}; add it to {other}.csv beside this file"
        )
