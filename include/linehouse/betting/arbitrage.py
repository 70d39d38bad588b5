"""Prices of several books put together: arbitrage, synthetic hold, hedge and middle.

All of them compare outcomes that exclude each other and of which one must happen, at one point;
only a middle has two points, and says for each margin what it pays.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.odds import Floats, InvalidOddsError, Values, decimals_of


@dataclass(frozen=True)
class Arbitrage:
    """Stakes on every outcome that pay the same whatever happens, and more than they cost.

    Attributes:
        decimals: best price of each outcome (k,).
        stakes: (k,), in the currency of the outlay.
        shares: of the outlay (k,), summing to 1.
        outlay: sum of the stakes.
        payout: what comes back.
        profit_pct: of the outlay, 0 to 100 and above: `100*(1/sum(1/d) - 1)`.
    """

    decimals: Floats
    stakes: Floats
    shares: Floats
    outlay: float
    payout: float
    profit_pct: float

    def __post_init__(self) -> None:
        if (self.stakes <= 0).any() or abs(self.shares.sum() - 1) > 1e-12:
            raise ValueError("an arbitrage stakes on every outcome, and shares sum to 1")
        if np.abs(self.stakes * self.decimals - self.payout).max() > 1e-9 * self.payout:
            raise ValueError("the payout must be the same whatever happens")
        if self.payout <= self.outlay:
            raise ValueError(f"{self.payout} for {self.outlay} is no arbitrage")


def arbitrage(decimals: Values, outlay: float = 1.0) -> Arbitrage:
    """The stakes of an arbitrage.

    Args:
        decimals: (k,) prices of all outcomes, k at least 2.
        outlay: what is staked in all.

    Raises:
        InvalidOddsError: no prices, an outlay of 0 or less, or prices that leave no profit.
    """
    d = decimals_of(decimals)
    if d.ndim != 1 or d.size < 2:
        raise InvalidOddsError("an arbitrage needs the prices of at least two outcomes")
    if not (np.isfinite(outlay) and outlay > 0):
        raise InvalidOddsError(f"an outlay of {outlay}: it must be above 0")
    total = float((1 / d).sum())
    if total >= 1:
        raise InvalidOddsError(
            f"{d.tolist()} are no arbitrage: implied probabilities sum to {total:.6f}"
        )
    shares = (1 / d) / total
    payout = outlay / total
    return Arbitrage(d, outlay * shares, shares, outlay, payout, 100 * (1 / total - 1))


def arbitrage_profit_pct(decimals: Values) -> Floats:
    """Profit (n,) of markets (n, k) in per cent of the outlay; 0 or less where there is none.

    The last axis holds all outcomes of a market. NaN where a price is null.

    Raises:
        InvalidOddsError: what is no price.
    """
    d = decimals_of(decimals, keep_nulls=True)
    return np.asarray(100 * (1 / (1 / d).sum(axis=-1) - 1))


@dataclass(frozen=True)
class BestPrices:
    """The best price of each outcome among several books, for `n` markets with `k` outcomes.

    Attributes:
        decimals: (n, k), NaN where no book has a price.
        books: (n, k), place of the book; the first of equals, -1 where no book has a price.
        synthetic_hold: (n,), hold of a book that would offer these; below 0 is an arbitrage.
    """

    decimals: Floats
    books: NDArray[np.int64]
    synthetic_hold: Floats

    def __post_init__(self) -> None:
        if self.books.shape != self.decimals.shape:
            raise ValueError("there must be one book a price")
        if not ((self.books < 0) == np.isnan(self.decimals)).all():
            raise ValueError("a price has a book, and no price has none")
        if (self.synthetic_hold >= 1).any():
            raise ValueError("a hold of 1 or more")


def best_prices(decimals: Values) -> BestPrices:
    """Best price of each outcome at one point, and what hold is left when they are combined.

    Args:
        decimals: (n, m, k) prices of n markets at m books with k outcomes; null where a book has
            none.

    Raises:
        InvalidOddsError: what is no price, or no table of three dimensions.
    """
    d = decimals_of(decimals, keep_nulls=True)
    if d.ndim != 3 or d.shape[2] < 2:
        raise InvalidOddsError(f"prices of shape {d.shape}: markets, books and outcomes are needed")
    filled = np.where(np.isnan(d), -np.inf, d)
    books = filled.argmax(axis=1) if d.shape[1] else np.full((d.shape[0], d.shape[2]), -1)
    best = filled.max(axis=1, initial=-np.inf)
    missing = np.isneginf(best)
    best = np.where(missing, np.nan, best)
    books = np.where(missing, -1, books)
    return BestPrices(best, books, 1 - 1 / (1 / best).sum(axis=1))


@dataclass(frozen=True)
class Hedge:
    """A second bet, against a first that stands.

    Attributes:
        stake: of the second bet.
        profit_if_first: of both bets together when the first wins.
        profit_if_second: when the second wins.
    """

    stake: float
    profit_if_first: float
    profit_if_second: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.stake) and self.stake >= 0):
            raise ValueError(f"a hedge of {self.stake}")

    @property
    def locked_in(self) -> float:
        """Profit that is certain, below 0 where a loss is."""
        return min(self.profit_if_first, self.profit_if_second)


def hedge(stake: float, decimal: float, other_decimal: float, share: float = 1.0) -> Hedge:
    """A bet on the other outcome that evens out the profit, `stake*decimal/other_decimal`.

    Args:
        stake, decimal: of the bet that stands.
        other_decimal: price of the other outcome now.
        share: of the full hedge, 0 to 1.

    Raises:
        InvalidOddsError: no price, a stake of 0 or less, or a share outside 0 to 1.
    """
    first, second = decimals_of([decimal, other_decimal]).tolist()
    if not (np.isfinite(stake) and stake > 0):
        raise InvalidOddsError(f"a stake of {stake}: it must be above 0")
    if not 0 <= share <= 1:
        raise InvalidOddsError(f"{share} of a hedge: it must lie from 0 to 1")
    other = share * stake * first / second
    return Hedge(other, stake * (first - 1) - other, other * (second - 1) - stake)


@dataclass(frozen=True)
class Middle:
    """Two bets on opposite sides at different points, both of which win in between.

    `low` and `high` bound the window on the scale of the over's total, or of the margin of the side
    that gives up points: the first bet wins above `low`, the second below `high`.

    Attributes:
        low, high: the two points.
        stakes: of the first and the second bet, paying the same.
        profit_in: of both, when the result lies between the points.
        profit_on_edge: when it is one of the points, first low, then high: one bet is returned.
        profit_out: when it lies outside: one wins, one loses.
        break_even_prob: how often it must fall between the points, were edges never met.
    """

    low: float
    high: float
    stakes: tuple[float, float]
    profit_in: float
    profit_on_edge: tuple[float, float]
    profit_out: float
    break_even_prob: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"no window between {self.low} and {self.high}")
        if not self.profit_out <= min(self.profit_on_edge) <= self.profit_in:
            raise ValueError("more is won between the points than on them, and there than outside")
        if not 0 <= self.break_even_prob < 1:
            raise ValueError(f"a break-even probability of {self.break_even_prob}")

    @property
    def width(self) -> float:
        """Distance of the points."""
        return self.high - self.low

    def profit(self, result: Values | float) -> Any:
        """Profit of both bets for a total, or margin, or each of many."""
        r = np.asarray(result, dtype=np.float64)
        worth = np.select(
            [(r > self.low) & (r < self.high), r == self.low, r == self.high],
            [self.profit_in, *self.profit_on_edge],
            self.profit_out,
        )
        return worth if r.ndim else float(worth)


def middle(
    low: float, low_decimal: float, high: float, high_decimal: float, outlay: float = 1.0
) -> Middle:
    """Over `low` and under `high` of a total; for a spread, the margins at which each side covers.

    Home -3 at one book and away +7 at another: the home margin covers above 3 and fails the other
    below 7, so `low` is 3 and `high` 7 (each is minus the home side's point).

    Args:
        low, low_decimal: point above which the first bet wins, and its price.
        high, high_decimal: point below which the second bet wins, and its price.
        outlay: what is staked in all.

    Raises:
        InvalidOddsError: no price, an outlay of 0 or less, no window between the points, or a
            point that is no multiple of one half.
    """
    first, second = decimals_of([low_decimal, high_decimal]).tolist()
    if not (np.isfinite(outlay) and outlay > 0):
        raise InvalidOddsError(f"an outlay of {outlay}: it must be above 0")
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise InvalidOddsError(f"no result lies above {low} and below {high}")
    if low % 0.5 or high % 0.5:
        raise InvalidOddsError(
            f"{low} and {high}: a quarter point is two bets, so take each half on its own"
        )
    payout = outlay / (1 / first + 1 / second)
    stakes = (payout / first, payout / second)
    loss = payout - outlay
    return Middle(
        low,
        high,
        stakes,
        2 * payout - outlay,
        # on the low point the first bet is returned and the second wins; on the high the reverse
        (loss + stakes[0], loss + stakes[1]),
        loss,
        max(0.0, -loss / payout),
    )
