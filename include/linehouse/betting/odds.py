"""Conversions between prices and probabilities, and what a price is worth.

American `a` and decimal `d`: `d = 1 + a/100` for `a > 0`, `d = 1 + 100/|a|` for `a < 0`;
the implied probability is `1/d`. Expected value of one unit staked at `d` on an outcome of
probability `p` is `p*d - 1`.
"""

from collections.abc import Sequence
from math import isfinite


class InvalidOddsError(ValueError):
    """A number that cannot be a price or a probability."""


def decimal_from_american(american: float) -> float:
    """Decimal price of an American one: +150 is 2.5, -110 is 1.9090...

    Raises:
        InvalidOddsError: between -100 and +100 (exclusive), or not a finite number.
    """
    if not isfinite(american) or abs(american) < 100:
        raise InvalidOddsError(
            f"{american} is not an American price: it must be -100 or less, or +100 or more"
        )
    return 1 + american / 100 if american > 0 else 1 + 100 / -american


def american_from_decimal(decimal: float) -> float:
    """American price of a decimal one, not rounded: 2.5 is +150, 2.0 is +100.

    Raises:
        InvalidOddsError: 1 or less, or not a finite number.
    """
    _require_decimal(decimal)
    return (decimal - 1) * 100 if decimal >= 2 else -100 / (decimal - 1)


def implied_prob(decimal: float) -> float:
    """Probability (0 to 1) at which a decimal price is fair, with the book's margin still in it.

    Raises:
        InvalidOddsError: 1 or less, or not a finite number.
    """
    _require_decimal(decimal)
    return 1 / decimal


def overround(decimals: Sequence[float]) -> float:
    """Sum of the implied probabilities of all outcomes of a market: 1.0476 for two at -110.

    Raises:
        InvalidOddsError: fewer than two prices, or one that is not a price.
    """
    if len(decimals) < 2:
        raise InvalidOddsError("an overround needs the prices of at least two outcomes")
    return sum(implied_prob(decimal) for decimal in decimals)


def hold(decimals: Sequence[float]) -> float:
    """Share of all stakes that a book with balanced action keeps: `1 - 1/overround`."""
    return 1 - 1 / overround(decimals)


def multiplicative_no_vig(decimals: Sequence[float]) -> list[float]:
    """Probabilities that sum to 1: each implied probability divided by the overround."""
    total = overround(decimals)
    return [implied_prob(decimal) / total for decimal in decimals]


def expected_value(probability: float, decimal: float) -> float:
    """Expected profit of one unit staked: `p*d - 1`; 0.03 is three per cent.

    Raises:
        InvalidOddsError: a probability outside 0 to 1, or a price that is none.
    """
    if not isfinite(probability) or not 0 <= probability <= 1:
        raise InvalidOddsError(f"{probability} is not a probability: it must lie from 0 to 1")
    _require_decimal(decimal)
    return probability * decimal - 1


def _require_decimal(decimal: float) -> None:
    if not isfinite(decimal) or decimal <= 1:
        raise InvalidOddsError(f"{decimal} is not a decimal price: it must be above 1")
