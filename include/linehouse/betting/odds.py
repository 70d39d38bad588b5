"""Prices, the probabilities they imply, and what a price is worth.

American `a` and decimal `d`: `d = 1 + a/100` for `a > 0`, `d = 1 + 100/|a|` for `a < 0`; a
fractional price is profit over stake, `d = 1 + n/m`. The implied probability is `1/d`. Every
function takes one number and gives a float, or an array and gives an array of its shape.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Values = Sequence[Any] | NDArray[Any]
"""Many numbers, in whatever numpy reads as an array; a null is None or NaN."""


class InvalidOddsError(ValueError):
    """A number that cannot be what it is given as: a price, a probability, a stake."""


@overload
def decimal_from_american(american: float, *, keep_nulls: bool = False) -> float: ...
@overload
def decimal_from_american(american: Values, *, keep_nulls: bool = False) -> Floats: ...
def decimal_from_american(american: float | Values, *, keep_nulls: bool = False) -> float | Floats:
    """Decimal price of an American one: +150 is 2.5, -110 is 1.9090...

    Args:
        american: one price, or an array of any shape.
        keep_nulls: a null stays NaN instead of being refused.

    Raises:
        InvalidOddsError: between -100 and +100 (exclusive), or not a finite number.
    """
    a = np.asarray(american, dtype=np.float64)
    refuse(
        a,
        np.isfinite(a) & (np.abs(a) >= 100),
        "is not an American price: it must be -100 or less, or +100 or more",
        keep_nulls,
    )
    with np.errstate(divide="ignore"):
        return as_given(1 + np.where(a > 0, a / 100, 100 / -a))


@overload
def american_from_decimal(decimal: float, *, keep_nulls: bool = False) -> float: ...
@overload
def american_from_decimal(decimal: Values, *, keep_nulls: bool = False) -> Floats: ...
def american_from_decimal(decimal: float | Values, *, keep_nulls: bool = False) -> float | Floats:
    """American price of a decimal one, not rounded: 2.5 is +150, 2.0 is +100.

    Raises:
        InvalidOddsError: 1 or less, or not a finite number.
    """
    d = decimals_of(decimal, keep_nulls)
    with np.errstate(divide="ignore"):
        return as_given(np.where(d < 2, -100 / (d - 1), (d - 1) * 100))


@overload
def decimal_from_fractional(fractional: str | Fraction) -> float: ...
@overload
def decimal_from_fractional(
    fractional: list[str | Fraction] | tuple[str | Fraction, ...] | NDArray[Any],
) -> Floats: ...
def decimal_from_fractional(
    fractional: str | Fraction | list[str | Fraction] | tuple[str | Fraction, ...] | NDArray[Any],
) -> float | Floats:
    """Decimal price of a fractional one, profit over stake: `10/11` is 1.9090..., `evens` is 2.

    Raises:
        InvalidOddsError: neither two positive whole numbers with a slash, nor evens, nor a
            positive `Fraction`.
    """
    if isinstance(fractional, str | Fraction):
        return float(1 + _fraction(fractional))
    return np.array([float(1 + _fraction(one)) for one in fractional], dtype=np.float64)


def fractional_from_decimal(decimal: float, largest_denominator: int = 100) -> Fraction:
    """The fraction of profit over stake nearest to a decimal price: 2.5 is 3/2, 1.909 is 10/11.

    Args:
        decimal: one price.
        largest_denominator: books quote small ones; a larger one comes nearer.

    Raises:
        InvalidOddsError: no decimal price, or one so near 1 that the nearest fraction is 0.
    """
    profit = float(decimals_of(decimal)) - 1
    nearest = Fraction(profit).limit_denominator(largest_denominator)
    if not nearest:
        raise InvalidOddsError(
            f"{decimal} is less than any fraction with a denominator up to {largest_denominator}"
        )
    return nearest


@overload
def implied_prob(decimal: float, *, keep_nulls: bool = False) -> float: ...
@overload
def implied_prob(decimal: Values, *, keep_nulls: bool = False) -> Floats: ...
def implied_prob(decimal: float | Values, *, keep_nulls: bool = False) -> float | Floats:
    """Probability (0 to 1) at which a decimal price is fair, with the book's margin still in it.

    Raises:
        InvalidOddsError: 1 or less, or not a finite number.
    """
    return as_given(1 / decimals_of(decimal, keep_nulls))


@overload
def fair_decimal(probability: float) -> float: ...
@overload
def fair_decimal(probability: Values) -> Floats: ...
def fair_decimal(probability: float | Values) -> float | Floats:
    """Decimal price at which a probability is worth nothing to either side: 0.4 is 2.5.

    Raises:
        InvalidOddsError: a probability that is not above 0 and below 1.
    """
    p = probabilities_of(probability)
    refuse(p, (p > 0) & (p < 1), "has no fair price: it must lie between 0 and 1")
    return as_given(1 / p)


@overload
def overround(decimals: Sequence[float]) -> float: ...
@overload
def overround(decimals: NDArray[Any]) -> float | Floats: ...
def overround(decimals: Sequence[float] | NDArray[Any]) -> float | Floats:
    """Sum of the implied probabilities of all outcomes of a market: 1.0476 for two at -110.

    Args:
        decimals: prices of the outcomes of one market, or one market per row.

    Raises:
        InvalidOddsError: fewer than two prices, or one that is not a price.
    """
    d = decimals_of(decimals)
    if d.ndim == 0 or d.shape[-1] < 2:
        raise InvalidOddsError("an overround needs the prices of at least two outcomes")
    return as_given((1 / d).sum(axis=-1))


@overload
def hold(decimals: Sequence[float]) -> float: ...
@overload
def hold(decimals: NDArray[Any]) -> float | Floats: ...
def hold(decimals: Sequence[float] | NDArray[Any]) -> float | Floats:
    """Share of all stakes that a book with balanced action keeps: `1 - 1/overround`.

    Negative where the prices give an arbitrage. Arguments and errors as `overround`.
    """
    return as_given(np.asarray(1 - 1 / np.asarray(overround(decimals))))


@overload
def expected_value(probability: float, decimal: float) -> float: ...
@overload
def expected_value(probability: Values, decimal: float | Values) -> Floats: ...
@overload
def expected_value(probability: float, decimal: Values) -> Floats: ...
def expected_value(probability: float | Values, decimal: float | Values) -> float | Floats:
    """Expected profit of one unit staked: `p*d - 1`; 0.03 is three per cent.

    Raises:
        InvalidOddsError: a probability outside 0 to 1, or a price that is none.
    """
    return as_given(probabilities_of(probability) * decimals_of(decimal) - 1)


def decimals_of(decimal: float | Values, keep_nulls: bool = False) -> Floats:
    """An array of decimal prices.

    Raises:
        InvalidOddsError: one is 1 or less, or not a finite number.
    """
    d = np.asarray(decimal, dtype=np.float64)
    refuse(d, np.isfinite(d) & (d > 1), "is not a decimal price: it must be above 1", keep_nulls)
    return d


def probabilities_of(probability: float | Values) -> Floats:
    """An array of probabilities.

    Raises:
        InvalidOddsError: one lies outside 0 to 1, or is not a number.
    """
    p = np.asarray(probability, dtype=np.float64)
    refuse(p, (p >= 0) & (p <= 1), "is not a probability: it must lie from 0 to 1")
    return p


def refuse(values: Floats, good: NDArray[np.bool_], why: str, keep_nulls: bool = False) -> None:
    """Name the first of the values that is not good, and where it stands.

    Raises:
        InvalidOddsError: at least one is not good (with `keep_nulls`, and not NaN).
    """
    bad = ~good & ~np.isnan(values) if keep_nulls else ~good
    if not bad.any():
        return
    if values.ndim == 0:
        raise InvalidOddsError(f"{float(values)} {why}")
    place = tuple(int(index) for index in np.argwhere(bad)[0])
    where = str(place[0]) if len(place) == 1 else str(place)
    raise InvalidOddsError(
        f"{values[place]} at position {where} {why} ({int(bad.sum())} of {values.size} are not)"
    )


def as_given(values: Floats) -> Any:
    """A float where one number was given, else the array."""
    return values if np.ndim(values) else float(values)


def _fraction(fractional: str | Fraction) -> Fraction:
    try:
        text = fractional.strip().lower() if isinstance(fractional, str) else fractional
        found = Fraction(1) if text in ("evens", "even", "evs") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if found <= 0 or (isinstance(fractional, str) and "." in fractional):
        raise InvalidOddsError(
            f"{fractional!r} is not a fractional price: it must be profit over stake, such as "
            "10/11, or evens"
        )
    return found
