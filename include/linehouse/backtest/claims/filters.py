"""Filters that anybody would try: one side, under none, one or two conditions known before.

The family is declared here and nowhere else, so that its size can be told. No condition looks at a
result; edges of bands follow from the points of all games.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest.claims.sides import Sides
from linehouse.betting.odds import Floats
from linehouse.market.view import Bools

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
Named = dict[str, Bools]


@dataclass(frozen=True)
class Family:
    """`f` filters on `d` days of games: what each would have bet.

    Attributes:
        names: of the filters, in words (f,).
        dimensions: kinds of conditions, each with how many there are.
        days: with games (d,).
        games: on each day (d,).
        net: bets won less bets lost (d, f).
        decided: bets won or lost (d, f).
        pushed: bets that were returned (d, f).
    """

    names: tuple[str, ...]
    dimensions: dict[str, int]
    days: NDArray[np.datetime64]
    games: NDArray[np.int64]
    net: Floats
    decided: Floats
    pushed: Floats

    def __post_init__(self) -> None:
        shape = (len(self.days), len(self.names))
        if {self.net.shape, self.decided.shape, self.pushed.shape} != {shape}:
            raise ValueError("there must be one of everything a day and filter")
        if (np.abs(self.net) > self.decided).any():
            raise ValueError("more bets won or lost than decided")

    def __len__(self) -> int:
        return len(self.names)

    @property
    def won(self) -> Floats:
        """Bets won (d, f)."""
        return (self.net + self.decided) / 2


def family_of(sides: Sides) -> Family:
    """The whole family on these bets.

    Raises:
        ValueError: there are no bets.
    """
    if not len(sides):
        raise ValueError("no game has both sides of a line and a result")
    by_dimension = conditions(sides)
    days, place = np.unique(sides.day, return_inverse=True)
    _, at = np.unique(sides.game, return_index=True)
    names, net, decided, pushed = [], [], [], []
    for name, mask in _filters(_bet_sides(sides), by_dimension):
        which = np.flatnonzero(mask)
        gained, when = sides.gained[which], place[which]
        names.append(name)
        net.append(np.bincount(when, gained, days.size))
        decided.append(np.bincount(when, gained != 0, days.size))
        pushed.append(np.bincount(when, gained == 0, days.size))
    return Family(
        tuple(names),
        {"side": len(_bet_sides(sides))} | {name: len(one) for name, one in by_dimension.items()},
        days,
        np.bincount(place[at], minlength=days.size),
        *(np.column_stack(one).astype(np.float64) for one in (net, decided, pushed)),
    )


def conditions(sides: Sides) -> dict[str, Named]:
    """Conditions by kind: which bets meet each (n,). Those that no bet meets are left out."""
    month = sides.day.astype("datetime64[M]").astype(np.int64) % 12
    weekday = (sides.day.astype(np.int64) + 3) % 7
    moved = sides.moved
    found: dict[str, Named] = {
        "line": _bands(sides),
        "month": {f"in {name}": month == at for at, name in enumerate(MONTHS)},
        "weekday": {f"on {name}": weekday == at for at, name in enumerate(WEEKDAYS)},
        "move": {
            "line moved its way by 1 or more": moved >= 1,
            "line moved against it by 1 or more": moved <= -1,
            "line did not move": moved == 0,
        },
        **(_of_both_teams(sides) if sides.market == "totals" else _of_its_team(sides)),
    }
    return {
        kind: met
        for kind, named in found.items()
        if (met := {name: mask for name, mask in named.items() if mask.any()})
    }


def _bet_sides(sides: Sides) -> Named:
    if sides.market == "totals":
        return {"over": sides.first, "under": ~sides.first}
    return {
        "home": sides.first,
        "away": ~sides.first,
        "favourite": sides.point < 0,
        "underdog": sides.point > 0,
    }


def _filters(bet_on: Named, by_dimension: dict[str, Named]) -> Iterator[tuple[str, Bools]]:
    """Every side alone, with every condition, and with every two of different kinds."""
    for side, mine in bet_on.items():
        yield side, mine
        for named in by_dimension.values():
            for name, mask in named.items():
                yield f"{side}, {name}", mine & mask
        for one, two in combinations(by_dimension.values(), 2):
            for first, mask in one.items():
                narrowed = mine & mask
                for second, other in two.items():
                    yield f"{side}, {first}, {second}", narrowed & other


def _bands(sides: Sides) -> Named:
    """Quarters of the games by their line, cut at half points."""
    what = "total" if sides.market == "totals" else "spread"
    size = np.abs(sides.point)
    cuts = np.unique(np.round(2 * np.quantile(size, [0.25, 0.5, 0.75])) / 2)
    edges = [-np.inf, *cuts.tolist(), np.inf]
    found = {}
    for low, high in pairwise(edges):
        if low == -np.inf:
            name = f"{what} up to {high:g}"
        else:
            name = f"{what} above {low:g}" + ("" if high == np.inf else f" to {high:g}")
        found[name] = (size > low) & (size <= high)
    return found


def _of_its_team(sides: Sides) -> dict[str, Named]:
    own, other = sides.own, sides.other
    better = own["last_5_margin_avg"] - other["last_5_margin_avg"]
    known = own["games"] >= 10
    return {
        "rest": {
            "played the day before": own["rest_days"] == 0,
            "opponent played the day before": other["rest_days"] == 0,
            "two days of rest or more": own["rest_days"] >= 2,
        },
        "form": {
            "won three in a row": own["streak"] >= 3,
            "lost three in a row": own["streak"] <= -3,
            "last five better by 5 points": better >= 5,
            "last five worse by 5 points": better <= -5,
        },
        "record": {
            "won 60 % of its games": known & (own["win_pct"] >= 60),
            "won at most 40 % of its games": known & (own["win_pct"] <= 40),
        },
    }


def _of_both_teams(sides: Sides) -> dict[str, Named]:
    home, away = sides.own, sides.other
    tired = [(one["rest_days"] == 0) for one in (home, away)]
    usual = sum(one["points_for_avg"] + one["points_against_avg"] for one in (home, away)) / 2
    return {
        "rest": {
            "a team played the day before": tired[0] | tired[1],
            "both played the day before": tired[0] & tired[1],
            "both rested two days or more": (home["rest_days"] >= 2) & (away["rest_days"] >= 2),
        },
        "form": {
            "usual points 5 above the line": usual - sides.point >= 5,
            "usual points 5 below the line": usual - sides.point <= -5,
        },
        "record": {
            "both won 60 %": (home["win_pct"] >= 60) & (away["win_pct"] >= 60),
            "both won at most 40 %": (home["win_pct"] <= 40) & (away["win_pct"] <= 40),
        },
    }
