"""Functions that analysts call in `curated`, one SQL file each, made in the order of their names.

Deploy drops them before it alters the tables that they read and makes them anew afterwards, within
the same transaction. They run with the caller's rights: who may not read `curated` gets nothing.
"""

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SCHEMA = "curated"
FOLDER = Path(__file__).resolve().parent


def names() -> list[str]:
    """The functions, in the order in which they are made."""
    return [path.stem.split("_", 1)[1] for path in _files()]


def drop_functions(connection: psycopg.Connection[Any]) -> None:
    """Drop every function of the schema, those that no file makes any more among them."""
    rows = connection.execute(
        """
        select p.proname::text, pg_get_function_identity_arguments(p.oid)
        from pg_proc as p
        where p.pronamespace = to_regnamespace(%s) and p.prokind = 'f'
        """,
        (SCHEMA,),
    ).fetchall()
    for name, arguments in rows:
        connection.execute(
            sql.SQL("drop function if exists {}({}) cascade").format(
                sql.Identifier(SCHEMA, name), sql.SQL(arguments)
            )
        )


def make_functions(connection: psycopg.Connection[Any]) -> None:
    """Make every function, over the published tables."""
    for path in _files():
        connection.execute(path.read_text(encoding="utf-8"))


def _files() -> list[Path]:
    return sorted(FOLDER.glob("*.sql"))
