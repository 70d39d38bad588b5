"""Backtests on views made by hand: what is asked, and what follows."""

import csv
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from linehouse.backtest.engine import Simulation, simulate
from linehouse.backtest.limits import Limits
from linehouse.backtest.outcomes import Closes, Outcomes
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.run import run_on
from linehouse.betting.settlement_rules import Rules
from linehouse.betting.staking import Staking
from linehouse.market.load import LoadedView
from linehouse.market.view import MarketView
from linehouse.settings import PROJECT_ROOT
from linehouse.strategies.base import Proposals, proposals


@cache
def rules() -> Rules:
    """The project's own rules of settlement."""
    with (PROJECT_ROOT / "dbt" / "seeds" / "settlement_rules.csv").open(encoding="utf-8") as rows:
        return Rules(csv.DictReader(rows))


def simulated(
    market: MarketView,
    results: Outcomes,
    rows: Sequence[int] | Proposals,
    *,
    staking: Staking | None = None,
    bankroll: float = 100.0,
    limits: Limits | None = None,
    probability: Any = 0.6,
) -> Simulation:
    """Bets on these rows of a view; of 10 units each unless told otherwise."""
    chosen = rows if isinstance(rows, Proposals) else proposals(rows, 0.5, probability)
    return simulate(
        market, chosen, results, rules(), staking or Staking("flat", 10.0), bankroll, limits
    )


def asked(
    market: MarketView,
    results: Outcomes,
    strategy: str = "flat",
    closing: Closes | None = None,
    **request: Any,
) -> BacktestResult:
    """The whole result of a request on a view."""
    wanted = BacktestRequest(
        **{"strategy": strategy, "start": date(2026, 1, 1), "end": date(2026, 12, 31), **request}
    )
    return run_on(
        wanted,
        LoadedView(market, len(market.games)),
        results,
        closing or Closes.none(len(market)),
        rules(),
    )
