"""Reverse line movement: bet the side that the line moved to although most tickets are against it.

Books move against their tickets when few large and trusted bets say so.
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
from linehouse.strategies.following import signalled
from linehouse.strategies.parameters import Parameter
from linehouse.strategies.wording import joined, offers

NAME = "reverse_line_movement"
DESCRIPTION = "The side that the line moved to although most tickets are against it."
STATES_PROBABILITY = False
NEEDS: frozenset[str] = frozenset()
KIND = "reverse_line_movement"
PARAMETERS = (
    Parameter("maximum_age_hours", "number", 12.0, "Oldest signal that is followed.", 0.01, 336),
    Parameter("minimum_strength", "number", 0.5, "Least strength of the signal.", 0, 1),
    Parameter("minimum_confidence", "number", 0.0, "Least confidence of the signal.", 0, 1),
    books_parameter(RETAIL),
    MARKETS_PARAMETER,
    PERIODS_PARAMETER,
)
books = own_books


def propose(
    view: MarketView, parameters: Mapping[str, Any], history: History | None = None
) -> Proposals:
    """The best price on the side that a fresh signal favours."""
    found = signalled(view, KIND, parameters["maximum_age_hours"])
    usable = bettable(view, parameters) & at(view, parameters["bookmakers"]) & at_one_point(view)
    usable &= found.strength >= parameters["minimum_strength"]
    usable &= found.confidence >= parameters["minimum_confidence"]
    rows = np.flatnonzero(usable)
    rows = one_a_market(view, rows, view.decimal[rows])
    return proposals(rows, np.clip(found.strength[rows] * found.confidence[rows], 0, 1))


def explain(view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]) -> Sequence[str]:
    """The price, who is against it, and when the line moved."""
    found = signalled(view, KIND, parameters["maximum_age_hours"])
    told = []
    for age, tickets in zip(
        found.age_seconds[chosen.rows].tolist(),
        view.tickets_pct[chosen.rows].tolist(),
        strict=True,
    ):
        against = "most" if np.isnan(tickets) else f"{100 - tickets:.0f} %"
        told.append(
            f"the line moved this way {age / 60:.0f} minutes before, with {against} of the tickets "
            "on the other side"
        )
    return joined(offers(view, chosen), told)
