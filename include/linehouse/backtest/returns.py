"""Figures of a path of returns: Sharpe, Sortino, drawdown, Calmar.

A return is the profit of a period over the bankroll at its beginning. Nothing is annualised unless
it says so. What a path cannot tell (a ratio over no risk) is None.
"""

from dataclasses import dataclass

import numpy as np

from linehouse.betting.odds import Floats

DAYS_A_YEAR = 365.25
FLAT = 1e-12
"""Returns that spread less than this do not spread at all."""


def returns_of(equity: Floats) -> Floats:
    """Returns (n,) of a path of bankrolls (n + 1,), the first one before any bet.

    A bankroll that is gone earns nothing more.
    """
    before, after = equity[:-1], equity[1:]
    safe = np.where(before > 0, before, 1)
    return np.where(before > 0, (after - before) / safe, 0.0)


def sharpe(returns: Floats, ddof: int = 1) -> float | None:
    """Mean over standard deviation of returns (n,), for one period.

    Args:
        returns: one for each period.
        ddof: 1 for the deviation of a sample, 0 for that of a population.
    """
    if returns.size <= ddof:
        return None
    spread = float(returns.std(ddof=ddof))
    return float(returns.mean()) / spread if spread > FLAT else None


def sortino(returns: Floats, target: float = 0.0) -> float | None:
    """Mean excess over the root mean square of the shortfalls below target, over all n periods."""
    if not returns.size:
        return None
    shortfall = np.minimum(returns - target, 0)
    downside = float(np.sqrt((shortfall**2).mean()))
    return float((returns - target).mean()) / downside if downside > FLAT else None


@dataclass(frozen=True)
class Drawdown:
    """The deepest fall of a bankroll from a peak.

    Attributes:
        depth: share of the peak, 0 to 1.
        begins, ends: places in the path: the peak, and where it was reached again (the last place
            where it never was).
        recovered: the peak was reached again.
    """

    depth: float
    begins: int
    ends: int
    recovered: bool

    def __post_init__(self) -> None:
        if not 0 <= self.depth <= 1:
            raise ValueError(f"a drawdown of {self.depth}: it must lie from 0 to 1")
        if self.begins > self.ends:
            raise ValueError("a drawdown ends before it begins")


def max_drawdown(equity: Floats) -> Drawdown:
    """The deepest drawdown of a path of bankrolls (n + 1,); the first of equals.

    Raises:
        ValueError: an empty path, or a bankroll below 0.
    """
    if not equity.size or (equity < 0).any() or equity[0] <= 0:
        raise ValueError("a path of bankrolls begins above 0 and never falls below it")
    peaks = np.maximum.accumulate(equity)
    falls = 1 - equity / peaks
    bottom = int(falls.argmax())
    if falls[bottom] <= 0:
        return Drawdown(0.0, 0, 0, True)
    begins = int(np.flatnonzero(equity[: bottom + 1] == peaks[bottom])[-1])
    again = np.flatnonzero(equity[bottom:] >= peaks[bottom])
    ends = bottom + int(again[0]) if again.size else equity.size - 1
    return Drawdown(float(falls[bottom]), begins, ends, bool(again.size))


def annual_return(first: float, last: float, days: float) -> float | None:
    """Growth a year, compounded, of a bankroll over so many calendar days; None for no time."""
    if days <= 0 or first <= 0:
        return None
    with np.errstate(over="ignore"):
        growth = float(np.power(max(last, 0.0) / first, DAYS_A_YEAR / days)) - 1
    return growth if np.isfinite(growth) else None


def calmar(yearly: float | None, depth: float) -> float | None:
    """Return a year over the deepest drawdown."""
    return None if yearly is None or depth <= FLAT else yearly / depth
