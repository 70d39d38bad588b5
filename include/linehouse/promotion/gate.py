"""Gate: Great Expectations judges the candidate of one promotion, and nothing else.

Every published table is held to what dbt declares of it (its key, its slices); the suites in
`expectations/<zone>/` add what the rows mean. Only a critical expectation blocks. What a person has
approved stays approved for those games, or the rows would block every later promotion of them.
"""

import importlib
import pkgutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import Any

import psycopg
from psycopg import sql

from linehouse.promotion.build import Candidate
from linehouse.promotion.judgement import Judgement, store
from linehouse.settings import Mode


@dataclass
class Verdict:
    """What the gate decided on a promotion."""

    passed: bool
    sentence: str
    judgements: list[Judgement] = field(default_factory=list, repr=False)
    failing_games: set[uuid.UUID] = field(default_factory=set)
    """Games whose rows broke a critical expectation; empty where that cannot be told."""


def judge(connection: psycopg.Connection[Any], mode: Mode, candidate: Candidate) -> Verdict:
    """Judge a candidate and write the results to ops.gate_results."""
    from linehouse.promotion import gx  # seconds to import: only where it is used

    judgements = [_of_test(test) for test in candidate.failed_tests]
    for table_name, suite in _suites(connection, candidate):
        judgements += gx.validate(
            mode, candidate.schema, table_name, suite, candidate.rows[table_name]
        )
    failing: set[uuid.UUID] = set()
    blocking: list[Judgement] = []
    waivers = _waivers(connection, candidate.zone.name)
    for judgement in judgements:
        if not judgement.stops:
            continue
        games = _games_of(connection, candidate, judgement)
        waiver = waivers.get((judgement.suite, judgement.name))
        if waiver is not None and _covers(connection, candidate, waiver, games):
            judgement.detail["waived_by"] = waiver.by
            continue
        blocking.append(judgement)
        failing |= games
    store(connection, judgements, zone=candidate.zone.name, promotion_id=candidate.promotion_id)
    return Verdict(
        passed=not blocking,
        sentence=_sentence(candidate, judgements, blocking),
        judgements=judgements,
        failing_games=failing,
    )


def _suites(connection: psycopg.Connection[Any], candidate: Candidate) -> Iterator[tuple[str, Any]]:
    from great_expectations.core.expectation_suite import ExpectationSuite

    from linehouse.promotion.structure import structure

    by_table: dict[str, list[ModuleType]] = {}
    for module in suite_modules(candidate.zone.name):
        by_table.setdefault(module.TABLE, []).append(module)
    for table in candidate.zone.tables:
        if table.name not in candidate.rows:
            continue
        expectations = structure(connection, candidate.schema, table)
        for module in by_table.get(table.name, ()):
            expectations += module.suite(candidate.schema).expectations
        yield (
            table.name,
            ExpectationSuite(name=f"{table.zone}.{table.name}", expectations=expectations),
        )


@lru_cache(maxsize=4)
def suite_modules(zone: str) -> tuple[ModuleType, ...]:
    """The modules of `expectations/<zone>/`."""
    package = importlib.import_module(f"expectations.{zone}")
    return tuple(
        importlib.import_module(f"{package.__name__}.{found.name}")
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name)
    )


def _of_test(test: dict[str, Any]) -> Judgement:
    """A dbt data test that found rows, as a judgement."""
    return Judgement(
        suite="dbt",
        name=test["description"] or test["name"],
        severity=test["severity"],
        success=False,
        unexpected_count=test["failures"],
        detail={"type": "dbt_test", "test": test["name"], "message": test["message"]},
    )


def _games_of(
    connection: psycopg.Connection[Any], candidate: Candidate, judgement: Judgement
) -> set[uuid.UUID]:
    """The games whose rows broke an expectation, as far as its query names them."""
    if judgement.query is None:
        return set()
    try:
        with connection.transaction():
            rows = connection.execute(
                sql.SQL("select distinct found.game_id::uuid from ({}) as found").format(
                    sql.SQL(judgement.query)
                )
            ).fetchall()
    except (psycopg.errors.UndefinedColumn, psycopg.errors.DatatypeMismatch):
        return set()
    return {game for (game,) in rows if game is not None}


@dataclass
class _Waiver:
    by: str
    promotion_ids: list[int]


def _waivers(connection: psycopg.Connection[Any], zone: str) -> dict[tuple[str, str], _Waiver]:
    rows = connection.execute(
        """
        select g.suite, g.expectation, min(p.overridden_by), array_agg(distinct p.promotion_id)
        from ops.promotions as p
        inner join ops.gate_results as g using (promotion_id)
        where
            p.zone = %s and p.overridden_by is not null
            and g.severity = 'critical' and not g.success
        group by g.suite, g.expectation
        """,
        (zone,),
    ).fetchall()
    return {(suite, name): _Waiver(by, list(ids)) for suite, name, by, ids in rows}


def _covers(
    connection: psycopg.Connection[Any],
    candidate: Candidate,
    waiver: _Waiver,
    games: set[uuid.UUID],
) -> bool:
    """Whether an approval covers these games; where they cannot be told, every touched one."""
    judged = (
        sql.SQL("select unnest(%(games)s::uuid[]) as game_id")
        if games
        else sql.SQL("select game_id from {}").format(
            sql.Identifier(candidate.schema, "touched_games")
        )
    )
    row = connection.execute(
        sql.SQL(
            """
            select not exists (
                select from ({}) as judged
                where not exists (
                    select from ops.promotion_games as approved
                    where
                        approved.promotion_id = any(%(promotions)s)
                        and approved.game_id = judged.game_id
                )
            )
            """
        ).format(judged),
        {"games": list(games), "promotions": waiver.promotion_ids},
    ).fetchone()
    return bool(row and row[0])


def _sentence(candidate: Candidate, judgements: list[Judgement], blocking: list[Judgement]) -> str:
    if blocking:
        more = len(blocking) - 1
        others = f"; so do {more} more expectations" if more > 1 else ""
        if more == 1:
            others = f"; neither does “{blocking[1].name}”"
        return f"{blocking[0].sentence()}{others}."
    warnings = sum(not one.success and one.severity == "warning" for one in judgements)
    rows = sum(candidate.rows.values())
    noticed = f", {warnings} with a warning" if warnings else ""
    return (
        f"All {len(judgements)} expectations on {rows:,} rows of {candidate.zone.name}"
        f" let them pass{noticed}."
    )
