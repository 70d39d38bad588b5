"""Closing line value: what a bet was worth against the price at which its market closed.

Four figures, each under its own name, because they differ and all are called CLV somewhere:

- `implied_points`: `100*(1/close - 1/bet)`, percentage points of implied probability;
- `price_ev_pct`: `100*(bet/close - 1)`, per cent of the stake, the close's margin left in;
- `no_vig_ev_pct`: `100*(bet*p - 1)`, with `p` the closing probability without margin;
- `points`: how many points better the bet's number was than the closing one.

Prices at different points are never compared: where the point moved, only `points` is told.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.devig import Method, no_vig
from linehouse.betting.games import codes, numbers
from linehouse.betting.odds import Floats, InvalidOddsError, Values, decimals_of
from linehouse.betting.settlement import Market, Side


class Coverage(IntEnum):
    """What can be said of a bet's closing line value."""

    PRICE = 0
    """The point is the same, or there is none: prices are compared."""
    POINTS = 1
    """The point moved: points are compared, prices are not."""
    NO_CLOSE = 2
    """The book has no closing line for this market."""
    NO_CLOSING_PRICE = 3
    """It has one, at the same point or at none that is known; its price cannot be compared."""
    REJECTED_CLOSE = 4
    """It has one that broke a rule, and is not believed."""


@dataclass(frozen=True)
class ClosingLineValue:
    """Of `n` bets; NaN where a figure cannot be told.

    Attributes:
        coverage: (n,), values of `Coverage`.
        implied_points: (n,), percentage points, above 0 where the bet beat the close.
        price_ev_pct: (n,), per cent.
        no_vig_ev_pct: (n,), per cent.
        points: (n,), in points of the market, above 0 where the bet's number was better; 0 where
            it did not move, NaN for moneylines.
    """

    coverage: NDArray[np.int8]
    implied_points: Floats
    price_ev_pct: Floats
    no_vig_ev_pct: Floats
    points: Floats

    def __post_init__(self) -> None:
        priced = self.coverage == Coverage.PRICE
        for name in ("implied_points", "price_ev_pct"):
            if not (np.isfinite(getattr(self, name)) == priced).all():
                raise ValueError(f"{name} is told where prices are comparable, and nowhere else")
        if (np.isfinite(self.no_vig_ev_pct) & ~priced).any():
            raise ValueError("no_vig_ev_pct is told where prices are comparable, and nowhere else")
        moved = self.coverage == Coverage.POINTS
        if not (np.isfinite(self.points[moved]) & (self.points[moved] != 0)).all():
            raise ValueError("a point that moved has its distance")
        same = priced & np.isfinite(self.points)
        if (self.points[same] != 0).any():
            raise ValueError("prices at different points were compared")
        if (self.implied_points[priced] * self.price_ev_pct[priced] < 0).any():
            raise ValueError("two figures of one bet disagree on who beat whom")


def closing_line_value(
    market: Values, side: Values, point: Values, decimal: Values,
    close_point: Values, close_decimal: Values, close_others: Values | None = None,
    exists: Values | None = None, rejected: Values | None = None,
    method: Method | str = Method.MULTIPLICATIVE,
) -> ClosingLineValue:  # fmt: skip
    """Closing line value of `n` bets against the closes of the same market, book and period.

    Args:
        market, side: (n,), members or names of `Market` and `Side`.
        point, decimal: (n,), of the bet; the point is the side's own, null for moneylines.
        close_point, close_decimal: (n,), of the same side at the close; null where unknown.
        close_others: (n, k-1), closing prices of the other sides at the closing point (its mirror
            for spreads); null where unknown.
        exists: (n,), the book has a closing line, whatever is known of it; left out, where its
            point or price is known.
        rejected: (n,), all that there is of it broke a rule.
        method: how the close's margin is taken out.

    Raises:
        InvalidOddsError: what is no price, or a spread or total without its point.
    """
    markets, sides = codes(market, Market), codes(side, Side)
    bet, d = numbers(point), decimals_of(numbers(decimal))
    close_at, close = numbers(close_point), decimals_of(numbers(close_decimal), keep_nulls=True)
    pointed = np.isin(markets, (Market.SPREADS, Market.TOTALS))
    if (pointed & np.isnan(bet)).any():
        row = int(np.argmax(pointed & np.isnan(bet)))
        raise InvalidOddsError(f"bet {row} is on a spread or total and has no point")
    # spreads and unders want a higher number, overs a lower one
    better = np.where(sides == Side.OVER, close_at - bet, bet - close_at)
    points = np.where(pointed, better, np.nan) + 0.0
    unknown = np.isnan(close) & (~pointed | np.isnan(close_at))
    closed = ~unknown if exists is None else np.asarray(exists, dtype=bool) | ~unknown
    coverage = np.where(np.isnan(close), Coverage.NO_CLOSING_PRICE, Coverage.PRICE)
    coverage[pointed & np.isnan(close_at)] = Coverage.NO_CLOSING_PRICE
    coverage[~closed] = Coverage.NO_CLOSE
    if rejected is not None:
        coverage[np.asarray(rejected, dtype=bool) & unknown] = Coverage.REJECTED_CLOSE
    coverage[pointed & (np.nan_to_num(points) != 0)] = Coverage.POINTS
    comparable = coverage == Coverage.PRICE
    close = np.where(comparable, close, np.nan)
    fair = np.full(len(d), np.nan)
    if close_others is not None:
        others = numbers(close_others)
        others = others[:, None] if others.ndim == 1 else others
        fair = no_vig(np.column_stack([close, others]), method).probabilities[:, 0]
    return ClosingLineValue(
        coverage.astype(np.int8),
        100 * (1 / close - 1 / d),
        100 * (d / close - 1),
        100 * (d * fair - 1),
        points,
    )
