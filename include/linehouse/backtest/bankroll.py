"""The path of a bankroll through days of bets: what is staked, and what it is staked from.

A day's stakes are all taken from what there is before that day: the bankroll, with the profits of
bets that were settled on earlier days, less the stakes of those still open. What a day's own bets
win or lose funds nothing before the next day. A bet whose result is never known keeps its stake.
How far the bankroll has fallen is looked at after every day of settlement, with bets or without.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest.limits import Exposure, Limits
from linehouse.backtest.verdicts import Verdict
from linehouse.betting.odds import Floats
from linehouse.betting.staking import Sizing, StakeNote, Staking
from linehouse.market.games import Places

Days = NDArray[np.datetime64]
NOTES = {
    StakeNote.AS_RULED: Verdict.PLACED,
    StakeNote.CUT_TO_MAXIMUM: Verdict.PLACED,
    StakeNote.NO_EDGE: Verdict.NO_EDGE,
    StakeNote.BELOW_MINIMUM: Verdict.BELOW_MINIMUM,
    StakeNote.UNAFFORDABLE: Verdict.UNAFFORDABLE,
    StakeNote.NO_PROBABILITY: Verdict.NO_PROBABILITY,
}
_VERDICTS = np.array([NOTES[note] for note in StakeNote], dtype=np.int8)


@dataclass(frozen=True)
class Wagers:
    """`k` proposed bets in the order of their days of decision.

    Attributes:
        day: Eastern day of decision (k,), never falling.
        settled_on: Eastern day of settlement (k,), not before `day`.
        decimal: price (k,).
        probability: of winning (k,); NaN where none is stated.
        worth: profit of one unit staked (k,); NaN for a bet whose result is not known.
        game, book: small numbers (k,).
        share, bundle: see `Proposals` (k,).
    """

    day: Days
    settled_on: Days
    decimal: Floats
    probability: Floats
    worth: Floats
    game: Places
    book: Places
    share: Floats
    bundle: Places

    def __post_init__(self) -> None:
        if {len(one) for one in vars(self).values()} - {len(self.day)}:
            raise ValueError("there must be one of everything a bet")
        if (np.diff(self.day) < np.timedelta64(0, "D")).any():
            raise ValueError("bets must be in the order of their days")
        if (self.settled_on < self.day).any():
            raise ValueError("a bet is settled before it is decided")

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True)
class Path:
    """What became of `k` proposed bets.

    Attributes:
        stake: 0 where not placed (k,).
        verdict: values of `Verdict` (k,).
        cut: the stake was cut to the maximum, or its whole bundle scaled down to it (k,).
        available: what the day's stakes were taken from (k,).
    """

    stake: Floats
    verdict: NDArray[np.int8]
    cut: NDArray[np.bool_]
    available: Floats

    def __post_init__(self) -> None:
        if not ((self.stake > 0) == (self.verdict == Verdict.PLACED)).all():
            raise ValueError("a bet that is placed has a stake, and no other")


def follow(wagers: Wagers, staking: Staking, limits: Limits, bankroll: float) -> Path:
    """Stake every bet from the bankroll as it stands before its day.

    Args:
        wagers: in the order in which they are placed.
        staking: what a stake follows from.
        limits: what vetoes it.
        bankroll: before the first day, above 0.
    """
    if not (np.isfinite(bankroll) and bankroll > 0):
        raise ValueError(f"a bankroll of {bankroll}: it must be above 0")
    if staking.sizing is Sizing.FLAT and not limits and not (wagers.bundle >= 0).any():
        flat = _flat(wagers, staking, bankroll)
        if flat is not None:
            return flat
    return _by_day(wagers, staking, limits, bankroll)


def _flat(wagers: Wagers, staking: Staking, bankroll: float) -> Path | None:
    """Flat stakes that the bankroll can always pay, all at once; None where it ever could not."""
    size = min(staking.size, staking.maximum)
    if size < staking.minimum:
        return None
    days, place, number = np.unique(wagers.day, return_inverse=True, return_counts=True)
    staked = np.concatenate([[0.0], np.cumsum(number * size)])
    known = np.isfinite(wagers.worth)
    order = np.argsort(wagers.settled_on[known], kind="stable")
    returned = np.concatenate([[0.0], np.cumsum((size * (1 + wagers.worth[known]))[order])])
    before = np.searchsorted(wagers.settled_on[known][order], days, side="left")
    available = bankroll - staked[:-1] + returned[before]
    if (number * size > staking.cap * available).any():
        return None
    every = len(wagers)
    return Path(
        np.full(every, size),
        np.full(every, Verdict.PLACED, dtype=np.int8),
        np.full(every, size < staking.size),
        available[place],
    )


def _by_day(wagers: Wagers, staking: Staking, limits: Limits, bankroll: float) -> Path:
    every = len(wagers)
    stake, available = np.zeros(every), np.zeros(every)
    verdict, cut = np.zeros(every, dtype=np.int8), np.zeros(every, dtype=bool)
    exposure = Exposure(
        limits, int(wagers.game.max(initial=-1)) + 1, int(wagers.book.max(initial=-1)) + 1
    )
    known = np.isfinite(wagers.worth)
    queue = np.argsort(
        np.where(known, wagers.settled_on, np.datetime64("9999-12-31")), kind="stable"
    )
    queue = queue[known[queue]]
    due = wagers.settled_on[queue]
    days, first = np.unique(wagers.day, return_index=True)
    ends = np.append(first, every)[1:]
    cash = equity = peak = bankroll
    settled, stopped = 0, False
    lowest = -np.inf if limits.drawdown is None else 1 - limits.drawdown
    for day, begin, end in zip(days, first, ends, strict=True):
        over = int(np.searchsorted(due, day, side="left"))
        for number, place in enumerate(queue[settled:over].tolist(), settled):
            if stake[place] > 0:
                cash += stake[place] * (1 + wagers.worth[place])
                equity += stake[place] * wagers.worth[place]
                exposure.settle(stake[place], wagers.game[place], wagers.book[place])
            if number + 1 == over or due[number + 1] != due[number]:  # the day ends
                peak = max(peak, equity)
                stopped |= equity <= lowest * peak
        settled = over
        now = slice(begin, end)
        available[now] = cash = max(cash, 0.0)
        if stopped:
            verdict[now] = Verdict.DRAWDOWN_STOP
            continue
        shares, scaled = _fitting(wagers, now, staking, cash)
        stakes = staking.stakes(cash, wagers.probability[now], wagers.decimal[now], shares)
        stake[now], verdict[now] = stakes.amounts, _VERDICTS[stakes.notes]
        cut[now] = scaled | (stakes.notes == StakeNote.CUT_TO_MAXIMUM)
        _judge(wagers, now, stake, verdict, limits, exposure, equity)
        cash -= float(stake[now].sum())
    return Path(stake, verdict, cut & (stake > 0), available)


def _fitting(
    wagers: Wagers, now: slice, staking: Staking, cash: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """Shares of a day's outlays, scaled down where the largest leg would exceed the maximum, and
    where that was so."""
    share = wagers.share[now]
    scaled = np.zeros(share.shape, dtype=bool)
    legs = np.flatnonzero(wagers.bundle[now] >= 0)
    if not legs.size or not np.isfinite(staking.maximum):
        return share, scaled
    outlay = staking.size if staking.sizing is Sizing.FLAT else staking.size * cash
    _, bundle = np.unique(wagers.bundle[now][legs], return_inverse=True)
    largest = np.zeros(bundle.max() + 1)
    np.maximum.at(largest, bundle, share[legs])
    factor = np.minimum(1, staking.maximum / np.maximum(outlay * largest, 1e-12))[bundle]
    fitting = share.copy()
    fitting[legs] *= factor
    scaled[legs] = factor < 1
    return fitting, scaled


def _judge(
    wagers: Wagers,
    now: slice,
    stake: Floats,
    verdict: NDArray[np.int8],
    limits: Limits,
    exposure: Exposure,
    equity: float,
) -> None:
    """Let limits veto the bets of a day in their order; a bundle is judged whole at its first leg,
    so that one that falls takes no room from the bets after it."""
    exposure.begin_day()
    bundles = wagers.bundle[now]
    if not limits and not (bundles >= 0).any():
        return
    for place in range(now.start, now.stop):
        bundle = bundles[place - now.start]
        legs = now.start + np.flatnonzero(bundles == bundle) if bundle >= 0 else np.array([place])
        if legs[0] == place:
            _judge_together(legs.tolist(), wagers, stake, verdict, exposure, equity)


def _judge_together(
    legs: list[int],
    wagers: Wagers,
    stake: Floats,
    verdict: NDArray[np.int8],
    exposure: Exposure,
    equity: float,
) -> None:
    """Place all of these bets, or none."""
    fallen = any(verdict[leg] != Verdict.PLACED for leg in legs)
    taken = []
    for leg in [] if fallen else legs:
        game, book = int(wagers.game[leg]), int(wagers.book[leg])
        verdict[leg] = exposure.judge(stake[leg], game, book, equity)
        if fallen := verdict[leg] != Verdict.PLACED:
            break
        exposure.place(stake[leg], game, book)
        taken.append((stake[leg], game, book))
    if fallen:
        for amount, game, book in taken:
            exposure.place(-amount, game, book)
        for leg in legs:
            stake[leg] = 0.0
            if verdict[leg] == Verdict.PLACED:
                verdict[leg] = Verdict.OTHER_LEG
