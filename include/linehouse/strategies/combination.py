"""Combination: bets on which several strategies agree, at a price that one of them found."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.market.view import MarketView
from linehouse.strategies import registry
from linehouse.strategies.base import History, Proposals, proposals
from linehouse.strategies.parameters import Parameter, ParameterError
from linehouse.strategies.wording import joined, offers

NAME = "combination"
DESCRIPTION = "Bets on which several strategies agree."
STATES_PROBABILITY = True
NEEDS = frozenset({"features", "history"})
PARAMETERS = (
    Parameter(
        "members",
        "texts",
        ("positive_ev", "reverse_line_movement"),
        "Strategies that take part.",
        1,
    ),
    Parameter("minimum_agreeing", "whole", 2, "How many must want the same side.", 1, 20),
    Parameter("member_parameters", "mapping", dict, "Parameters of members, by the member's name."),
)


def check(parameters: Mapping[str, Any]) -> None:
    """Raises ParameterError for members that cannot be combined, KeyError where there is none."""
    members = parameters["members"]
    if strangers := sorted(set(parameters["member_parameters"]) - set(members)):
        raise ParameterError(f"member_parameters names {', '.join(strangers)}: no members")
    if twice := sorted({name for name in members if members.count(name) > 1}):
        raise ParameterError(f"{', '.join(twice)} is named twice: it is one voice")
    if NAME in members:
        raise ParameterError("a combination cannot be a member of a combination")
    if parameters["minimum_agreeing"] > len(members):
        raise ParameterError(
            f"minimum_agreeing is {parameters['minimum_agreeing']}: it must be at most the "
            f"{len(members)} members"
        )
    if any(getattr(member, "BUNDLES", False) for member, _ in _members(parameters)):
        raise ParameterError("an arbitrage is both sides: it cannot be combined")


def states_probability(parameters: Mapping[str, Any]) -> bool:
    """Where one of its members does; a bet that none of those wants is told without."""
    return any(
        registry.states_probability(name, parameters["member_parameters"].get(name, {}))
        for name in parameters["members"]
    )


def _members(parameters: Mapping[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    given = parameters["member_parameters"]
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

    Members may want one side at several points. A probability holds for the point that it was
    stated for, and for no other: where any was stated, the bet is at such a point, with the mean of
    those stated there. Of several points it is the one that most members want, then the one with
    the highest expected value, then the books' median; of its books the highest price that a
    member found. The confidence is the mean of the members'.
    """
    wanted = [member.propose(view, its, history) for member, its in _members(parameters)]
    rows = np.concatenate([one.rows for one in wanted])
    member = np.repeat(np.arange(len(wanted)), [len(one) for one in wanted])
    probability = np.concatenate([one.probability for one in wanted])
    confidence = np.concatenate([one.confidence for one in wanted])
    side = _numbered(view.market_key[rows] * 8 + view.side[rows])
    line = _numbered(view.line_key[rows])
    agreeing = _voices(side, member)
    stated = np.isfinite(probability)
    at_line, at_side = (_total(group, stated) for group in (line, side))
    mean_p = _total(line, np.where(stated, probability, 0.0)) / np.where(at_line, at_line, np.nan)
    mean_c = _total(side, confidence) / _total(side, np.ones(side.size))
    usable = (agreeing >= parameters["minimum_agreeing"]) & ((at_line > 0) | (at_side == 0))
    # a market in which both sides are wanted as much says nothing
    usable &= _most(view.market_key[rows], agreeing, side)
    off = np.abs(view.pair_point[rows] - view.consensus_pair_point[rows])
    decimal = view.decimal[rows]
    best_first = np.lexsort(
        (
            rows,
            -decimal,
            np.nan_to_num(off),
            -np.nan_to_num(mean_p * decimal),
            -_voices(line, member),
        )
    )
    best_first = best_first[usable[best_first]]
    _, first = np.unique(view.market_key[rows[best_first]], return_index=True)
    chosen = best_first[first]
    chosen = chosen[np.argsort(rows[chosen])]
    return proposals(rows[chosen], mean_c[chosen], mean_p[chosen])


def _numbered(keys: Any) -> Any:
    """Small numbers, equal where the keys are (k,)."""
    return np.unique(keys, return_inverse=True)[1]


def _total(group: Any, values: Any) -> Any:
    """Sum of the values of each row's group (k,)."""
    return np.bincount(group, values)[group]


def _voices(group: Any, member: Any) -> Any:
    """How many members want each row's group (k,)."""
    pairs = np.unique(np.column_stack([group, member]), axis=0)
    return np.bincount(pairs[:, 0])[group]


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
