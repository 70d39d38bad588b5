"""Combination: bets on which several strategies agree, at the best price that one of them found."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.market.view import MarketView
from linehouse.strategies import registry
from linehouse.strategies.base import History, Proposals, proposals
from linehouse.strategies.choosing import one_a_market
from linehouse.strategies.parameters import Parameter, ParameterError
from linehouse.strategies.wording import joined, offers

NAME = "combination"
DESCRIPTION = "Bets on which several strategies agree."
STATES_PROBABILITY = True
NEEDS = frozenset({"features", "history"})
PARAMETERS = (
    Parameter(
        "members", "texts", ("positive_ev", "reverse_line_movement"), "Strategies that take part."
    ),
    Parameter("minimum_agreeing", "whole", 2, "How many must want the same side.", 1, 20),
    Parameter("member_parameters", "mapping", dict, "Parameters of members, by the member's name."),
)


def _members(parameters: Mapping[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    given = parameters["member_parameters"]
    if strangers := sorted(set(given) - set(parameters["members"])):
        raise ParameterError(f"member_parameters names {', '.join(strangers)}: no members")
    if NAME in parameters["members"]:
        raise ParameterError("a combination cannot be a member of a combination")
    if parameters["minimum_agreeing"] > len(parameters["members"]):
        raise ParameterError(
            f"minimum_agreeing is {parameters['minimum_agreeing']}: it must be at most the "
            f"{len(parameters['members'])} members"
        )
    return [
        (registry.get(name), registry.resolved(name, given.get(name, {})))
        for name in parameters["members"]
    ]


def books(parameters: Mapping[str, Any]) -> tuple[str, ...] | None:
    """All books of all members."""
    of_members = [member.books(its) for member, its in _members(parameters)]
    if any(one is None for one in of_members):
        return None
    return tuple(sorted({book for one in of_members for book in one or ()}))


def propose(
    view: MarketView, parameters: Mapping[str, Any], history: History | None = None
) -> Proposals:
    """Sides that enough members want, where no as large number wants the other one.

    The probability is the mean of those stated, the confidence the mean of the members'.

    Raises:
        ParameterError: members that do not exist, cannot be combined, or are too few.
    """
    wanted = [member.propose(view, its, history) for member, its in _members(parameters)]
    if any((one.bundle >= 0).any() for one in wanted):
        raise ParameterError("an arbitrage is both sides: it cannot be combined")
    rows = np.concatenate([one.rows for one in wanted])
    member = np.repeat(np.arange(len(wanted)), [len(one) for one in wanted])
    probability = np.concatenate([one.probability for one in wanted])
    confidence = np.concatenate([one.confidence for one in wanted])
    _, side = np.unique(view.market_key[rows] * 8 + view.side[rows], return_inverse=True)
    voices = np.unique(side * len(wanted) + member) // len(wanted)
    agreeing = np.bincount(voices, minlength=side.max() + 1 if side.size else 0)[side]
    enough = agreeing >= parameters["minimum_agreeing"]
    number = np.bincount(side)
    stated = np.isfinite(probability)
    told = np.bincount(side[stated], minlength=number.size)
    mean_p = np.bincount(side, np.where(stated, probability, 0.0)) / np.where(
        told > 0, told, np.nan
    )
    mean_c = np.bincount(side, confidence) / np.maximum(number, 1)
    # a market in which both sides are wanted as much says nothing
    best = _most(view.market_key[rows], agreeing, side)
    kept = np.flatnonzero(enough & best)
    chosen = one_a_market(view, np.unique(rows[kept]), view.decimal[np.unique(rows[kept])])
    of_row = dict(zip(rows[kept].tolist(), side[kept].tolist(), strict=True))
    of_side = np.array([of_row[row] for row in chosen.tolist()], dtype=np.int64)
    return proposals(chosen, mean_c[of_side], mean_p[of_side])


def _most(market: Any, agreeing: Any, side: Any) -> Any:
    """Rows of sides that more members want than any other side of their market (k,)."""
    _, place = np.unique(market, return_inverse=True)
    most = np.zeros(place.max() + 1 if place.size else 0, dtype=np.int64)
    np.maximum.at(most, place, agreeing)
    at_most = agreeing == most[place]
    pairs = np.unique(place[at_most] * (side.max() + 1 if side.size else 1) + side[at_most])
    rivals = np.bincount(pairs // (side.max() + 1 if side.size else 1), minlength=most.size)
    return at_most & (rivals[place] == 1)


def explain(view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]) -> Sequence[str]:
    """The price, and who must agree."""
    agree = (
        f"at least {parameters['minimum_agreeing']} of {', '.join(parameters['members'])} want it"
    )
    return joined(offers(view, chosen), [agree] * len(chosen))
