"""Kelly stakes: the shares of a bankroll that make it grow fastest.

One bet at decimal price `d = 1 + b` and probability `p`: `f = (b*p - q)/b`, with `q` the
probability of losing (Kelly 1956). Where it can also push, `f = (b*p - q)/(b*(p + q))`.

Outcomes that exclude each other (the sides of one market) need the joint solution of Smoczynski
and Tomkins (2010): outcomes enter in the order of `p*d` while that exceeds the reserve
`R = (1 - sum p)/(1 - sum 1/d)` of those already in; each that is in gets `p - R/d`. Bets at the
same time on different games are solved together in `kelly_joint`.
"""

from dataclasses import dataclass
from typing import overload

import numpy as np

from linehouse.betting.odds import (
    Floats,
    InvalidOddsError,
    Values,
    as_given,
    decimals_of,
    probabilities_of,
)

ROUNDING = 1e-9


@dataclass(frozen=True)
class KellyShares:
    """Shares of a bankroll for `n` bets at once.

    Attributes:
        probabilities: of each bet (n,), 0 to 1.
        decimals: price of each (n,).
        shares: of the bankroll (n,), 0 to 1; 0 is no bet.
        growth: expected logarithm of the bankroll's growth, 0 or more.
        cap: largest sum of shares that was allowed.
    """

    probabilities: Floats
    decimals: Floats
    shares: Floats
    growth: float
    cap: float

    def __post_init__(self) -> None:
        if not self.probabilities.shape == self.decimals.shape == self.shares.shape:
            raise ValueError("there must be one probability, price and share a bet")
        if not (np.isfinite(self.shares).all() and (self.shares >= 0).all()):
            raise ValueError(f"shares {self.shares} must be finite and not negative")
        if self.total > self.cap + ROUNDING:
            raise ValueError(f"shares sum to {self.total}, more than the cap of {self.cap}")
        if not self.growth >= -ROUNDING:
            raise ValueError(f"a growth of {self.growth}: betting nothing would be better")

    @property
    def total(self) -> float:
        """Share of the bankroll at stake."""
        return float(self.shares.sum())

    def scaled(self, fraction: float) -> Floats:
        """Fractional Kelly (n,): every share times `fraction`, 0 to 1."""
        return self.shares * _fraction(fraction)


@overload
def kelly_share(
    probability: float, decimal: float, fraction: float = 1.0, push_probability: float = 0.0
) -> float: ...
@overload
def kelly_share(
    probability: Values,
    decimal: float | Values,
    fraction: float = 1.0,
    push_probability: float | Values = 0.0,
) -> Floats: ...
def kelly_share(
    probability: float | Values,
    decimal: float | Values,
    fraction: float = 1.0,
    push_probability: float | Values = 0.0,
) -> float | Floats:
    """Share of the bankroll for one bet, or for each of many as if it were alone.

    Args:
        probability: of winning, 0 to 1.
        decimal: price.
        fraction: 0.25 for quarter Kelly.
        push_probability: of getting the stake back, 0 to 1.

    Returns:
        0 to 1; 0 where the price is not worth a bet.

    Raises:
        InvalidOddsError: no probability, no price, or a fraction outside 0 to 1.
    """
    raw = np.asarray(kelly_raw(probability, decimal, push_probability))  # type: ignore[arg-type]
    return as_given(np.maximum(raw, 0) * _fraction(fraction))


@overload
def kelly_raw(probability: float, decimal: float, push_probability: float = 0.0) -> float: ...
@overload
def kelly_raw(
    probability: Values, decimal: float | Values, push_probability: float | Values = 0.0
) -> Floats: ...
def kelly_raw(
    probability: float | Values,
    decimal: float | Values,
    push_probability: float | Values = 0.0,
) -> float | Floats:
    """The formula itself: below 0 where the price is too short. Errors as `kelly_share`."""
    p, push = probabilities_of(probability), probabilities_of(push_probability)
    b = decimals_of(decimal) - 1
    lose = 1 - p - push
    if (lose < -1e-12).any():
        raise InvalidOddsError("probabilities of winning and pushing sum to more than 1")
    decided = np.asarray(p + lose)
    return as_given((b * p - lose) / (b * np.where(decided > 0, decided, 1)))


def kelly_exclusive(probabilities: Values, decimals: Values) -> KellyShares:
    """Shares for outcomes of which at most one happens, with the fastest growth of all.

    A long price can be worth a share although it alone is not worth a bet, as a hedge of others.

    Args:
        probabilities: (k,), summing to 1 or less; the rest is an outcome that cannot be bet on.
        decimals: (k,) prices.

    Raises:
        InvalidOddsError: no probabilities or prices, or probabilities that sum to more than 1.
    """
    p, d = probabilities_of(probabilities), decimals_of(decimals)
    if p.shape != d.shape or p.ndim != 1:
        raise InvalidOddsError(f"{p.size} probabilities and {d.size} prices are no list of bets")
    if p.sum() > 1 + 1e-9:
        raise InvalidOddsError(f"probabilities of exclusive outcomes sum to {p.sum()}, more than 1")
    reserve, left, room = 1.0, 1.0, 1.0
    chosen = np.zeros(p.size, dtype=bool)
    for place in np.argsort(-p * d, kind="stable"):
        if p[place] * d[place] <= reserve or left <= 0:
            break
        chosen[place] = True
        left, room = max(left - p[place], 0.0), room - 1 / d[place]
        reserve = left / room if left > 1e-12 else 0.0
    shares = np.where(chosen, np.maximum(p - reserve / d, 0), 0.0)
    return KellyShares(p, d, shares, exclusive_growth(p, d, shares), 1.0)


def exclusive_growth(p: Floats, d: Floats, shares: Floats) -> float:
    """Expected logarithm of growth on exclusive outcomes; minus infinity where ruin is possible."""
    staked = float(shares.sum())
    rest = max(1 - float(p.sum()), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * np.log(np.maximum(1 - staked + shares * d, 0)), 0.0)
        nothing = rest * np.log(max(1 - staked, 0.0)) if rest > 1e-12 else 0.0
    return float(terms.sum() + nothing)


def _fraction(fraction: float) -> float:
    if not 0 <= fraction <= 1:
        raise InvalidOddsError(f"{fraction} is not a fraction of Kelly: it must lie from 0 to 1")
    return fraction
