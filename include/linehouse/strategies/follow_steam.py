"""Follow steam: bet the side that most books have just moved to, where one has not moved as far.

Evidence is a steam signal of the market, or, in data without times, how far the book's own line
has moved since it opened: then the price is the moved one, and the advantage mostly gone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.betting.settlement import Side
from linehouse.market.games import Places
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
from linehouse.strategies.following import moved_since_open, signalled
from linehouse.strategies.parameters import Parameter
from linehouse.strategies.wording import joined, offers

NAME = "follow_steam"
DESCRIPTION = "The side that most books have just moved to."
STATES_PROBABILITY = False
NEEDS: frozenset[str] = frozenset()
KIND = "steam"
PARAMETERS = (
    Parameter(
        "evidence", "text", "signal",
        "`signal`: a steam signal of the market; `opening`: the move since the book opened.",
        choices=("signal", "opening"),
    ),
    Parameter("maximum_age_hours", "number", 6.0, "Oldest signal that is followed.", 0.01, 336),
    Parameter("minimum_strength", "number", 0.5, "Least strength of the signal.", 0, 1),
    Parameter(
        "minimum_move_points", "number", 1.0, "Least move since the opening, in points.", 0.5, 50
    ),
    Parameter(
        "minimum_move_prob", "number", 0.02,
        "Least move of a moneyline since the opening, in probability.", 0.001, 0.5,
    ),
    books_parameter(RETAIL),
    MARKETS_PARAMETER,
    PERIODS_PARAMETER,
)  # fmt: skip
books = own_books


def propose(
    view: MarketView, parameters: Mapping[str, Any], history: History | None = None
) -> Proposals:
    """The best price on the side that the market has moved to."""
    usable = bettable(view, parameters) & at(view, parameters["bookmakers"]) & at_one_point(view)
    if parameters["evidence"] == "signal":
        found = signalled(view, KIND, parameters["maximum_age_hours"])
        rows = np.flatnonzero(usable & (found.strength >= parameters["minimum_strength"]))
        confidence = np.clip(found.strength * found.confidence, 0, 1)
    else:
        points, change = moved_since_open(view)
        enough = points >= parameters["minimum_move_points"]
        enough |= change >= parameters["minimum_move_prob"]
        rows = _of_one_side(view, np.flatnonzero(usable & enough))
        confidence = np.full(len(view), 0.5)
    rows = one_a_market(view, rows, view.decimal[rows])
    return proposals(rows, confidence[rows])


def _of_one_side(view: MarketView, rows: Places) -> Places:
    """Rows of markets in which books moved one way; where they differ the price would decide."""
    _, market = np.unique(view.market_key[rows], return_inverse=True)
    sides = np.unique(market * len(Side) + view.side[rows]) // len(Side)
    return rows[np.bincount(sides)[market] == 1]


def explain(view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]) -> Sequence[str]:
    """The price, and what moved."""
    if parameters["evidence"] == "signal":
        found = signalled(view, KIND, parameters["maximum_age_hours"])
        told = [
            f"most books moved this way {age / 60:.0f} minutes before"
            for age in found.age_seconds[chosen.rows].tolist()
        ]
    else:
        told = [
            f"it opened at {1 / opened:.1%}, and moved this way"
            if np.isnan(point)
            else f"it opened at {point:g}, and moved this way"
            for point, opened in zip(
                view.opening_point[chosen.rows].tolist(),
                view.opening_decimal[chosen.rows].tolist(),
                strict=True,
            )
        ]
    return joined(offers(view, chosen), told)
