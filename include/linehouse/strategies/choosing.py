"""What several strategies do when they choose: which rows may be bet, one bet of many."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.betting.settlement import Market
from linehouse.market.games import Places
from linehouse.market.view import Bools, MarketView
from linehouse.strategies.parameters import Parameter

MARKETS = ("h2h", "spreads", "totals")
SIDES = ("home", "away", "over", "under")
RETAIL = ("fanduel", "draftkings", "betmgm")

MARKETS_PARAMETER = Parameter(
    "markets", "texts", MARKETS, "Markets that are bet.", 1, choices=MARKETS
)
PERIODS_PARAMETER = Parameter("periods", "texts", ("full",), "Periods that are bet.", 1)


def bettable(view: MarketView, parameters: Mapping[str, Any]) -> Bools:
    """Rows that are allowed, of the parameters' `markets` and `periods` (n,)."""
    wanted = np.zeros(len(Market), dtype=bool)
    wanted[[Market[name.upper()] for name in parameters["markets"]]] = True
    return view.allowed & wanted[view.market] & view.in_periods(parameters["periods"])


def books_parameter(default: Sequence[str], name: str = "bookmakers") -> Parameter:
    """Where a strategy bets; none named is everywhere."""
    return Parameter(name, "texts", tuple(default), "Books where it bets; none named: every book.")


def own_books(parameters: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Books of the parameter `bookmakers`; None, which is every book, where none is named."""
    return tuple(parameters["bookmakers"]) or None


def at(view: MarketView, books: Sequence[str]) -> Bools:
    """Rows of these books, all where none is named (n,)."""
    return view.at_books(books) if books else np.ones(len(view), dtype=bool)


def at_one_point(view: MarketView) -> Bools:
    """Rows whose prices can be compared: moneylines, and lines at the books' median point (n,).

    The highest price of all points would be the worst number that any book has.
    """
    return (view.market == Market.H2H) | (view.pair_point == view.consensus_pair_point)


def one_a_market(view: MarketView, rows: Places, worth: Any) -> Places:
    """Of the rows of each game, market and period the one worth most; ties go by the view's order.

    Args:
        view: whose rows they are.
        rows: to choose from (k,).
        worth: of each (k,).

    Returns:
        The chosen rows, in the view's order.
    """
    order = np.lexsort((rows, -np.asarray(worth), view.market_key[rows]))
    ordered = rows[order]
    _, first = np.unique(view.market_key[ordered], return_index=True)
    return np.sort(ordered[first])
