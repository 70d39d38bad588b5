"""How much of a result can be luck: intervals by day, and what trying many variants does.

Bets of one day share its news and its weather, so days are drawn, not bets. Everything random
takes a seed and gives the same answer for it.
"""

from dataclasses import dataclass
from math import e, exp, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.odds import Floats

DRAWS = 2000
EULER = 0.5772156649015329
BLOCK = 4_000_000
"""Numbers that are drawn at once."""
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Interval:
    """A figure and where it lies with some confidence.

    Attributes:
        value: as measured.
        low, high: percentiles of the draws.
        confidence: 0 to 1.
        not_above_zero: share of the draws in which the figure was 0 or less.
    """

    value: float
    low: float
    high: float
    confidence: float
    not_above_zero: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"an interval from {self.low} to {self.high}")
        if not (0 < self.confidence < 1 and 0 <= self.not_above_zero <= 1):
            raise ValueError("a confidence or a share outside 0 to 1")


def bootstrap_by_day(
    day: NDArray[np.datetime64], part: Floats, whole: Floats, seed: int,
    confidence: float = 0.95, draws: int = DRAWS,
) -> Interval:  # fmt: skip
    """Interval of a ratio of sums over bets, from drawing days with replacement.

    Profit over stake is the yield; wins over decided bets the win rate; profit over 1 in the first
    bet and 0 elsewhere would be a sum.

    Args:
        day: of each bet (n,).
        part, whole: what is summed above and below the line (n,).
        seed: same seed, same interval.
        confidence: 0.95 for the 2.5th to the 97.5th percentile.
        draws: how many.

    Raises:
        ValueError: no bets, or nothing below the line.
    """
    if not len(day) or not float(whole.sum()) > 0:
        raise ValueError("an interval needs bets, and something to divide by")
    days, place = np.unique(day, return_inverse=True)
    above = np.bincount(place, part, days.size)
    below = np.bincount(place, whole, days.size)
    rng = np.random.default_rng(seed)
    found = np.empty(draws)
    rows = max(1, BLOCK // days.size)
    for begin in range(0, draws, rows):
        size = (min(rows, draws - begin), days.size)
        drawn = rng.integers(0, days.size, size)
        under = below[drawn].sum(axis=1)
        ratio = above[drawn].sum(axis=1) / np.where(under > 0, under, np.nan)
        found[begin : begin + size[0]] = ratio
    found = found[~np.isnan(found)]
    tail = (1 - confidence) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return Interval(
        float(part.sum() / whole.sum()),
        float(low),
        float(high),
        confidence,
        float((found <= 0).mean()),
    )


def wilson(successes: float, trials: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a rate (Wilson 1927), 0 to 1.

    Raises:
        ValueError: no trials, or more successes than trials.
    """
    if not (trials > 0 and 0 <= successes <= trials):
        raise ValueError(f"{successes} of {trials}")
    z = _NORMAL.inv_cdf((1 + confidence) / 2)
    rate, weight = successes / trials, z * z / trials
    middle = (rate + weight / 2) / (1 + weight)
    half = z * sqrt(rate * (1 - rate) / trials + weight / (4 * trials)) / (1 + weight)
    low = middle - half if successes else 0.0
    high = middle + half if successes < trials else 1.0
    return max(low, 0.0), min(high, 1.0)


def expected_best_sharpe(variants: int, spread: float) -> float:
    """The best Sharpe ratio to expect of variants without any edge (Bailey, López de Prado 2014).

    Args:
        variants: how many were tried.
        spread: standard deviation of their Sharpe ratios.
    """
    if variants < 1 or spread < 0:
        raise ValueError(f"{variants} variants with a spread of {spread}")
    if variants == 1:
        return 0.0
    return spread * (
        (1 - EULER) * _NORMAL.inv_cdf(1 - 1 / variants)
        + EULER * _NORMAL.inv_cdf(1 - 1 / (variants * e))
    )


def deflated_sharpe(
    returns: Floats, variants: int = 1, spread: float | None = None
) -> float | None:
    """Probability (0 to 1) that the true Sharpe ratio beats the best of variants without edge.

    With one variant it is the probabilistic Sharpe ratio against 0. Skewness and kurtosis of the
    returns count: `Phi((SR - SR0) sqrt(n-1) / sqrt(1 - skew*SR + (kurtosis-1)/4*SR**2))`.

    Args:
        returns: (n,) of the chosen variant, one for each day.
        variants: how many were tried, the chosen one among them.
        spread: standard deviation of their Sharpe ratios; without it, that of ratios measured on
            n returns of nothing, `1/sqrt(n-1)`.

    Returns:
        None for fewer than three returns, or returns that do not vary.
    """
    n = returns.size
    if n < 3:
        return None
    deviation = float(returns.std(ddof=1))
    if deviation <= 1e-12:
        return None
    ratio = float(returns.mean()) / deviation
    centred = (returns - returns.mean()) / returns.std()
    skew, kurtosis = float((centred**3).mean()), float((centred**4).mean())
    noise = 1 / sqrt(n - 1) if spread is None else spread
    against = expected_best_sharpe(variants, noise)
    variance = max(1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2, 1e-12)
    return _NORMAL.cdf((ratio - against) * sqrt(n - 1) / sqrt(variance))


def reality_check(profits: Floats, seed: int, draws: int = DRAWS) -> float:
    """Probability that the best of many variants did so well by luck (White 2000, Hansen 2005).

    Days are drawn with replacement for all variants at once, so that what they have in common is
    kept. A variant's figure is its mean over its standard deviation, so that large stakes do not
    speak louder than small ones. In each draw every variant is measured against its own mean; the
    p-value is the share of draws in which the best of them did at least as well as the best one
    did. Variants that never varied are left out.

    Args:
        profits: (days, variants) profit or return of every variant that was tried, 0 on days
            without a bet.
        seed: same seed, same answer.
        draws: how many.

    Returns:
        0 to 1; never 0, because the result itself is one of the draws. 1 where nothing varied.

    Raises:
        ValueError: no table of days and variants.
    """
    if profits.ndim != 2 or not profits.size:
        raise ValueError(f"profits of shape {profits.shape}: days and variants are needed")
    spread = profits.std(axis=0)
    if not (spread > 0).any():
        return 1.0
    scaled = profits[:, spread > 0] / spread[spread > 0]
    days, mean = len(scaled), scaled.mean(axis=0)
    best = float(mean.max())
    rng = np.random.default_rng(seed)
    reached = 0
    rows = max(1, BLOCK // days)
    for begin in range(0, draws, rows):
        size = min(rows, draws - begin)
        drawn = rng.multinomial(days, np.full(days, 1 / days), size)
        reached += int(((drawn @ scaled / days - mean).max(axis=1) >= best - 1e-12).sum())
    return (reached + 1) / (draws + 1)


def bonferroni(p_value: float, variants: int) -> float:
    """A p-value as if every variant were independent of all others: the upper bound, 0 to 1."""
    if not (0 <= p_value <= 1 and variants >= 1):
        raise ValueError(f"a p-value of {p_value} for {variants} variants")
    return min(1.0, p_value * variants)


def chance_of_record(wins: int, bets: int, break_even_prob: float) -> float:
    """Probability of at least so many wins of bets that each win with the break-even probability.

    Exact (binomial), for bets at one price.
    """
    if not (0 <= wins <= bets and 0 < break_even_prob < 1):
        raise ValueError(f"{wins} of {bets} at {break_even_prob}")
    k = np.arange(bets + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, bets + 1)))])
    terms = (
        logs[bets] - logs[k] - logs[bets - k]
        + k * np.log(break_even_prob) + (bets - k) * np.log1p(-break_even_prob)
    )  # fmt: skip
    highest = float(terms[wins:].max())
    return min(1.0, exp(highest) * float(np.exp(terms[wins:] - highest).sum()))
