"""The figures of a backtest, each with one definition.

Every settled bet is a bet: pushes and voids too, with their stake in the turnover and no profit.
Days are Eastern days of settlement. `yield` is profit over turnover, `roi` profit over the bankroll
at the beginning; both are shares (0.05 is 5 %). What cannot be told is None, never NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest import returns as paths
from linehouse.betting.games import numbers, times
from linehouse.betting.odds import Floats
from linehouse.betting.settlement import Result

ROUNDING = 1e-9
CALMAR_DAYS = 30
"""Calendar days below which a return a year says nothing: two good days would be 10 to the 47."""


@dataclass(frozen=True)
class SettledBets:
    """`n` bets in the order of their settlement.

    Attributes:
        day: Eastern day of settlement (n,), never falling.
        stake: above 0 (n,).
        decimal: price (n,).
        result: values of `Result`, none open (n,).
        profit: in the currency of the stakes (n,).
    """

    day: NDArray[np.datetime64]
    stake: Floats
    decimal: Floats
    result: NDArray[np.int8]
    profit: Floats

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "day", times(self.day, "D"))
        keep(self, "result", np.asarray(self.result, dtype=np.int8))
        for name in ("stake", "decimal", "profit"):
            keep(self, name, numbers(getattr(self, name)))
        if len({len(value) for value in vars(self).values()}) != 1:
            raise ValueError("there must be one of everything a bet")
        if (np.diff(self.day) < np.timedelta64(0, "D")).any() or np.isnat(self.day).any():
            raise ValueError("bets must be in the order of their days")
        if not (np.isfinite(self.stake) & (self.stake > 0)).all():
            raise ValueError("a stake must be above 0")
        if (self.result == Result.OPEN).any():
            raise ValueError("an open bet has no place among the settled ones")
        gain = self.stake * (self.decimal - 1)
        worth = np.choose(
            self.result, (gain, gain, gain / 2, 0 * gain, -self.stake / 2, -self.stake, 0 * gain)
        )
        if (np.abs(self.profit - worth) > ROUNDING * np.maximum(self.stake, np.abs(worth))).any():
            raise ValueError("a profit does not follow from stake, price and result")

    def __len__(self) -> int:
        return len(self.stake)

    @cached_property
    def _signs(self) -> tuple[Floats, Floats]:
        return (self.profit > 0).astype(np.float64), (self.profit < 0).astype(np.float64)


@dataclass(frozen=True)
class Metrics:
    """Figures of a backtest. See the module for what counts.

    Attributes:
        bets: settled bets; `won`, `half_won`, `pushed`, `half_lost`, `lost` and `voided` are parts.
        turnover: sum of the stakes.
        profit: in the currency of the stakes.
        yield_: profit over turnover (`yield` in JSON).
        roi: profit over the first bankroll.
        win_rate: won and half won bets over those that were won or lost in part or whole.
        average_decimal: mean price.
        days: days with a settled bet.
        sharpe: of daily returns on the day's first bankroll, for one day with bets.
        sharpe_annual: that times the root of the days with bets in a year.
        sortino: of the same returns, target 0.
        max_drawdown: deepest fall of the bankroll at the end of days, as a share of its peak.
        max_drawdown_days: calendar days from that peak until it was reached again, or the last day.
        calmar: compounded return a year over the deepest drawdown; None for less than 30 days, of
            which a year can only be made up.
        profit_factor: sum of the gains over that of the losses, bet by bet.
        longest_winning_streak, longest_losing_streak: bets in a row; pushes and voids neither count
            nor end one.
        final_bankroll: after the last bet.
    """

    bets: int
    won: int
    half_won: int
    pushed: int
    half_lost: int
    lost: int
    voided: int
    turnover: float
    profit: float
    yield_: float | None
    roi: float
    win_rate: float | None
    average_decimal: float | None
    days: int
    sharpe: float | None
    sharpe_annual: float | None
    sortino: float | None
    max_drawdown: float
    max_drawdown_days: int
    calmar: float | None
    profit_factor: float | None
    longest_winning_streak: int
    longest_losing_streak: int
    final_bankroll: float

    def __post_init__(self) -> None:
        parts = self.won + self.half_won + self.pushed + self.half_lost + self.lost + self.voided
        if parts != self.bets:
            raise ValueError(f"{self.bets} bets whose results are {parts}")
        if (self.bets == 0) != (self.turnover == 0) or (self.yield_ is None) != (self.bets == 0):
            raise ValueError("turnover and yield belong to bets")
        if self.yield_ is not None and abs(self.yield_ * self.turnover - self.profit) > (
            ROUNDING * self.turnover
        ):
            raise ValueError("yield is not profit over turnover")
        if self.win_rate is not None and not 0 <= self.win_rate <= 1:
            raise ValueError(f"a win rate of {self.win_rate}")
        if not 0 <= self.max_drawdown <= 1:
            raise ValueError(f"a drawdown of {self.max_drawdown}")
        if self.longest_winning_streak > self.won + self.half_won:
            raise ValueError("a winning streak longer than all wins")
        if self.longest_losing_streak > self.lost + self.half_lost:
            raise ValueError("a losing streak longer than all losses")
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and not np.isfinite(value):
                raise ValueError(f"{field.name} is {value}")

    def as_dict(self) -> dict[str, Any]:
        """Figures by name, for JSON."""
        return {field.name.rstrip("_"): getattr(self, field.name) for field in fields(self)}


def measure(bets: SettledBets, bankroll: float) -> Metrics:
    """All figures of bets that were paid from one bankroll.

    Args:
        bets: in the order of settlement.
        bankroll: before the first one, above 0.

    Raises:
        ValueError: a bankroll of 0 or less at the beginning, or one that fell below 0.
    """
    count = np.bincount(bets.result, minlength=len(Result))
    won, lost = int(count[Result.WON]), int(count[Result.LOST])
    half_won, half_lost = int(count[Result.HALF_WON]), int(count[Result.HALF_LOST])
    decided = won + half_won + half_lost + lost
    turnover, profit = float(bets.stake.sum()), float(bets.profit.sum())
    days, equity = equity_by_day(bets, bankroll)
    returns = paths.returns_of(equity)
    drawdown = paths.max_drawdown(equity)
    ratio = paths.sharpe(returns)
    span = int((days[-1] - days[0]).astype(int)) + 1 if days.size else 0
    yearly = paths.annual_return(bankroll, float(equity[-1]), span)
    a_year = days.size * paths.DAYS_A_YEAR / span if span else 0.0
    return Metrics(
        bets=len(bets),
        won=won,
        half_won=half_won,
        pushed=int(count[Result.PUSH]),
        half_lost=half_lost,
        lost=lost,
        voided=int(count[Result.VOID]),
        turnover=turnover,
        profit=profit,
        yield_=profit / turnover if len(bets) else None,
        roi=profit / bankroll,
        win_rate=(won + half_won) / decided if decided else None,
        average_decimal=float(bets.decimal.mean()) if len(bets) else None,
        days=int(days.size),
        sharpe=ratio,
        sharpe_annual=None if ratio is None else ratio * float(np.sqrt(a_year)),
        sortino=paths.sortino(returns),
        max_drawdown=drawdown.depth,
        max_drawdown_days=_days_under(days, drawdown),
        calmar=paths.calmar(yearly, drawdown.depth) if span >= CALMAR_DAYS else None,
        profit_factor=profit_factor(bets.profit),
        longest_winning_streak=longest_streak(bets.profit, 1),
        longest_losing_streak=longest_streak(bets.profit, -1),
        final_bankroll=float(equity[-1]),
    )


def equity_by_day(bets: SettledBets, bankroll: float) -> tuple[NDArray[np.datetime64], Floats]:
    """Days with a settled bet (m,), and the bankroll before the first and after each (m + 1,)."""
    days, first = np.unique(bets.day, return_index=True)
    earned = np.add.reduceat(bets.profit, first) if len(bets) else np.empty(0)
    equity = bankroll + np.concatenate([[0.0], np.cumsum(earned)])
    # nothing is staked that is not there, so what lies below 0 is rounding
    return days, np.where((equity < 0) & (equity > -ROUNDING * bankroll), 0.0, equity)


def profit_factor(profit: Floats) -> float | None:
    """Sum of the gains over the sum of the losses; None where nothing was lost."""
    lost = -float(profit[profit < 0].sum())
    return float(profit[profit > 0].sum()) / lost if lost > 0 else None


def longest_streak(profit: Floats, sign: int) -> int:
    """Most bets in a row with a gain (`sign` 1) or a loss (-1), skipping those without either."""
    decided = np.sign(profit[profit != 0]) == sign
    if not decided.any():
        return 0
    ends = np.flatnonzero(~np.concatenate([decided, [False]]))
    return int(np.diff(ends, prepend=-1).max() - 1)


def summary_by_group(
    bets: SettledBets, group: NDArray[np.int64], names: Sequence[str]
) -> dict[str, dict[str, float | int | None]]:
    """Bets, turnover, profit, yield, win rate and average price by name, sorted.

    Args:
        bets: settled (n,).
        group: place of each bet's name (n,).
        names: those without a bet are left out.
    """
    size = len(names)
    number = np.bincount(group, minlength=size)
    turnover = np.bincount(group, bets.stake, size)
    profit = np.bincount(group, bets.profit, size)
    price = np.bincount(group, bets.decimal, size)
    gained, lost = (np.bincount(group, sign, size) for sign in bets._signs)
    return {
        str(name): {
            "bets": int(number[place]),
            "turnover": float(turnover[place]),
            "profit": float(profit[place]),
            "yield": float(profit[place] / turnover[place]),
            "win_rate": (
                float(gained[place] / (gained[place] + lost[place]))
                if gained[place] + lost[place]
                else None
            ),
            "average_decimal": float(price[place] / number[place]),
        }
        for name, place in sorted(zip(names, range(size), strict=True))
        if number[place]
    }


def _days_under(days: NDArray[np.datetime64], drawdown: paths.Drawdown) -> int:
    """Calendar days of a drawdown; a place in the path lies one behind its day."""
    if drawdown.depth == 0:
        return 0
    begins = days[drawdown.begins - 1] if drawdown.begins else days[0] - np.timedelta64(1, "D")
    return int((days[drawdown.ends - 1] - begins).astype(int))
