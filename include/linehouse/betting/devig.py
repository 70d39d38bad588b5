"""No-vig probabilities: what a market's prices say once the book's margin is taken out.

With `r = 1/decimal` for each of `n` outcomes and `B = sum(r)` (the overround):

| method | probability | coefficient |
|---|---|---|
| multiplicative | `r / B` | none |
| additive | `r - (B-1)/n`; the same as Buchdahl's margin weights proportional to the odds | none |
| power | `r**k` | `k` |
| odds_ratio | `r / (c + r - c*r)`, a constant shift of the logits (Cheung) | `c` |
| shin | `(sqrt(z**2 + 4(1-z) r**2/B) - z) / (2(1-z))` (Shin 1992, 1993) | `z` |

A coefficient is the one with which the probabilities sum to 1. What is called "logarithmic"
elsewhere is `power` in some texts and `odds_ratio` in others; no method here bears that name.

Every method is defined for `B < 1` too, by the same equation: `k` and `c` are then below 1 and
Shin's `z` below 0, which no share of insiders can be, and says that the prices are an arbitrage.
`additive` can leave the range of probabilities, and `power` leaves a long shot nothing (0 in
floating point) where several outcomes are next to certain; such a market is rejected, never
clipped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from linehouse.betting._roots import odds_ratio, power, shin
from linehouse.betting.odds import Floats, InvalidOddsError, Values

TOLERANCE = 1e-12


class Method(StrEnum):
    """How the margin is shared out among the outcomes."""

    MULTIPLICATIVE = "multiplicative"
    ADDITIVE = "additive"
    POWER = "power"
    ODDS_RATIO = "odds_ratio"
    SHIN = "shin"


class Rejection(IntEnum):
    """Why a market has no probabilities."""

    NONE = 0
    NOT_A_PRICE = 1
    """A price is null, not finite, or not above 1."""
    NOT_A_PROBABILITY = 2
    """The method gives an outcome a probability of 0 or less, or of 1 or more."""


@dataclass(frozen=True)
class NoVig:
    """Probabilities of `n` markets with `k` outcomes each.

    A rejected market has NaN throughout; the others are as computed. Made by `no_vig`; making one
    checks that probabilities lie between 0 and 1, sum to 1 and are ordered as the prices are.

    Attributes:
        method: how the margin was shared out.
        decimals: prices, (n, k).
        probabilities: (n, k), 0 to 1.
        overround: (n,), 1.0476 for two at -110.
        coefficient: (n,), the method's own (see the module); NaN where it has none.
        rejection: (n,), values of `Rejection`.
    """

    method: Method
    decimals: Floats
    probabilities: Floats
    overround: Floats
    coefficient: Floats
    rejection: NDArray[np.int8]

    def __post_init__(self) -> None:
        n, _ = self.decimals.shape
        if self.probabilities.shape != self.decimals.shape:
            raise ValueError("there must be one probability for each price")
        if {self.overround.shape, self.coefficient.shape, self.rejection.shape} != {(n,)}:
            raise ValueError("there must be one overround, coefficient and rejection a market")
        columns = tuple(self.probabilities.T)
        total = _sum(columns)
        fine = np.abs(total - 1) <= TOLERANCE
        for p in columns:
            fine &= (p > 0) & (p < 1)
        for one, other in _pairs(self.decimals, self.probabilities):
            # the longer price has the smaller probability
            fine &= (one[0] - other[0]) * (one[1] - other[1]) <= TOLERANCE
        if not (fine == (self.rejection == Rejection.NONE)).all():
            bad = int(np.flatnonzero(fine != (self.rejection == Rejection.NONE))[0])
            raise ValueError(
                f"market {bad}: {self.probabilities[bad]} from {self.decimals[bad]} by "
                f"{self.method} are not probabilities that sum to 1 in the order of the prices"
            )

    @property
    def hold(self) -> Floats:
        """Share of all stakes that a book with balanced action keeps, (n,)."""
        return 1 - 1 / self.overround

    @property
    def rejected(self) -> list[tuple[int, str]]:
        """Place and reason of each market without probabilities."""
        return [
            (int(row), Rejection(self.rejection[row]).name.lower())
            for row in np.flatnonzero(self.rejection)
        ]


def no_vig(decimals: Values, method: Method | str = Method.MULTIPLICATIVE) -> NoVig:
    """Take the margin out of many markets at once.

    Args:
        decimals: (n, k) prices of n markets with k outcomes each, k at least 2. A market with a
            null or with what is no price is rejected; the others go on.
        method: one of `Method`, or its name.

    Raises:
        InvalidOddsError: not two-dimensional, or fewer than two outcomes.
        ValueError: no method has that name.
    """
    method = Method(method)
    d = np.asarray(decimals, dtype=np.float64)
    if d.ndim != 2 or d.shape[1] < 2:
        raise InvalidOddsError(
            f"prices of shape {d.shape}: a row for each market with at least two outcomes is needed"
        )
    rejection = np.zeros(len(d), dtype=np.int8)
    priced = np.ones(len(d), dtype=bool)
    for column in d.T:
        priced &= (column > 1) & (column < np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = 1 / d.T.copy()  # one contiguous row for each outcome: sums over outcomes are additions
    if not priced.all():
        rejection[~priced] = Rejection.NOT_A_PRICE
        r[:, ~priced] = np.nan
    total = _sum(tuple(r))
    p, coefficient = _solve(method, r, total, priced)
    outside = np.zeros(len(d), dtype=bool)
    for row in p:
        outside |= (row <= 0) | (row >= 1)
    if outside.any():
        rejection[outside] = Rejection.NOT_A_PROBABILITY
        p[:, outside] = np.nan
    return NoVig(method, d, p.T, total, coefficient, rejection)


def no_vig_market(
    decimals: Sequence[float] | Floats, method: Method | str = Method.MULTIPLICATIVE
) -> Floats:
    """Probabilities (k,) of one market.

    Raises:
        InvalidOddsError: a price that is none, fewer than two outcomes, or a market for which the
            method gives no probabilities.
    """
    found = no_vig(np.asarray([decimals], dtype=np.float64), method)
    if found.rejected:
        reason = found.rejected[0][1].replace("_", " ")
        raise InvalidOddsError(f"{list(decimals)} by {found.method}: {reason}")
    return found.probabilities[0]


def _solve(
    method: Method, r: Floats, total: Floats, priced: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Probabilities (k, n) and coefficient (n,) of implied probabilities (k, n)."""
    k, n = r.shape
    if method is Method.MULTIPLICATIVE:
        return r / total, np.full(n, np.nan)
    if method is Method.ADDITIVE or (method is Method.SHIN and k == 2):
        p = _additive(r, total)
        return p, _shin_of_two(r, total) if method is Method.SHIN else np.full(n, np.nan)
    if method is Method.ODDS_RATIO and k == 2:
        return _odds_ratio_of_two(r)
    solver = {Method.POWER: power, Method.ODDS_RATIO: odds_ratio, Method.SHIN: shin}[method]
    if priced.all():
        return solver(r, total)
    p, coefficient = np.full(r.shape, np.nan), np.full(n, np.nan)
    p[:, priced], coefficient[priced] = solver(r[:, priced], total[priced])
    return p, coefficient


def _additive(r: Floats, total: Floats) -> Floats:
    if len(r) == 2:
        first = (1 + (r[0] - r[1])) / 2
        return np.stack([first, 1 - first])
    return r - (total - 1) / len(r)


def _shin_of_two(r: Floats, total: Floats) -> Floats:
    """Closed form: with two outcomes Shin's probabilities are the additive ones."""
    squared = (r[0] - r[1]) ** 2
    return (total - 1) * (squared - total) / (total * (squared - 1))


def _odds_ratio_of_two(r: Floats) -> tuple[Floats, Floats]:
    """Closed form: the shift of both logits is their mean."""
    a, b = r[0] * (1 - r[1]), r[1] * (1 - r[0])
    root_a, root_b = np.sqrt(a), np.sqrt(b)
    p = np.stack([root_a, root_b]) / (root_a + root_b)
    return p, np.sqrt(r[0] * r[1] / ((1 - r[0]) * (1 - r[1])))


def _pairs(
    decimals: Floats, probabilities: Floats
) -> Iterable[tuple[tuple[Floats, Floats], tuple[Floats, Floats]]]:
    """Prices and probabilities of outcomes to compare: all pairs of a few, neighbours of many."""
    if decimals.shape[1] <= 5:
        return combinations(zip(decimals.T, probabilities.T, strict=True), 2)
    by_price = np.argsort(decimals, axis=1)
    decimals = np.take_along_axis(decimals, by_price, axis=1)
    probabilities = np.take_along_axis(probabilities, by_price, axis=1)
    return pairwise(zip(decimals.T, probabilities.T, strict=True))


def _sum(columns: tuple[Floats, ...]) -> Floats:
    total = columns[0].copy()
    for column in columns[1:]:
        total += column
    return total
