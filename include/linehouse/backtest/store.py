"""Where results are kept: in curated, past its gate; and how much was tried.

A run is a slice of its own. The same question on the same data is the same run, so repeating it
changes nothing. Every run counts for the luck of all that looked at the same games: their counts
are brought up to date with it. A variant over other days that overlap is another try: who chooses
the days chooses the result.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from psycopg.rows import dict_row

from linehouse.backtest import tables
from linehouse.backtest.luck import deflated_sharpe
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.returns import returns_of
from linehouse.backtest.run import Progress, run
from linehouse.database import connect
from linehouse.promotion.promote import publish_python
from linehouse.settings import Mode

OVERLAP = """
    (one.sport_key is null or other.sport_key is null or one.sport_key = other.sport_key)
    and one.start_date_et <= other.end_date_et and other.start_date_et <= one.end_date_et
"""
A_TRY = "(other.variant_id, other.start_date_et, other.end_date_et)"
VARIANTS = f"""
select one.run_id, one.variant_count, count(distinct {A_TRY})::int as tried
from curated.strategy_results as one
inner join curated.strategy_results as other on {OVERLAP}
where one.run_id in (
    select one.run_id
    from curated.strategy_results as one
    inner join curated.strategy_results as other on {OVERLAP}
    where other.run_id = %(run)s
)
group by one.run_id, one.variant_count
"""
TRIED = f"""
select count(distinct {A_TRY})::int
from
    (
        select
            %(sport)s::text as sport_key, %(start)s::date as start_date_et, %(end)s::date
                as end_date_et
    ) as one
inner join curated.strategy_results as other on {OVERLAP}
where {A_TRY} <> (%(variant)s, one.start_date_et, one.end_date_et)
"""


BEGINNING = re.compile("[0-9a-f-]+")
"""What an id may begin with."""


class UnknownRunError(ValueError):
    """No stored run is meant, or several are."""


def run_and_store(
    request: BacktestRequest, mode: Mode, progress: Progress | None = None,
    task: str | None = None,
) -> BacktestResult:  # fmt: skip
    """Run a backtest and publish its result; returns it as it is stored.

    Args:
        request: what is asked.
        mode: whose warehouse.
        progress: told of each step as it begins.
        task: the run of a DAG that asks, for ops.promotions.

    Raises:
        ParameterError: the strategy cannot take these parameters together.
        GateFailed: the result breaks an expectation; the text says which.
    """
    return keep(run(request, mode, progress), mode, task)


def keep(result: BacktestResult, mode: Mode, task: str | None = None) -> BacktestResult:
    """Publish a result, and the number of tries that it makes of others; returns it as stored.

    Raises:
        GateFailed: the result breaks an expectation; the text says which.
    """
    asked = result.request
    known = {
        "sport": asked["sport"],
        "start": asked["start"],
        "end": asked["end"],
        "variant": tables.variant_id(asked),
    }
    with connect(mode) as connection:
        tried = connection.execute(TRIED.encode(), known).fetchone()
        first = connection.execute(
            "select ran_at from curated.strategy_results where run_id = %s", [result.run_id]
        ).fetchone()
    variants = max(int(asked["variants"]), 1 + (tried[0] if tried else 0))
    result = replace(result, luck=_luck(result.luck, result.equity, variants))
    rows = tables.rows_of(result, first[0] if first else datetime.now(UTC))
    publish_python(
        mode,
        {
            "strategy_results": [rows.run],
            "bets": rows.bets,
            "profitability_metrics": rows.metrics,
        },
        (),
        task,
        touched_runs=[UUID(result.run_id)],
    )
    _count_anew(mode, result.run_id, task)
    return replace(result, luck=_stored_luck(result, mode))


def _stored_luck(result: BacktestResult, mode: Mode) -> dict[str, Any]:
    """As it stands: another process may have counted meanwhile."""
    query = f"select {', '.join(tables.LUCK.values())} from curated.strategy_results"
    with connect(mode) as connection:
        row = connection.execute(f"{query} where run_id = %s".encode(), [result.run_id]).fetchone()
    return result.luck if row is None else dict(zip(tables.LUCK, row, strict=True))


def _luck(found: dict[str, Any], equity: Any, variants: int) -> dict[str, Any]:
    """What is told of luck, for another number of variants."""
    path = np.array([day["bankroll"] for day in equity], dtype=np.float64)
    better = deflated_sharpe(returns_of(path), variants)
    return {
        **found,
        "variants": variants,
        "deflated_sharpe": better,
        "luck": None if better is None else 1 - better,
    }


def _count_anew(mode: Mode, run_id: str, task: str | None) -> None:
    """Bring the counts of all runs that looked at the same games up to date.

    Looked at until nothing is left to do: another process may have counted meanwhile.
    """
    while stale := _stale(mode, run_id):
        rows = []
        for row, tried in stale:
            told = {name: row[column] for name, column in tables.LUCK.items()}
            rows.append(tables.luck_row(row, _luck(told, tables.equity_of(row), tried)))
        runs = [row["run_id"] for row in rows]
        publish_python(mode, {"strategy_results": rows}, (), task, touched_runs=runs)


def _stale(mode: Mode, run_id: str) -> list[tuple[dict[str, Any], int]]:
    """Rows that know of too few variants, each with their number."""
    with connect(mode) as connection:
        counts = connection.execute(VARIANTS.encode(), {"run": run_id}).fetchall()
        more = {one: tried for one, count, tried in counts if tried > count}
        found = _rows(connection, "where run_id = any(%s)", [list(more)]) if more else []
    return [(row, more[row["run_id"]]) for row in found]


def load(run_id: str, mode: Mode) -> BacktestResult:
    """A stored result, by its id or the first letters of it.

    Raises:
        UnknownRunError: no run has that id, or several begin so.
    """
    with connect(mode) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        found = []
        if BEGINNING.fullmatch(run_id.lower()):
            found = _rows(
                connection, "where starts_with(run_id::text, %s) limit 2", [run_id.lower()]
            )
        if not found:
            raise UnknownRunError(
                f"no backtest {run_id!r} in {mode}; `linehouse backtest list` shows those there are"
            )
        if len(found) > 1:
            raise UnknownRunError(f"several backtests begin with {run_id!r}: say more of its id")
        with connection.cursor(row_factory=dict_row) as cursor:
            bets = cursor.execute(
                "select * from curated.bets where run_id = %s order by bet_number",
                [found[0]["run_id"]],
            ).fetchall()
    return tables.result_of(found[0], bets)


def newest(mode: Mode, limit: int = 50) -> list[dict[str, Any]]:
    """The newest runs with their figures, columns as curated.strategy_results without `content`."""
    with connect(mode) as connection:
        described = connection.execute("select * from curated.strategy_results limit 0").description
        columns = [column.name for column in described or () if column.name != "content"]
        return _rows(
            connection, "order by ran_at desc, run_id limit %s", [limit], ", ".join(columns)
        )


def _rows(
    connection: psycopg.Connection[Any], which: str, values: list[Any], columns: str = "*"
) -> list[dict[str, Any]]:
    query = f"select {columns} from curated.strategy_results {which}"
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), values).fetchall()
