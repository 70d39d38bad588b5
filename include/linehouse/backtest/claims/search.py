"""What choosing the best of a family of filters makes of games without any edge.

In each draw every day's results are mirrored or not, by a coin (home for away, over for under). So
no filter has an edge, and all that the filters and the bets of a day have in common is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest.claims.filters import Family
from linehouse.backtest.luck import wilson
from linehouse.betting.odds import Floats
from linehouse.market.games import Places

BATCH = 200
"""Draws at once."""
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Best:
    """The best filter of each window; of equal rates the one with more bets, then the first.

    Attributes:
        filter: its place in the family (w,); -1 where none has enough bets.
        rate: share of its decided bets that won (w,); NaN where there is none.
        bets: decided (w,).
    """

    filter: Places
    rate: Floats
    bets: Floats


@dataclass(frozen=True)
class Reached:
    """How often the best of the family looked as good as the claim.

    Attributes:
        games: least number of games in a window; windows are whole days and do not overlap.
        least: decided bets that a filter needs.
        windows: how many, with the games in all of them.
        filters: in the mean, with enough bets in a window.
        reached: windows in which the best filter's rate was the claimed one or more.
        share_low, share_high: 95 % interval of their share (Wilson).
        best_low, best_median, best_high: least, median and greatest rate of the best.
        null_share: share of windows and draws without edge in which the best did so well.
        null_median, null_high: median and 97.5th percentile of its rate there.
    """

    games: int
    least: int
    windows: int
    filters: float
    reached: int
    share_low: float | None
    share_high: float | None
    best_low: float | None
    best_median: float | None
    best_high: float | None
    null_share: float | None
    null_median: float | None
    null_high: float | None


def windows(games: NDArray[np.int64], size: int) -> Places:
    """Where windows of whole days with at least so many games begin, and where the last one ends
    (w + 1,); games left at the end are in none."""
    edges, held = [0], 0
    for day, number in enumerate(games.tolist(), 1):
        held += number
        if held >= size:
            edges.append(day)
            held = 0
    return np.array(edges, dtype=np.int64)


def best(won: Floats, decided: Floats, least: int) -> Best:
    """The best filter of each window or draw.

    Args:
        won, decided: bets of each (w, f).
        least: decided bets that a filter needs.
    """
    enough = decided >= max(least, 1)
    rate = np.where(enough, won / np.where(enough, decided, 1), -1.0)
    highest = rate.max(axis=1)
    tied = (rate == highest[:, None]) & enough
    chosen = np.where(tied, decided, -1).argmax(axis=1)
    there = enough.any(axis=1)
    bets = decided[np.arange(len(decided)), chosen]
    return Best(
        np.where(there, chosen, -1), np.where(there, highest, np.nan), np.where(there, bets, 0)
    )


def summed(values: Floats, edges: Places) -> Floats:
    """Sums over the days of each window (w, f)."""
    if len(edges) < 2:
        return np.zeros((0, values.shape[1]))
    return np.asarray(np.add.reduceat(values[: edges[-1]], edges[:-1], axis=0))


def mirrored(family: Family, edges: Places, seed: int, draws: int) -> Iterator[tuple[int, Floats]]:
    """Net wins in each window of mirrored days: the window, and (b, f) for the draws of a batch."""
    net = family.net.astype(np.float32)  # whole numbers: exact
    for window, (begin, end) in enumerate(pairwise(edges.tolist())):
        rng = np.random.default_rng((seed, window))
        for first in range(0, draws, BATCH):
            size = (min(BATCH, draws - first), end - begin)
            signs = rng.integers(0, 2, size).astype(np.float32) * 2 - 1
            yield window, (signs @ net[begin:end]).astype(np.float64)


def reached(
    family: Family, claimed: float, games: int, least: int, seed: int, draws: int
) -> Reached:
    """How often the best filter of windows of so many games looks as good as claimed.

    Args:
        family: of filters.
        claimed: rate, 0 to 1.
        games: of a window.
        least: decided bets that a filter needs.
        seed: same seed, same draws.
        draws: of results without edge, for each window.
    """
    edges = windows(family.games, games)
    decided = summed(family.decided, edges)
    found = best(summed(family.won, edges), decided, least)
    rates = found.rate[np.isfinite(found.rate)]
    if not rates.size:
        return Reached(games, least, len(edges) - 1, 0.0, 0, *[None] * 8)
    null = np.concatenate(
        [
            best(
                (net + decided[window]) / 2, np.broadcast_to(decided[window], net.shape), least
            ).rate
            for window, net in mirrored(family, edges, seed, draws)
        ]
    )
    null = null[np.isfinite(null)]
    number = int((rates >= claimed).sum())
    low, high = wilson(number, rates.size)
    return Reached(
        games=games,
        least=least,
        windows=int(rates.size),
        filters=float((decided >= least).sum(axis=1).mean()),
        reached=number,
        share_low=low,
        share_high=high,
        best_low=float(rates.min()),
        best_median=float(np.median(rates)),
        best_high=float(rates.max()),
        null_share=float((null >= claimed).mean()),
        null_median=float(np.median(null)),
        null_high=float(np.quantile(null, 0.975)),
    )


@dataclass(frozen=True)
class Whole:
    """The family over all games.

    Attributes:
        least: decided bets that a filter needs; those with fewer take no part.
        filters: that take part.
        best: name of the filter that stands out most, by standard errors above one half.
        rate, bets: of it.
        errors: standard errors above one half.
        chance: probability that the best of the family stands out as much without any edge.
        null_errors: median of what the best stands out by without edge.
        independent: rules without anything in common of which the best stands out as much in the
            median: what the family is worth.
    """

    least: int
    filters: int
    best: str
    rate: float
    bets: int
    errors: float
    chance: float
    null_errors: float
    independent: float


def whole(family: Family, least: int, seed: int, draws: int) -> Whole | None:
    """The family over all games, against results without edge; None: no filter has enough bets."""
    decided, net = family.decided.sum(axis=0), family.net.sum(axis=0)
    usable = np.flatnonzero(decided >= max(least, 1))
    if not usable.size:
        return None
    spread = np.sqrt(decided[usable])
    errors = net[usable] / spread
    edges = np.array([0, len(family.days)])
    null = np.concatenate(
        [
            (drawn[:, usable] / spread).max(axis=1)
            for _, drawn in mirrored(family, edges, seed, draws)
        ]
    )
    at = int(errors.argmax())
    middle = float(np.median(null))
    place = usable[at]
    return Whole(
        least=least,
        filters=int(usable.size),
        best=family.names[place],
        rate=float((net[place] + decided[place]) / 2 / decided[place]),
        bets=int(decided[place]),
        errors=float(errors[at]),
        chance=float(((null >= errors[at] - 1e-9).sum() + 1) / (null.size + 1)),
        null_errors=middle,
        independent=independent_rules(middle),
    )


def independent_rules(median_of_best: float) -> float:
    """How many independent rules without edge have a best one of which this is the median.

    In standard errors: `Phi(m)**k` is one half.
    """
    below = _NORMAL.cdf(median_of_best)
    return 1.0 if below <= 0.5 else log(0.5) / log(below)
