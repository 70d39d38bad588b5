"""The best stretch of a filter where also its beginning is chosen afterwards."""

from dataclasses import dataclass

import numpy as np

from linehouse.backtest.claims.filters import Family
from linehouse.backtest.luck import wilson
from linehouse.betting.odds import Floats


@dataclass(frozen=True)
class Anywhere:
    """The best stretch of any filter, wherever it begins: also when to start is chosen afterwards.

    Attributes:
        bets: least number of consecutive bets of a filter, to the end of a day.
        filters: with so many.
        best: name of the filter with the best stretch.
        rate: of that stretch.
        begins, ends: days of it.
        draws: without edge.
        chance: share of draws without edge in which some stretch reached the claimed rate.
        chance_low, chance_high: its 95 % interval (Wilson).
        null_median, null_high: median and 97.5th percentile of the best stretch without edge.
    """

    bets: int
    filters: int
    best: str
    rate: float
    begins: str
    ends: str
    draws: int
    chance: float
    chance_low: float
    chance_high: float
    null_median: float
    null_high: float


def anywhere(family: Family, claimed: float, bets: int, seed: int, draws: int) -> Anywhere | None:
    """The best stretch of so many bets of any filter; None where none has so many."""
    usable = np.flatnonzero(family.decided.sum(axis=0) >= bets)
    if not usable.size:
        return None
    so_far = np.vstack([np.zeros(usable.size), np.cumsum(family.decided[:, usable], axis=0)])
    # of each day and filter the latest beginning from which on there are enough bets
    start = np.column_stack(
        [np.searchsorted(one, one - bets, side="right") - 1 for one in so_far.T]
    )
    there = so_far >= bets
    start = np.where(there, start, 0)
    held = np.where(there, so_far - np.take_along_axis(so_far, start, axis=0), 1.0)

    def rates(net: Floats) -> Floats:
        total = np.vstack([np.zeros(usable.size), np.cumsum(net, axis=0)])
        return (total - np.take_along_axis(total, start, axis=0) + held) / (2 * held)

    net = family.net[:, usable]
    real = np.where(there, rates(net), -1.0)
    end, column = np.unravel_index(int(real.argmax()), real.shape)
    rng = np.random.default_rng((seed, 1))
    null = np.empty(draws)
    for draw in range(draws):
        signs = rng.integers(0, 2, len(net)) * 2.0 - 1
        null[draw] = np.where(there, rates(net * signs[:, None]), -1.0).max()
    number = int((null >= claimed).sum())
    low, high = wilson(number, draws)
    return Anywhere(
        bets=bets,
        filters=int(usable.size),
        best=family.names[usable[column]],
        rate=float(real[end, column]),
        begins=str(family.days[start[end, column]]),
        ends=str(family.days[end - 1]),
        draws=draws,
        chance=number / draws,
        chance_low=low,
        chance_high=high,
        null_median=float(np.median(null)),
        null_high=float(np.quantile(null, 0.975)),
    )
