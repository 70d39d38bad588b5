"""A backtest from request to result: what the command, the DAG and the tests call."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest import bet_table, report
from linehouse.backtest.engine import PastResults, closing_value, simulate
from linehouse.backtest.outcomes import Closes, Outcomes, load_closes, load_outcomes, load_rules
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.result import FORMAT, BacktestResult
from linehouse.betting.settlement_rules import Rules
from linehouse.database import connect
from linehouse.market.decision import Decision
from linehouse.market.load import LoadedView, load_view
from linehouse.market.view import MarketView
from linehouse.settings import Mode
from linehouse.strategies import registry

Progress = Callable[[str, int, int], None]
"""Called with what is begun, its number and how many steps there are."""
STEPS = ("prices", "results", "closing lines", "strategy", "bets", "figures")


def run(request: BacktestRequest, mode: Mode, progress: Progress | None = None) -> BacktestResult:
    """Load, ask the strategy, stake, settle and measure.

    One snapshot of the warehouse is read, and nothing is written.

    Args:
        request: what is asked.
        mode: whose warehouse.
        progress: told of each step as it begins.

    Raises:
        ParameterError: the strategy cannot take these parameters together.
    """

    def begin(step: int) -> None:
        if progress is not None:
            progress(STEPS[step], step, len(STEPS))

    with connect(mode) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        begin(0)
        loaded = load_view(connection, request.view)
        begin(1)
        outcomes = load_outcomes(connection, loaded.view.games, request.as_filed)
        rules = load_rules(connection)
        begin(2)
        closes = load_closes(connection, loaded.view, request.as_filed)
    return run_on(request, loaded, outcomes, closes, rules, progress)


def run_on(
    request: BacktestRequest,
    loaded: LoadedView,
    outcomes: Outcomes,
    closes: Closes,
    rules: Rules,
    progress: Progress | None = None,
) -> BacktestResult:
    """The same on what is in memory: many requests can share one loaded view.

    Args:
        request: what is asked; the view must be the one that it asks for.
        loaded: the view, and what is not in it.
        outcomes: results of its games.
        closes: of its prices.
        rules: of settlement.
        progress: told of each step as it begins.
    """

    def begin(step: int) -> None:
        if progress is not None:
            progress(STEPS[step], step, len(STEPS))

    view, decision = loaded.view, Decision.of(request.price)
    strategy = registry.get(request.strategy)
    begin(3)
    history = PastResults(outcomes) if "history" in strategy.NEEDS else None
    chosen = strategy.propose(view, request.parameters, history)
    begin(4)
    found = simulate(
        view, chosen, outcomes, rules, request.staking, request.bankroll, request.limits
    )
    clv = closing_value(found, closes)
    begin(5)
    intervals = report.intervals(found, clv, request.seed)
    without_result = report.open_bets(found, outcomes)
    told = list(strategy.explain(view, found.chosen.chosen(found.placed), request.parameters))
    asked = json.loads(json.dumps(request.as_dict()))
    fingerprint = fingerprint_of(view, outcomes, closes, rules)
    return BacktestResult(
        run_id=run_id(request, fingerprint),
        request=asked,
        fingerprint=fingerprint,
        metrics=found.metrics.as_dict(),
        intervals=intervals,
        luck=report.luck(found, intervals, request.variants),
        breakdowns=report.breakdowns(found, decision),
        clv=report.closing_figures(found, clv),
        calibration=report.calibrated(found),
        equity=report.equity(found),
        skipped=found.verdicts(),
        left_out=dict(loaded.left_out),
        games={
            "listed": loaded.games,
            "decided": len(view.games) - loaded.taught,
            "with_bets": int(np.unique(found.wagers.game[found.placed]).size),
        },
        open_bets=without_result,
        notes=[
            *report.missing(view, request),
            *report.notes(found, loaded.left_out, without_result, request.as_filed),
        ],
        bets=bet_table.bet_rows(found, outcomes, closes, clv, told, decision),
    )


def run_id(request: BacktestRequest, fingerprint: str) -> str:
    """The id of a question on its data; the same for both, the same id."""
    asked = json.dumps(request.as_dict(), sort_keys=True, separators=(",", ":"))
    return str(uuid5(NAMESPACE_URL, f"linehouse:backtest:{asked}:{fingerprint}"))


def fingerprint_of(view: MarketView, outcomes: Outcomes, closes: Closes, rules: Rules) -> str:
    """SHA-256 of all that a backtest rests on: prices, signals, results, closes, the rules that
    settle it, and the format of what is told."""
    digest = hashlib.sha256(f"format:{FORMAT};".encode())
    digest.update(rules.as_text().encode())
    owners = (view.games, view, view.signals, outcomes, outcomes.games, closes)
    for owner in owners:
        for item in fields(owner):
            value = getattr(owner, item.name)
            columns = value if isinstance(value, dict) else {item.name: value}
            for label, column in sorted(columns.items()):
                if isinstance(column, np.ndarray):
                    _take_in(digest, label, column)
    return digest.hexdigest()


def _take_in(digest: "hashlib._Hash", label: str, column: NDArray[Any]) -> None:
    digest.update(f"{label}:{column.dtype}:{column.shape};".encode())
    if column.dtype == object:
        digest.update("\x1f".join(map(str, column.tolist())).encode())
    else:
        digest.update(np.ascontiguousarray(column).tobytes())
