"""What a filter does after it was chosen: on the games that follow, bet by bet."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from linehouse.backtest.claims.filters import Family
from linehouse.backtest.claims.search import best, summed, windows
from linehouse.backtest.luck import bootstrap_by_day
from linehouse.betting.odds import Floats
from linehouse.market.games import Places

How = Literal["rate", "errors"]
"""By the highest rate in the window before, or by standard errors over all games before."""
HOW: tuple[How, ...] = ("rate", "errors")


@dataclass(frozen=True)
class Step:
    """One choice: the filter, what it was chosen for, and what it did next.

    Attributes:
        begins, ends: days of the games that were bet.
        name: of the filter.
        before_rate, before_bets: on the games that it was chosen on.
        after_rate, after_bets: on the next ones; the rate is None without a decided bet.
    """

    begins: str
    ends: str
    name: str
    before_rate: float
    before_bets: int
    after_rate: float | None
    after_bets: int


@dataclass(frozen=True)
class Afterwards:
    """All choices, and their bets together.

    Attributes:
        how: the choice was made.
        games, least: of a window, and the decided bets that a filter needs to be chosen.
        steps: the choices.
        before_rate: mean of what they were chosen for.
        bets, days: decided bets afterwards, and their days.
        rate, low, high: share won, with its 95 % interval by day; None without bets.
        yield_, yield_low, yield_high: at the price, pushes among the stakes.
    """

    how: How
    games: int
    least: int
    steps: tuple[Step, ...]
    before_rate: float | None
    bets: int
    days: int
    rate: float | None
    low: float | None
    high: float | None
    yield_: float | None
    yield_low: float | None
    yield_high: float | None


def afterwards(
    family: Family, games: int, least: int, decimal: float, seed: int, how: How
) -> Afterwards:
    """Choose a filter at the end of each window, and bet it in the next one.

    Args:
        family: of filters.
        games: least number of games in a window.
        least: decided bets that a filter needs to be chosen.
        decimal: price of every bet.
        seed: of the intervals.
        how: the filter is chosen.
    """
    edges = windows(family.games, games)
    chosen, rates, numbers = _choices(family, edges, least, how)
    steps, parts = [], []
    for window in range(len(edges) - 2):
        if chosen[window] < 0:
            continue
        at, begin, end = int(chosen[window]), int(edges[window + 1]), int(edges[window + 2])
        won, decided = family.won[begin:end, at], family.decided[begin:end, at]
        parts.append(
            np.column_stack([np.arange(begin, end), won, decided, family.pushed[begin:end, at]])
        )
        total = float(decided.sum())
        steps.append(
            Step(
                str(family.days[begin]), str(family.days[end - 1]), family.names[at],
                float(rates[window]), int(numbers[window]),
                float(won.sum() / total) if total else None, int(total),
            )
        )  # fmt: skip
    before = float(np.mean([one.before_rate for one in steps])) if steps else None
    bets = np.concatenate(parts) if parts else np.zeros((0, 4))
    bets = bets[bets[:, 2] + bets[:, 3] > 0]
    if not bets[:, 2].sum():
        return Afterwards(how, games, least, tuple(steps), before, 0, 0, *[None] * 6)
    day = family.days[bets[:, 0].astype(np.int64)]
    won, decided, pushed = bets[:, 1], bets[:, 2], bets[:, 3]
    rate = bootstrap_by_day(day, won, decided, seed)
    gained = won * (decimal - 1) - (decided - won)
    paid = bootstrap_by_day(day, gained, decided + pushed, seed)
    return Afterwards(
        how, games, least, tuple(steps), before, int(decided.sum()), len(np.unique(day)),
        rate.value, rate.low, rate.high, paid.value, paid.low, paid.high,
    )  # fmt: skip


def _choices(family: Family, edges: Places, least: int, how: How) -> tuple[Places, Floats, Floats]:
    """Filter chosen at the end of each window (w,), its rate and its bets until then."""
    won, decided = summed(family.won, edges), summed(family.decided, edges)
    if how == "rate":
        found = best(won, decided, least)
        return found.filter, found.rate, found.bets
    won, decided = np.cumsum(won, axis=0), np.cumsum(decided, axis=0)
    enough = decided >= max(least, 1)
    errors = np.where(enough, (2 * won - decided) / np.sqrt(np.where(enough, decided, 1)), -np.inf)
    at = errors.argmax(axis=1)
    rows = np.arange(len(at))
    there = enough.any(axis=1)
    number = decided[rows, at]
    rate = won[rows, at] / np.where(number > 0, number, np.nan)
    return np.where(there, at, -1), rate, number
