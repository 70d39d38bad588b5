"""Coefficients of the no-vig methods that have no closed form, for many markets at once.

Each equation is "the probabilities sum to 1", strictly monotone in its coefficient. Newton's
method solves it, kept inside a bracket that holds the root (a step that leaves it becomes a
bisection), so that it converges for every market. Markets that have converged are left alone.

Arrays are (k, n): a row for each outcome, so that sums over outcomes are sums of rows.
"""

from collections.abc import Callable

import numpy as np

from linehouse.betting.odds import Floats

ROUNDS = 100
PRECISION = 2e-15
"""How far from 1 the sum over one outcome may stay: a few units in the last place."""

Curve = Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]
"""Of (given (k, n), coefficient (n,)): probabilities, their sum, the derivative of the sum."""


def power(r: Floats, total: Floats) -> tuple[Floats, Floats]:
    """`p = r**k`: probabilities (k, n) and exponent (n,)."""

    def curve(logs: Floats, k: Floats) -> tuple[Floats, Floats, Floats]:
        p = np.exp(logs * k)
        return p, p.sum(axis=0), (p * logs).sum(axis=0)

    logs = np.log(r)
    # sum r**k is at least n*min(r)**k and at most n*max(r)**k
    size = np.log(len(r))
    low, high = -size / logs.min(axis=0), -size / logs.max(axis=0)
    return _find(curve, logs, np.where(total >= 1, np.maximum(low, 1), low), high)


def odds_ratio(r: Floats, total: Floats) -> tuple[Floats, Floats]:
    """`p = r/(c + r - c*r)`: probabilities (k, n) and odds ratio (n,)."""

    def curve(odds: Floats, shift: Floats) -> tuple[Floats, Floats, Floats]:
        p = odds / (odds + np.exp(shift))
        return p, p.sum(axis=0), -(p * (1 - p)).sum(axis=0)

    odds = r / (1 - r)
    # at these shifts the longest or the shortest outcome alone has probability 1/n
    size = len(r) - 1
    low, high = np.log(odds.min(axis=0) * size), np.log(odds.max(axis=0) * size)
    p, shift = _find(curve, odds, low, high, start=np.log(total))
    return p, np.exp(shift)


def shin(r: Floats, total: Floats) -> tuple[Floats, Floats]:
    """Shin's probabilities (k, n) and his `z` (n,)."""

    def curve(share: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
        root = np.sqrt(z * z + (4 * (1 - z)) * share)
        # two forms of one number: each is free of cancellation on its side of 0
        p = np.where(z >= 0, 2 * share / (root + z), (root - z) / (2 * (1 - z)))
        return p, p.sum(axis=0), -(p * (1 - p) / root).sum(axis=0)

    share = r * r / total
    high = np.where(total >= 1, 1.0, 0.0)
    # below 0 each p is at least z/(z-1), so at z = -1/(n-1) they sum to 1 or more
    low = np.where(total >= 1, 0.0, -1 / (len(r) - 1))
    return _find(curve, share, low, high, start=np.zeros_like(total))


def _find(
    curve: Curve, given: Floats, low: Floats, high: Floats, start: Floats | None = None
) -> tuple[Floats, Floats]:
    """Where the falling sum is 1, between `low` (sum at least 1) and `high` (at most 1)."""
    x = low.copy() if start is None else np.clip(start, low, high)
    probabilities, coefficient = np.empty_like(given), np.empty_like(x)
    active = np.arange(x.size)
    for _ in range(ROUNDS):
        if not active.size:
            return probabilities, coefficient
        p, total, slope = curve(given, x)
        above = total >= 1
        low, high = np.where(above, x, low), np.where(above, high, x)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = x - (total - 1) / slope
        x = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        done = np.abs(total - 1) <= PRECISION * len(given)
        if done.any():
            found = active[done]
            probabilities[:, found] = p[:, done] / total[done]
            coefficient[found] = x[done]
            keep = ~done
            active, given, x = active[keep], given[:, keep], x[keep]
            low, high = low[keep], high[keep]
    raise ArithmeticError(f"{active.size} markets have not converged in {ROUNDS} rounds")
