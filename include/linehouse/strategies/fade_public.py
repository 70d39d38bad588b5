"""Fade the public: bet against the side that most tickets are on.

The public likes favourites and overs; a book that follows its tickets shades the price against it.
The margin is usually larger than the shade, so this alone is no edge; see the backtests.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.market.view import MarketView
from linehouse.strategies.base import History, Proposals, proposals
from linehouse.strategies.choosing import (
    MARKETS_PARAMETER,
    PERIODS_PARAMETER,
    RETAIL,
    at,
    at_one_point,
    bettable,
    books_parameter,
    one_a_market,
    own_books,
)
from linehouse.strategies.parameters import Parameter
from linehouse.strategies.wording import joined, offers

NAME = "fade_public"
DESCRIPTION = "Against the side that most tickets are on."
STATES_PROBABILITY = False
NEEDS: frozenset[str] = frozenset()
PARAMETERS = (
    Parameter(
        "minimum_tickets_pct", "number", 65.0,
        "Least share of the tickets on the other side, in per cent.", 50, 100,
    ),
    Parameter(
        "minimum_gap_pct", "number", 0.0,
        "Least share of the money here above that of the tickets, in points; 0 asks for none.",
        0, 100,
    ),
    books_parameter(RETAIL),
    MARKETS_PARAMETER,
    PERIODS_PARAMETER,
)  # fmt: skip
books = own_books


def propose(
    view: MarketView, parameters: Mapping[str, Any], history: History | None = None
) -> Proposals:
    """The best price on the side that few tickets are on, one for each game, market and period.

    Confidence grows from one half at the threshold to 1 where nobody is on this side.
    """
    against = 100 - view.tickets_pct
    least = parameters["minimum_tickets_pct"]
    usable = (
        bettable(view, parameters)
        & at(view, parameters["bookmakers"])
        & at_one_point(view)
        & (against >= least)
    )
    if parameters["minimum_gap_pct"] > 0:
        usable &= view.money_pct - view.tickets_pct >= parameters["minimum_gap_pct"]
    rows = np.flatnonzero(usable)
    rows = one_a_market(view, rows, view.decimal[rows])
    beyond = (against[rows] - least) / max(100 - least, 1e-9)
    return proposals(rows, 0.5 + 0.5 * beyond)


def explain(view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]) -> Sequence[str]:
    """The price, and how many are on the other side."""
    return joined(
        offers(view, chosen),
        [
            f"{100 - tickets:.0f} % of the tickets are on the other side"
            for tickets in view.tickets_pct[chosen.rows].tolist()
        ],
    )
