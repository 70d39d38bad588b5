"""How much is staked: flat, a percentage of the bankroll, or a fraction of Kelly, within limits.

Bets that are placed together are paid from one bankroll. In this order: the rule's stake; all
scaled down where percentages or Kelly shares together exceed the cap; none below the minimum (a
stake raised to it would be more than the rule allows); cut to the maximum; none that what is left
of the bankroll cannot pay.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.games import numbers
from linehouse.betting.kelly import kelly_share
from linehouse.betting.odds import Floats, InvalidOddsError, Values, decimals_of, probabilities_of


class Sizing(StrEnum):
    """What a stake follows from."""

    FLAT = "flat"
    PERCENTAGE = "percentage"
    KELLY = "kelly"


class StakeNote(IntEnum):
    """What was done to a stake."""

    AS_RULED = 0
    CUT_TO_MAXIMUM = 1
    NO_EDGE = 2
    """Kelly stakes nothing on it. Not placed."""
    BELOW_MINIMUM = 3
    """Not placed."""
    UNAFFORDABLE = 4
    """Not placed."""
    NO_PROBABILITY = 5
    """Kelly needs one. Not placed."""


ROUNDING = 1e-12
"""What is above a bound by so small a share of it is at the bound."""
PLACED = (StakeNote.AS_RULED, StakeNote.CUT_TO_MAXIMUM)


@dataclass(frozen=True)
class Stakes:
    """Stakes of `n` bets that are placed together.

    Attributes:
        bankroll: before them, in the currency of the stakes.
        amounts: (n,), 0 where the bet is not placed.
        notes: (n,), values of `StakeNote`.
    """

    bankroll: float
    amounts: Floats
    notes: NDArray[np.int8]

    def __post_init__(self) -> None:
        if self.amounts.shape != self.notes.shape:
            raise ValueError("there must be one note a stake")
        if not (np.isfinite(self.amounts).all() and (self.amounts >= 0).all()):
            raise ValueError("stakes must be finite and not negative")
        if not ((self.amounts > 0) == np.isin(self.notes, PLACED)).all():
            raise ValueError("a bet that is placed has a stake, and no other")
        if self.amounts.sum() > self.bankroll * (1 + ROUNDING):
            raise ValueError(f"stakes of {self.amounts.sum()} from a bankroll of {self.bankroll}")


@dataclass(frozen=True)
class Staking:
    """A rule for stakes.

    Attributes:
        sizing: what it follows from.
        size: units a bet for `flat`, a share of the bankroll (0.02 is 2 %) for `percentage`, the
            fraction of Kelly (0.25 is a quarter) for `kelly`.
        minimum, maximum: bounds of a stake, in the currency of the bankroll.
        cap: largest share of the bankroll that bets placed together may take.
    """

    sizing: Sizing = Sizing.KELLY
    size: float = 0.25
    minimum: float = 0.0
    maximum: float = np.inf
    cap: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizing", Sizing(self.sizing))
        if not (np.isfinite(self.size) and self.size > 0):
            raise InvalidOddsError(f"a stake of {self.size}: it must be above 0")
        if self.sizing is not Sizing.FLAT and self.size > 1:
            raise InvalidOddsError(f"{self.sizing} of {self.size}: it must not be above 1")
        if not 0 <= self.minimum <= self.maximum:
            raise InvalidOddsError(f"stakes from {self.minimum} to {self.maximum} are no range")
        if not 0 < self.cap <= 1:
            raise InvalidOddsError(f"a cap of {self.cap}: it must be above 0 and at most 1")

    def stakes(
        self,
        bankroll: float,
        probabilities: Values,
        decimals: Values,
        shares: Values | None = None,
    ) -> Stakes:
        """Stakes for bets placed together.

        Args:
            bankroll: what there is before them, 0 or more.
            probabilities: (n,) of winning; only Kelly looks at them, and stakes nothing on null.
            decimals: (n,) prices.
            shares: (n,) of an outlay that is spread over several bets; null for a bet of its own.
                The outlay is one flat stake, or that percentage or fraction of the bankroll.

        Raises:
            InvalidOddsError: a bankroll below 0, no price, or (for Kelly) what is no probability.
        """
        if not (np.isfinite(bankroll) and bankroll >= 0):
            raise InvalidOddsError(f"a bankroll of {bankroll}")
        wanted = self._wanted(bankroll, probabilities, decimals_of(decimals), shares)
        notes = np.where(wanted > 0, StakeNote.AS_RULED, StakeNote.NO_EDGE).astype(np.int8)
        if self.sizing is Sizing.KELLY:
            unstated = np.isnan(numbers(probabilities))
            if shares is not None:
                unstated &= np.isnan(numbers(shares))
            notes[unstated] = StakeNote.NO_PROBABILITY
        limit = self.cap * bankroll
        if self.sizing is not Sizing.FLAT and wanted.sum() > limit:
            wanted = wanted * (limit / wanted.sum())
        notes[(notes == StakeNote.AS_RULED) & (wanted < self.minimum)] = StakeNote.BELOW_MINIMUM
        above = wanted > self.maximum * (1 + ROUNDING)
        notes[(notes == StakeNote.AS_RULED) & above] = StakeNote.CUT_TO_MAXIMUM
        amounts = np.where(np.isin(notes, PLACED), np.minimum(wanted, self.maximum), 0.0)
        if amounts.sum() > limit:
            _leave_out_what_cannot_be_paid(amounts, notes, limit)
        return Stakes(bankroll, amounts, notes)

    def _wanted(
        self, bankroll: float, probabilities: Values, decimals: Floats, shares: Values | None
    ) -> Floats:
        if shares is not None and (spread := np.isfinite(np.asarray(shares, dtype=float))).any():
            part = np.asarray(shares, dtype=np.float64)
            outlay = self.size if self.sizing is Sizing.FLAT else self.size * bankroll
            wanted = np.where(spread, part * outlay, 0.0)
            alone = np.asarray(probabilities, dtype=np.float64)[~spread]
            wanted[~spread] = self._wanted(bankroll, alone, decimals[~spread], None)
            return wanted
        if self.sizing is Sizing.FLAT:
            return np.full(decimals.shape, self.size)
        if self.sizing is Sizing.PERCENTAGE:
            return np.full(decimals.shape, self.size * bankroll)
        stated = numbers(probabilities)
        unstated = np.isnan(stated)
        share = kelly_share(probabilities_of(np.where(unstated, 0.0, stated)), decimals, self.size)
        return np.where(unstated, 0.0, bankroll * share)


def _leave_out_what_cannot_be_paid(amounts: Floats, notes: NDArray[np.int8], limit: float) -> None:
    """In the order of the bets, so that an earlier one is never given up for a later one."""
    left = limit * (1 + ROUNDING)
    for place in np.flatnonzero(amounts):
        if amounts[place] > left:
            amounts[place], notes[place] = 0.0, StakeNote.UNAFFORDABLE
        else:
            left -= amounts[place]
