"""What the strategy `model` makes of the same games, day by day, with its filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from linehouse.backtest.engine import PastResults, Simulation, simulate
from linehouse.backtest.luck import bootstrap_by_day
from linehouse.backtest.outcomes import Outcomes
from linehouse.backtest.request import BacktestRequest
from linehouse.betting.settlement import Result
from linehouse.betting.settlement_rules import Rules
from linehouse.market.view import Bools, MarketView
from linehouse.strategies import model

CONFIDENCES = (0, 53, 55, 57, 60)
"""Least stated probabilities in per cent; the strategy's own default is 55."""
BANKROLL = 1e6
MINIMUM_EV_PCT = 5.0


@dataclass(frozen=True)
class Learned:
    """Bets of one estimator with one filter.

    Attributes:
        estimator: name of the model.
        minimum_ev_pct, minimum_confidence_pct: the filter.
        bets: settled, pushes among them.
        decided: won or lost.
        days: of bets.
        rate, low, high: share of the decided bets that won, with its 95 % interval by day; None for
            no bets.
        yield_, yield_low, yield_high: profit over stakes at the prices of the data, or the assumed
            one.
        stated: mean probability that the model stated.
    """

    estimator: str
    minimum_ev_pct: float
    minimum_confidence_pct: float
    bets: int
    decided: int
    days: int
    rate: float | None
    low: float | None
    high: float | None
    yield_: float | None
    yield_low: float | None
    yield_high: float | None
    stated: float | None


def request_of(
    market: str, sport: str | None, start: date, end: date, price: str | float,
    assumed_american: float, estimator: str, seed: int,
) -> BacktestRequest:  # fmt: skip
    """The backtest that is asked: every game that the model can tell anything of."""
    return BacktestRequest(
        "model",
        start,
        end,
        parameters={
            "market": market, "estimator": estimator, "bookmakers": "", "seed": seed,
            "minimum_ev_pct": 0, "minimum_confidence_pct": 0,
        },
        sport=sport,
        price=price,
        sizing="flat",
        size=1.0,
        bankroll=BANKROLL,
        assumed_american=assumed_american,
        seed=seed,
    )  # fmt: skip


def learned(
    view: MarketView, outcomes: Outcomes, rules: Rules, request: BacktestRequest,
    confidences: Sequence[float] = CONFIDENCES,
) -> list[Learned]:  # fmt: skip
    """What the model's bets came to, with each filter.

    One walk through the seasons serves all of them: a filter takes bets away and changes none.

    Args:
        view: the one that the request asks for.
        outcomes: results of its games.
        rules: of settlement.
        request: of `request_of`.
        confidences: least stated probabilities in per cent; each is tried with any bet that is
            worth its price, and the strategy's default of 55 also with an expected value of 5 %.
    """
    chosen = model.propose(view, request.parameters, PastResults(outcomes))
    found = simulate(view, chosen, outcomes, rules, request.staking, request.bankroll)
    settled = found.settled
    stated = found.chosen.probability[settled]
    worth = 100 * (stated * found.wagers.decimal[settled] - 1)
    filters = sorted({*((0.0, float(one)) for one in confidences), (MINIMUM_EV_PCT, 55.0)})
    return [
        _row(found, request, ev, least, (worth >= ev) & (100 * stated >= least))
        for ev, least in filters
    ]


def _row(
    found: Simulation, request: BacktestRequest, ev: float, least: float, which: Bools
) -> Learned:
    bets, settled = found.bets, found.settled
    won = (bets.result == Result.WON)[which].astype(np.float64)
    decided = np.isin(bets.result, (Result.WON, Result.LOST))[which].astype(np.float64)
    day, number = bets.day[which], int(which.sum())
    name = request.parameters["estimator"]
    if not decided.sum():
        return Learned(name, ev, least, number, 0, 0, *[None] * 7)
    rate = bootstrap_by_day(day, won, decided, request.seed)
    paid = bootstrap_by_day(day, bets.profit[which], bets.stake[which], request.seed)
    return Learned(
        name, ev, least, number, int(decided.sum()), len(np.unique(day)),
        rate.value, rate.low, rate.high, paid.value, paid.low, paid.high,
        float(found.chosen.probability[settled][which].mean()),
    )  # fmt: skip
