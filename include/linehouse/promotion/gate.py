"""Gate: Great Expectations judges the candidate of one promotion, and nothing else.

Every published table is held to what dbt declares of it (its key, its slices); the suites in
`expectations/<zone>/` add what the rows mean. Only a critical expectation blocks. What a person has
approved stays approved for those very rows, or they would block every later promotion of their
games; another row that breaks the same expectation blocks again.
"""

import importlib
import pkgutil
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import Any

import psycopg

from linehouse.promotion.build import Candidate
from linehouse.promotion.judgement import Judgement, store
from linehouse.promotion.waivers import failing_rows, find_waiver, keep
from linehouse.settings import Mode


@dataclass
class Verdict:
    """What the gate decided on a promotion."""

    passed: bool
    sentence: str
    judgements: list[Judgement] = field(default_factory=list, repr=False)
    failing_games: set[uuid.UUID] = field(default_factory=set)
    """Games whose rows broke a critical expectation; empty where that cannot be told."""
    failing_team_seasons: set[str] = field(default_factory=set)
    """The same of teams in a season."""


def judge(connection: psycopg.Connection[Any], mode: Mode, candidate: Candidate) -> Verdict:
    """Judge a candidate and write the results to ops.gate_results."""
    from linehouse.promotion import gx  # seconds to import: only where it is used

    judgements = [_of_test(test, candidate) for test in candidate.failed_tests]
    for table_name, suite in _suites(connection, candidate):
        judgements += gx.validate(
            mode, candidate.schema, table_name, suite, candidate.rows[table_name]
        )
    failing: set[uuid.UUID] = set()
    failing_team_seasons: set[str] = set()
    blocking: list[Judgement] = []
    for judgement in judgements:
        if not judgement.stops:
            continue
        rows = failing_rows(connection, judgement)
        waiver = find_waiver(connection, candidate, judgement, rows)
        if waiver is not None and not waiver.left:
            judgement.detail["waived_by"] = waiver.by
            continue
        keep(connection, candidate.promotion_id, judgement, rows)
        blocking.append(judgement)
        left = waiver.left if waiver else rows
        failing |= {row.game_id for row in left if row.game_id}
        failing_team_seasons |= {row.team_season_id for row in left if row.team_season_id}
    store(connection, judgements, zone=candidate.zone.name, promotion_id=candidate.promotion_id)
    return Verdict(
        passed=not blocking,
        sentence=_sentence(candidate, judgements, blocking),
        judgements=judgements,
        failing_games=failing,
        failing_team_seasons=failing_team_seasons,
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


def _of_test(test: dict[str, Any], candidate: Candidate) -> Judgement:
    """A dbt data test that found rows, as a judgement."""
    return Judgement(
        suite="dbt",
        name=test["description"] or test["name"],
        severity=test["severity"],
        success=False,
        unexpected_count=test["failures"],
        detail={"type": "dbt_test", "test": test["name"], "message": test["message"]},
        query=_in_schema(test["query"], candidate),
    )


def _in_schema(query: str | None, candidate: Candidate) -> str | None:
    """A test's query, which dbt ran before the candidate got its own name."""
    if query is None:
        return None
    built_as = f"{candidate.zone.name}_candidate"
    return re.sub(rf'"?\b{built_as}\b"?(?=\.)', candidate.schema, query)


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
