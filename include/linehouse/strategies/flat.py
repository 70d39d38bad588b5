"""Flat: the same side of every game, at one book or the best price of several.

It knows nothing, so it loses the margin. Others are measured against it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.betting.settlement import Market, Side
from linehouse.market.view import Bools, MarketView
from linehouse.strategies.base import History, Proposals, proposals
from linehouse.strategies.choosing import MARKETS, at_one_point, one_a_market
from linehouse.strategies.parameters import Parameter, ParameterError
from linehouse.strategies.wording import joined, offers

NAME = "flat"
DESCRIPTION = "The same side of every game: home, away, favourite, underdog, over or under."
STATES_PROBABILITY = False
NEEDS: frozenset[str] = frozenset()
BEST = "best"
PARAMETERS = (
    Parameter("market", "text", "h2h", "Market that is bet.", choices=MARKETS),
    Parameter(
        "side", "text", "home", "Side that is bet; the favourite of a moneyline has the shorter"
        " price, that of a spread gives points.",
        choices=("home", "away", "favourite", "underdog", "over", "under"),
    ),
    Parameter(
        "bookmaker", "text", "fanduel",
        "Book where it bets; `best`: the best price of all allowed at the books' median point.",
    ),
    Parameter("period", "text", "full", "Period that is bet."),
)  # fmt: skip


def books(parameters: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Its one book, or every one."""
    return None if parameters["bookmaker"] == BEST else (parameters["bookmaker"],)


def check(parameters: Mapping[str, Any]) -> None:
    """Raises ParameterError where the market has no such side."""
    total = parameters["side"] in ("over", "under")
    if total != (parameters["market"] == "totals"):
        raise ParameterError(
            f"side is {parameters['side']}: {parameters['market']} has "
            + ("over and under" if parameters["market"] == "totals" else
               "home, away, favourite and underdog")
        )  # fmt: skip


def propose(
    view: MarketView, parameters: Mapping[str, Any], history: History | None = None
) -> Proposals:
    """The side of every game of which the book has both sides; equal prices have no favourite."""
    market = Market[parameters["market"].upper()]
    usable = view.allowed & (view.other >= 0) & (view.market == market)
    usable &= view.in_periods([parameters["period"]])
    if parameters["bookmaker"] == BEST:
        usable &= at_one_point(view)
    else:
        usable &= view.at_books([parameters["bookmaker"]])
    rows = np.flatnonzero(usable & _is_side(view, parameters["side"]))
    if parameters["bookmaker"] == BEST:
        rows = one_a_market(view, rows, view.decimal[rows])
    return proposals(rows)


def _is_side(view: MarketView, side: str) -> Bools:
    if side in ("favourite", "underdog"):
        across = view.decimal[view.other]
        shorter = np.where(view.market == Market.SPREADS, view.point, view.decimal - across)
        return shorter < 0 if side == "favourite" else shorter > 0
    return np.asarray(view.side == Side[side.upper()])


def explain(view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]) -> Sequence[str]:
    """The price, and that it is always this side."""
    always = f"{parameters['side']} of every game, whatever the price"
    return joined(offers(view, chosen), [always] * len(chosen))
