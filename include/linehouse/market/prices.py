"""Prices of lines as numbers: exact where the source quotes American ones."""

from typing import Any

import numpy as np
import pandas as pd

from linehouse.betting.games import numbers
from linehouse.betting.odds import Floats, decimal_from_american

LEAST_AMERICAN = 100
SAME = 1e-6
"""The warehouse keeps decimals to six places."""
POINTED = ("spreads", "totals")


def exact_prices(american: Any, decimal: Any) -> Floats:
    """Decimal prices (n,); NaN where a line has none.

    The warehouse has both forms of every price, and one of them was rounded: the decimal of an
    American price to six places, the American of a decimal one to whole numbers. The American one
    is taken where it says the same; where it does not (1.95 became -105), the source quoted the
    other.

    Args:
        american, decimal: as the warehouse has them (n,), null for none.
    """
    american, told = numbers(american), numbers(decimal)
    readable = np.where(np.abs(american) >= LEAST_AMERICAN, american, np.nan)
    exact = decimal_from_american(readable, keep_nulls=True)
    told = np.where(told > 1, told, np.nan)
    return np.where(np.isnan(told) | (np.abs(exact - told) < SAME), exact, told)


def with_prices(lines: pd.DataFrame, assumed_american: float | None) -> tuple[pd.DataFrame, Any]:
    """Lines that have a price and the point that they need, and which of all have no price.

    Args:
        lines: `market`, `point`, `american`, `decimal`.
        assumed_american: price of spreads and totals that have none; None leaves them out.
    """
    price = exact_prices(lines["american"], lines["decimal"])
    without = np.isnan(price)
    pointed = lines["market"].isin(POINTED).to_numpy()
    assumed = without & pointed & (assumed_american is not None)
    if assumed_american is not None:
        price = np.where(assumed, decimal_from_american(assumed_american), price)
    lines = lines.assign(decimal=price, assumed=assumed)
    bettable = ~np.isnan(price)
    pointless = pointed & lines["point"].isna().to_numpy()
    return lines[bettable & ~pointless], without & ~assumed
