"""Build: dbt makes the touched slices, whole, in a candidate that belongs to one promotion."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import sql

from linehouse.promotion import invoke
from linehouse.promotion.zones import Zone, defer_folder
from linehouse.settings import Mode


@dataclass
class Candidate:
    """What was built for a promotion: a schema under its own name, and what is in it."""

    promotion_id: int
    zone: Zone
    schema: str
    rows: dict[str, int] = field(default_factory=dict)
    """Published table to its rows; publish checks them again."""
    failed_tests: list[dict[str, Any]] = field(default_factory=list)


def build(
    connection: psycopg.Connection[Any],
    mode: Mode,
    zone: Zone,
    promotion_id: int,
    *,
    team_seasons: bool = True,
) -> Candidate:
    """Build `<zone>_candidate` with dbt and name it after the promotion.

    Without `team_seasons` the tables that are sliced by them are left out: nothing of them is
    touched, and a slate does not wait for them. Models that read one source alone (`only_of` in
    their meta) stand empty where no touched game has an event of it.
    Raises `BuildError` where dbt fails; a failing data test is for the gate to judge.
    """
    empty = _make_empty(connection, mode, zone)
    command = _command(mode, zone, team_seasons, empty)
    invocation = invoke.run(mode, "candidate", command)
    invoke.record(connection, invocation, command, f"{mode}_candidate", promotion_id)
    candidate = adopt(connection, zone, promotion_id)
    candidate.failed_tests = invocation.failed_tests
    return candidate


def adopt(connection: psycopg.Connection[Any], zone: Zone, promotion_id: int) -> Candidate:
    """Give the candidate its promotion's name, and count its rows."""
    schema = f"{zone.name}_candidate_{promotion_id}"
    connection.execute(
        sql.SQL("alter schema {} rename to {}").format(
            sql.Identifier(f"{zone.name}_candidate"), sql.Identifier(schema)
        )
    )
    candidate = Candidate(promotion_id, zone, schema)
    tables = built_tables(connection, schema)
    published = [table.name for table in zone.tables if table.name in tables]
    candidate.rows = count_rows(connection, schema, published)
    return candidate


def built_tables(connection: psycopg.Connection[Any], schema: str) -> set[str]:
    """The tables of a schema."""
    rows = connection.execute(
        "select tablename from pg_tables where schemaname = %s", (schema,)
    ).fetchall()
    return {name for (name,) in rows}


def count_rows(
    connection: psycopg.Connection[Any], schema: str, tables: list[str]
) -> dict[str, int]:
    """Exact row counts, in one statement."""
    if not tables:
        return {}
    counts = sql.SQL(" union all ").join(
        sql.SQL("select {}, count(*) from {}").format(
            sql.Literal(name), sql.Identifier(schema, name)
        )
        for name in tables
    )
    return dict(connection.execute(counts).fetchall())


def drop(connection: psycopg.Connection[Any], schema: str) -> None:
    """Drop a candidate schema."""
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))


def _make_empty(connection: psycopg.Connection[Any], mode: Mode, zone: Zone) -> list[str]:
    """Make the tables of models for which there is nothing to read, empty; returns the models."""
    schema = f"{zone.name}_candidate"
    models = [
        node
        for node in invoke.manifest(mode, "candidate").nodes.values()
        if node.resource_type.value == "model"
        and node.schema == schema
        and node.config.meta.get("only_of")
    ]
    if not models:
        return []
    touched = connection.execute(
        sql.SQL(
            "select distinct r.source from {}.touched_games as t"
            " inner join ops.game_registry as r using (game_id)"
        ).format(sql.Identifier(schema))
    ).fetchall()
    sources = {source for (source,) in touched}
    empty = [node for node in models if node.config.meta["only_of"] not in sources]
    for node in empty:
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(column.data_type))
            for name, column in node.columns.items()
        )
        connection.execute(
            sql.SQL("create table {} ({})").format(sql.Identifier(schema, node.alias), columns)
        )
    return sorted(node.name for node in empty)


def _command(mode: Mode, zone: Zone, team_seasons: bool, empty: list[str]) -> list[str]:
    excluded = (*_excluded(mode, zone.name, id(invoke.manifest(mode, "candidate"))), *empty)
    if not team_seasons and zone.name == "staging":
        excluded = ("tag:team_season", *excluded)
    return [
        "build",
        "--select", f"tag:{zone.name}",
        "--exclude", "tag:python", *excluded,
        "--exclude-resource-type", "unit_test",
        "--indirect-selection", "buildable",
        "--defer", "--favor-state", "--state", str(defer_folder(mode)),
    ]  # fmt: skip


@lru_cache(maxsize=8)
def _excluded(mode: Mode, zone: str, _manifest: int) -> tuple[str, ...]:
    """Views that stand over the published tables, and tests that a contract makes superfluous."""
    nodes = invoke.manifest(mode, "candidate").nodes
    names = []
    for node in nodes.values():
        kind = node.resource_type.value
        if kind == "model" and node.config.materialized == "view":
            if node.config.schema == zone and node.config.meta.get("publish", True):
                names.append(node.name)
        elif kind == "test" and _enforced_by_contract(node, nodes):
            names.append(node.name)
    return tuple(sorted(names))


def _enforced_by_contract(test: Any, nodes: Any) -> bool:
    metadata = getattr(test, "test_metadata", None)
    if metadata is None or metadata.name != "not_null" or metadata.namespace is not None:
        return False
    model = nodes.get(test.attached_node)
    if model is None or not getattr(model.config, "contract", None):
        return False
    column = model.columns.get(test.column_name)
    return bool(
        model.config.contract.enforced
        and column is not None
        and any(c.type.value == "not_null" for c in column.constraints)
    )
