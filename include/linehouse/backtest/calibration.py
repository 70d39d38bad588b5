"""Calibration: do bets that are said to win 55 % of the time win 55 % of the time?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest.luck import wilson
from linehouse.betting.odds import Floats, probabilities_of
from linehouse.betting.settlement import Result

DECIDED = (Result.WON, Result.LOST)
"""Half results, pushes and voids have no plain outcome to compare a probability with."""


@dataclass(frozen=True)
class Bin:
    """Bets whose stated probabilities lie close together.

    Attributes:
        bets: how many.
        stated: mean of the stated probabilities, 0 to 1.
        won: share that won.
        low, high: where the true share lies with 95 % confidence.
    """

    bets: int
    stated: float
    won: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if self.bets < 1 or not 0 <= self.low <= self.won <= self.high <= 1:
            raise ValueError(f"{self.bets} bets won {self.won}, between {self.low} and {self.high}")


@dataclass(frozen=True)
class Calibration:
    """How stated probabilities compare with what happened.

    Attributes:
        bins: from the lowest to the highest probability, of nearly equal size.
        bets: that were won or lost in full.
        brier: mean squared error of the probabilities, 0 to 1; 0.25 for always saying one half.
        log_loss: mean negative logarithm of the probability of what happened.
        error: expected calibration error, the bins' mean distance weighted by their size.
        bias: mean stated probability less the share that won.
    """

    bins: tuple[Bin, ...]
    bets: int
    brier: float
    log_loss: float
    error: float
    bias: float

    def __post_init__(self) -> None:
        if sum(one.bets for one in self.bins) != self.bets:
            raise ValueError("bins do not hold all bets")
        if not (0 <= self.brier <= 1 and 0 <= self.error <= 1 and self.log_loss >= 0):
            raise ValueError("a score outside its range")


def calibration(
    probabilities: Floats, result: NDArray[np.int8], bins: int = 10
) -> Calibration | None:
    """Compare stated probabilities (n,) with results (n,); None where no bet was decided in full.

    Args:
        probabilities: of winning, 0 to 1.
        result: values of `Result`.
        bins: at most so many, of nearly equal size.
    """
    decided = np.isin(result, DECIDED)
    p = probabilities_of(probabilities)[decided]
    if not p.size:
        return None
    won = (np.asarray(result)[decided] == Result.WON).astype(np.float64)
    order = np.argsort(p, kind="stable")
    groups = [group for group in np.array_split(order, min(bins, p.size)) if group.size]
    found = tuple(_bin(p[group], won[group]) for group in groups)
    likely = np.clip(np.where(won > 0, p, 1 - p), 1e-15, 1)
    return Calibration(
        found,
        int(p.size),
        float(((p - won) ** 2).mean()),
        float(-np.log(likely).mean()),
        sum(one.bets * abs(one.stated - one.won) for one in found) / p.size,
        float((p - won).mean()),
    )


def _bin(p: Floats, won: Floats) -> Bin:
    low, high = wilson(float(won.sum()), won.size)
    share = float(won.mean())
    return Bin(int(p.size), float(p.mean()), share, min(low, share), max(high, share))
