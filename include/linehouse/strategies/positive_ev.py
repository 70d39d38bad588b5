"""Positive expected value: retail prices that beat the no-vig price of the sharp books.

Sharp books (Pinnacle, Circa Sports) move first and hold little, so their price without its margin
is the best public estimate of a game. A retail book that pays more than that estimate is fair for
is worth a bet. One bet per game and market, the one with the highest expected value.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.betting.odds import Floats
from linehouse.market.view import MarketView
from linehouse.settings import get_settings
from linehouse.strategies.base import History, Proposals, proposals
from linehouse.strategies.choosing import (
    MARKETS_PARAMETER,
    PERIODS_PARAMETER,
    RETAIL,
    at,
    bettable,
    books_parameter,
    one_a_market,
)
from linehouse.strategies.parameters import Parameter
from linehouse.strategies.wording import joined, offers

NAME = "positive_ev"
DESCRIPTION = "Retail prices that beat the sharp books' price without margin."
STATES_PROBABILITY = True
NEEDS: frozenset[str] = frozenset()
PARAMETERS = (
    Parameter(
        "sharp_bookmakers", "texts", lambda: get_settings().sharp_bookmakers,
        "Books whose price without margin is taken for the truth.", 1,
    ),
    books_parameter(RETAIL, "retail_bookmakers"),
    Parameter(
        "minimum_ev_pct", "number", lambda: get_settings().minimum_ev_pct,
        "Least expected value in per cent of the stake.", 0, 100,
    ),
    MARKETS_PARAMETER,
    PERIODS_PARAMETER,
    Parameter(
        "stake_units", "number", lambda: get_settings().flat_stake_units,
        "Stake on the card, in units.", 0, 10,
    ),
    Parameter(
        "maximum_price_age_minutes", "number", 60, "Oldest price that is bet, in minutes.", 0.01,
        10_080,
    ),
)  # fmt: skip

SUSPICIOUS_EV_PCT = 10.0
"""Above this an edge is more often a stale or wrong price than a gift: confidence falls."""


def books(parameters: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The retail books."""
    return tuple(parameters["retail_bookmakers"]) or None


def propose(
    view: MarketView, parameters: Mapping[str, Any], history: History | None = None
) -> Proposals:
    """Of each game, market and period the retail price with the highest expected value, if that
    reaches the minimum."""
    probability, sharps = view.sharp_prob(parameters["sharp_bookmakers"])
    ev_pct = 100 * (probability * view.decimal - 1)
    oldest = 60 * parameters["maximum_price_age_minutes"]
    usable = (
        bettable(view, parameters)
        & at(view, parameters["retail_bookmakers"])
        & ~view.at_books(parameters["sharp_bookmakers"])
        & ~(view.age_seconds > oldest)
        & (ev_pct >= parameters["minimum_ev_pct"])
    )
    rows = np.flatnonzero(usable)
    rows = one_a_market(view, rows, ev_pct[rows])
    return proposals(
        rows,
        _confidence(
            ev_pct[rows], sharps[rows], view.age_seconds[rows] / oldest, view.quality[rows]
        ),
        probability[rows],
    )


def _confidence(ev_pct: Floats, sharps: Any, age_share: Floats, quality: Floats) -> Floats:
    """0 to 1: half for one sharp book, three quarters for two; less for an old price (down to
    half at the age limit), for an edge too good to be true, and for data of low quality."""
    agreement = 1 - 0.5 ** np.maximum(sharps, 1)
    freshness = 1 - 0.5 * np.clip(np.nan_to_num(age_share), 0, 1)
    plausibility = np.minimum(1.0, SUSPICIOUS_EV_PCT / np.where(ev_pct > 0, ev_pct, 1e-9))
    known_quality = np.clip(np.where(np.isnan(quality), 1.0, quality), 0, 1)
    return np.round(agreement * freshness * plausibility * known_quality, 4)


def explain(view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]) -> Sequence[str]:
    """The price, what the sharp books make it, and what a unit staked is worth."""
    sharps = view.sharp_prob(parameters["sharp_bookmakers"])[1][chosen.rows]
    worth = 100 * (chosen.probability * view.decimal[chosen.rows] - 1)
    return joined(
        offers(view, chosen),
        [
            f"without margin {'one sharp book makes' if n == 1 else f'{n} sharp books make'} it "
            f"{100 * p:.1f} %, so a unit staked is worth {ev:+.1f} %"
            for n, p, ev in zip(
                sharps.tolist(), chosen.probability.tolist(), worth.tolist(), strict=True
            )
        ],
    )
