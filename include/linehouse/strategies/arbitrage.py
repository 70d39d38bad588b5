"""Arbitrage: both sides of a line at two books whose prices together pay more than they cost.

The stakes are in proportion to the implied probabilities, so that every result pays the same. A
profit that is too good is an error of one of the books more often than a gift, and such bets are
voided; a book with a large hold is slow rather than generous, one whose hold is not known may be,
and one that pays too much on both sides itself has made an error.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.betting.settlement import Side
from linehouse.market.games import Places
from linehouse.market.view import Bools, MarketView
from linehouse.strategies.base import History, Proposals
from linehouse.strategies.choosing import (
    MARKETS_PARAMETER,
    PERIODS_PARAMETER,
    at,
    bettable,
    books_parameter,
    own_books,
)
from linehouse.strategies.parameters import Parameter
from linehouse.strategies.wording import joined, offers

NAME = "arbitrage"
DESCRIPTION = "Both sides of a line at two books whose prices together pay more than they cost."
STATES_PROBABILITY = True  # a sure profit needs none
BUNDLES = True
NEEDS: frozenset[str] = frozenset()
PARAMETERS = (
    Parameter("minimum_profit_pct", "number", 1.0, "Least sure profit in per cent.", 0, 100),
    Parameter(
        "maximum_hold_pct", "number", 10.0,
        "Largest hold of either book on its own two sides, in per cent; it must be known.", 0, 100,
    ),
    Parameter(
        "maximum_apart_minutes", "number", 15.0,
        "Longest time between the looks at both prices, in minutes.", 0, 10_080,
    ),
    books_parameter(()),
    MARKETS_PARAMETER,
    PERIODS_PARAMETER,
)  # fmt: skip
books = own_books

PLAUSIBLE_PROFIT_PCT = 3.0
"""Up to this a profit is as likely to be paid as any bet; beyond it confidence falls."""


def propose(
    view: MarketView, parameters: Mapping[str, Any], history: History | None = None
) -> Proposals:
    """Both legs of the arbitrages whose profit suffices, one for each game, market and period."""
    usable = bettable(view, parameters) & at(view, parameters["bookmakers"])
    usable &= 100 * view.hold <= parameters["maximum_hold_pct"]
    first, second = _legs(view, usable)
    apart = np.abs(view.observed_at[first] - view.observed_at[second]) / np.timedelta64(1, "m")
    together = ~(apart > parameters["maximum_apart_minutes"])
    first, second = first[together], second[together]
    cost = 1 / view.decimal[first] + 1 / view.decimal[second]
    profit_pct = 100 * (1 / cost - 1)
    good = profit_pct >= parameters["minimum_profit_pct"]
    first, second, cost, profit_pct = first[good], second[good], cost[good], profit_pct[good]
    order = np.lexsort((first, -profit_pct, view.market_key[first]))
    _, place = np.unique(view.market_key[first[order]], return_index=True)
    kept = np.sort(order[place])
    rows = np.concatenate([first[kept], second[kept]])
    shares = np.concatenate([1 / view.decimal[one[kept]] / cost[kept] for one in (first, second)])
    trust = np.minimum(1.0, PLAUSIBLE_PROFIT_PCT / np.maximum(profit_pct[kept], 1e-9))
    bundles = np.arange(kept.size)
    unstated = np.full(rows.size, np.nan)
    return Proposals(rows, unstated, np.tile(trust, 2), shares, np.tile(bundles, 2))


def _legs(view: MarketView, usable: Bools) -> tuple[Places, Places]:
    """Rows of both sides of the same line at two books, the best first with the best second; where
    one book has both, the best of another with each of them."""
    best = view.best_rows(usable)
    book = np.full(int(view.line_key.max(initial=-1)) + 1, -1, dtype=np.int64)
    book[view.line_key[best]] = view.bookmaker_code[best]
    next_best = view.best_rows(usable & (view.bookmaker_code != book[view.line_key]))
    pairs = [_across(view, *two) for two in ((best, best), (best, next_best), (next_best, best))]
    first, second = (np.concatenate(legs) for legs in zip(*pairs, strict=True))
    two_books = view.bookmaker_code[first] != view.bookmaker_code[second]
    return first[two_books], second[two_books]


def _across(view: MarketView, one: Places, other: Places) -> tuple[Places, Places]:
    """First sides among some rows, second sides among others, of the same line."""
    one = one[np.isin(view.side[one], (Side.HOME, Side.OVER))]
    other = other[~np.isin(view.side[other], (Side.HOME, Side.OVER))]
    _, at, across = np.intersect1d(
        view.pair_key[one], view.pair_key[other], assume_unique=True, return_indices=True
    )
    return one[at], other[across]


def explain(view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]) -> Sequence[str]:
    """The price, and what both legs together pay."""
    decimal = view.decimal[chosen.rows]
    paid = chosen.share * decimal
    return joined(
        offers(view, chosen),
        [
            f"with {100 * share:.1f} % of the outlay here and the rest on the other side every "
            f"result pays {100 * (whole - 1):+.2f} %"
            for share, whole in zip(chosen.share.tolist(), paid.tolist(), strict=True)
        ],
    )
