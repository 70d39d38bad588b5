"""Settlement: what bets on any market and period are worth once their games are known.

Three questions, in this order: does the bet have action (played in time, long enough), which points
count (the period's, by the book's rule), and what do they make of it. A point on a quarter (-3.25)
is two bets of half the stake on the neighbouring halves (-3 and -3.5), so that it can half win and
half lose. What the facts do not tell stays open, with the reason; nothing is guessed. Facts that
are told later (a postponed game is played after all) settle the same bets anew.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linehouse.betting.games import Games, Status, Times, codes, numbers, times
from linehouse.betting.odds import Floats, InvalidOddsError
from linehouse.betting.period_points import Counted, counted, days_between, hours_between
from linehouse.betting.settlement_rules import Rules, Tied, WhenHalted

Bools = NDArray[np.bool_]


class Market(IntEnum):
    """Markets of the warehouse."""

    H2H = 0
    """Moneyline of two outcomes; a tie returns the stake, or loses, by the book's rule."""
    SPREADS = 1
    TOTALS = 2
    H2H_3_WAY = 3
    """Moneyline with a price for the draw."""


class Side(IntEnum):
    """Outcomes of the markets."""

    HOME = 0
    AWAY = 1
    OVER = 2
    UNDER = 3
    DRAW = 4


class Result(IntEnum):
    """What became of a bet. All but `OPEN` are settled and count as bets."""

    OPEN = 0
    WON = 1
    HALF_WON = 2
    PUSH = 3
    HALF_LOST = 4
    LOST = 5
    VOID = 6


class Reason(IntEnum):
    """Why a bet is void or open."""

    GRADED = 0
    CANCELLED = 1
    POSTPONED = 2
    PLAYED_LATE = 3
    """It began later than the book waits."""
    SHORTENED = 4
    """It ended before the length that the market needs."""
    HALTED = 5
    """It was halted, and not resumed in the time that the book waits."""
    NOT_OVER = 6
    NO_RULE = 7
    """The seed has no rule for its league and period."""
    POINTS_UNKNOWN = 8
    """The points that count are not known."""
    LENGTH_UNKNOWN = 9
    """How much was played of a halted game is not known."""


MARKET_NAMES = pd.Index([one.name.lower() for one in Market])
SIDES = {
    Market.H2H: (Side.HOME, Side.AWAY),
    Market.SPREADS: (Side.HOME, Side.AWAY),
    Market.TOTALS: (Side.OVER, Side.UNDER),
    Market.H2H_3_WAY: (Side.HOME, Side.AWAY, Side.DRAW),
}


@dataclass(frozen=True)
class Bets:
    """`n` bets, as lists, columns of a frame or arrays; kept as arrays.

    Attributes:
        game: place of the game in `Games` (n,).
        bookmaker, period: text (n,), as in the warehouse; categories of text are kept as such.
        market, side: `Market` and `Side`, or their names in any case (n,).
        point: the side's own (n,): home -3.5, away +3.5, totals the same on both; null for
            moneylines.
        decimal: price (n,).
        listed_at, listed_on: start of the game as it was listed when the bet was made (n,), UTC and
            its Eastern day; unknown counts as played when it was listed.
    """

    game: NDArray[np.int64]
    bookmaker: Any
    market: NDArray[np.int8]
    period: Any
    side: NDArray[np.int8]
    point: Floats
    decimal: Floats
    listed_at: Times | None = None
    listed_on: Times | None = None

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "game", np.asarray(self.game, dtype=np.int64))
        for name in ("bookmaker", "period"):
            if not isinstance(getattr(self, name), pd.Categorical):
                keep(self, name, np.asarray(getattr(self, name), dtype=object))
        keep(self, "market", codes(self.market, Market))
        keep(self, "side", codes(self.side, Side))
        for name in ("point", "decimal"):
            keep(self, name, numbers(getattr(self, name)))
        if self.listed_at is not None:
            keep(self, "listed_at", times(self.listed_at, "s"))
        if self.listed_on is not None:
            keep(self, "listed_on", times(self.listed_on, "D"))
        for name, value in vars(self).items():
            if value is not None and len(value) != len(self.game):
                raise ValueError(f"{len(value)} {name} for {len(self.game)} bets")
        self._check()

    def __len__(self) -> int:
        return len(self.game)

    def _check(self) -> None:
        allowed = np.zeros(len(self), dtype=bool)
        for market, sides in SIDES.items():
            allowed |= (self.market == market) & np.isin(self.side, sides)
        pointed = np.isin(self.market, (Market.SPREADS, Market.TOTALS))
        for wrong, what in (
            (~allowed, "has no such side"),
            (pointed & ~np.isfinite(self.point), "needs a point"),
            (~pointed & ~np.isnan(self.point) & (self.point != 0), "has no point"),
            (~(np.isfinite(self.decimal) & (self.decimal > 1)), "needs a decimal price above 1"),
        ):
            if wrong.any():
                row = int(np.argmax(wrong))
                name = Market(self.market[row]).name.lower()
                raise InvalidOddsError(
                    f"bet {row} ({name}, {Side(self.side[row]).name.lower()}, "
                    f"point {self.point[row]}, price {self.decimal[row]}): {name} {what}"
                )


@dataclass(frozen=True)
class Settlement:
    """What became of `n` bets.

    Attributes:
        decimal: price (n,).
        result: values of `Result` (n,).
        reason: values of `Reason` (n,).
        profit: of one unit staked (n,): price less 1 for a win, half of it for half a win, -1 for
            a loss, 0 for a push or void; NaN while it is open.
    """

    decimal: Floats
    result: NDArray[np.int8]
    reason: NDArray[np.int8]
    profit: Floats

    def __post_init__(self) -> None:
        gain = self.decimal - 1
        choices = (np.full_like(gain, np.nan), gain, gain / 2, 0.0 * gain, -0.5 + 0.0 * gain,
                   -1 + 0.0 * gain, 0.0 * gain)  # fmt: skip
        right = np.choose(self.result, choices)
        if not ((np.abs(self.profit - right) <= 1e-12) | (self.result == Result.OPEN)).all():
            raise ValueError("a profit that does not follow from result and price")
        if not (np.isnan(self.profit) == (self.result == Result.OPEN)).all():
            raise ValueError("an open bet has no profit, and every other has one")
        excused = (self.result == Result.OPEN) | (self.result == Result.VOID)
        if not (excused == (self.reason != Reason.GRADED)).all():
            raise ValueError("an open or void bet has a reason, and no other")

    @property
    def settled(self) -> Bools:
        """Which bets are no longer open; pushes and voids are bets."""
        return self.result != Result.OPEN


def settle(bets: Bets, games: Games, rules: Rules) -> Settlement:
    """Settle bets by what is known of their games.

    Raises:
        ValueError: a bet on a game that is not there.
    """
    if len(bets) and not (bets.game.min() >= 0 and bets.game.max() < len(games)):
        raise ValueError(f"a bet on game {bets.game.max()}, and there are {len(games)} games")
    market = pd.Categorical.from_codes(bets.market, MARKET_NAMES)
    rule, known = rules.of_many(games.league[bets.game], bets.bookmaker, market, bets.period)
    facts = counted(games, bets.game, rule)
    reason = _without_action(bets, games, rule, known, facts)
    values, stands = _graded(bets, rule, facts, reason)
    reason[stands.any(axis=0)] = Reason.GRADED
    result = _WORTH[values.sum(axis=0).astype(np.int64) + 2]
    profit = np.where(values > 0, values * (bets.decimal - 1), values).mean(axis=0)
    result[reason != Reason.GRADED] = Result.VOID
    is_open = reason >= Reason.NOT_OVER
    result[is_open], profit[is_open] = Result.OPEN, np.nan
    return Settlement(bets.decimal, result, reason, profit)


_WORTH = np.array(
    [Result.LOST, Result.HALF_LOST, Result.PUSH, Result.HALF_WON, Result.WON], dtype=np.int8
)
"""Result of -2, -1, 0, 1 and 2 halves won."""


def _without_action(
    bets: Bets, games: Games, rule: dict[str, Floats], known: Bools, facts: Counted
) -> NDArray[np.int8]:
    """Why each bet is void or open as far as the game goes (n,); the strongest reason counts."""
    status = games.status[bets.game]
    voided = rule["when_halted"] == WhenHalted.VOID
    unmeasured = facts.halted & ~voided & np.isnan(facts.played)
    reason = np.full(len(bets), Reason.GRADED, dtype=np.int8)
    for applies, why in (
        (~facts.halted & ~facts.enough, Reason.SHORTENED),
        (facts.halted & (voided | ~facts.enough), Reason.HALTED),
        (unmeasured, Reason.LENGTH_UNKNOWN),
        (_began_late(bets, games, rule), Reason.PLAYED_LATE),
        (status == Status.POSTPONED, Reason.POSTPONED),
        (status == Status.CANCELLED, Reason.CANCELLED),
        (facts.waiting | np.isin(status, (Status.SCHEDULED, Status.LIVE)), Reason.NOT_OVER),
        (~known, Reason.NO_RULE),
    ):
        reason[applies] = why
    return reason


def _began_late(bets: Bets, games: Games, rule: dict[str, Floats]) -> Bools:
    late = np.zeros(len(bets), dtype=bool)
    if bets.listed_on is not None and games.started_on is not None:
        days = days_between(bets.listed_on, games.started_on[bets.game])
        late |= days > rule["start_within_days"]
    if bets.listed_at is not None and games.started_at is not None:
        hours = hours_between(bets.listed_at, games.started_at[bets.game])
        late |= hours > rule["start_within_hours"]
    return late


def _graded(
    bets: Bets, rule: dict[str, Floats], facts: Counted, reason: NDArray[np.int8]
) -> tuple[Floats, Bools]:
    """Both halves of each bet (2, n): 1 won, 0 returned, -1 lost, and which of them stand.

    Fills in the reason of those whose points are not known.
    """
    quarter = np.isin(np.mod(bets.point, 1), (0.25, 0.75))
    # a total that is over already stays over, in a game that ended or was halted too early too
    can_be_decided = (
        np.isin(reason, (Reason.SHORTENED, Reason.HALTED))
        & (bets.market == Market.TOTALS)
        & (rule["decided_stands"] > 0)
    )
    unknown = (reason == Reason.GRADED) & np.isnan(facts.home + facts.away)
    unknown |= can_be_decided & np.isnan(facts.so_far)
    reason[unknown] = Reason.POINTS_UNKNOWN
    values = np.zeros((2, len(bets)))
    stands = np.zeros((2, len(bets)), dtype=bool)
    for half, shift in enumerate((-0.25, 0.25)):
        if half and not quarter.any():
            values[1], stands[1] = values[0], stands[0]
            break
        point = bets.point + np.where(quarter, shift, 0.0)
        decided = can_be_decided & (facts.so_far > point)
        graded = np.sign(_lead(bets, point, facts, rule["tied"]))
        values[half] = np.where(decided, np.where(bets.side == Side.OVER, 1, -1), graded)
        stands[half] = (reason == Reason.GRADED) | decided
    values[~stands] = 0
    return values, stands


def _lead(bets: Bets, point: Floats, facts: Counted, tied: Floats) -> Floats:
    """By how much each bet is won (n,): above 0 won, 0 a push, below 0 lost."""
    margin = facts.home - facts.away
    towards = np.where(bets.side == Side.AWAY, -margin, margin)
    loses_tie = (bets.market == Market.H2H_3_WAY) | (tied == Tied.LOSE)
    moneyline = np.where((margin == 0) & loses_tie, -1, towards)
    drawn = np.where(margin == 0, 1, -1)
    over = facts.home + facts.away - point
    return np.select(
        [bets.side == Side.DRAW, bets.side == Side.OVER, bets.side == Side.UNDER,
         bets.market == Market.SPREADS],
        [drawn, over, -over, towards + point],
        moneyline,
    )  # fmt: skip
