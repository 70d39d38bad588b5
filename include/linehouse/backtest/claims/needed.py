"""How many bets show an edge: by their results alone, and by the closing line."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from linehouse.betting.odds import Floats

RATES = (0.53, 0.54, 0.55, 0.57)
CONFIDENCE = 0.95
POWER = 0.8
LARGEST_POINTS = 12.0
_NORMAL = NormalDist()
Z = _NORMAL.inv_cdf((1 + CONFIDENCE) / 2)
Z_POWER = _NORMAL.inv_cdf(POWER)


@dataclass(frozen=True)
class Needed:
    """What it takes to show a true rate.

    Attributes:
        rate: of bets that win, 0 to 1.
        true_yield: at the price.
        bets_even: with so many bets the interval lies above break-even in half of all cases.
        bets_likely: in 80 of 100 cases, by the exact interval.
        points: by which such bets beat a fair closing line, in the mean; None: beyond measure.
        closing_bets: with so many bets the interval of that mean lies above what breaks even, in
            80 of 100 cases; None where it cannot be told.
    """

    rate: float
    true_yield: float
    bets_even: int
    bets_likely: int
    points: float | None
    closing_bets: int | None


@dataclass(frozen=True)
class ClosingScale:
    """What points at the close are worth, as measured on games.

    Attributes:
        games: with a close and a result.
        off: result less closing line of each (games,): points above what the first side needed.
        moves: closing less opening line of each game that has both (m,), in points.
    """

    games: int
    off: Floats
    moves: Floats

    def rate(self, points: float) -> float:
        """How often a side wins that has so many points more than the close gives, 0 to 1.

        Both sides of every game count, so that neither is favoured; pushes do not.
        """
        won = (self.off + points > 0).sum() + (points - self.off > 0).sum()
        lost = (self.off + points < 0).sum() + (points - self.off < 0).sum()
        return float(won / (won + lost))

    def points(self, rate: float) -> float | None:
        """Points that make a side win so often, between half points; None: more than 12."""
        if rate <= 0.5:
            return 0.0
        steps = np.arange(0, LARGEST_POINTS + 0.5, 0.5)
        rates = np.maximum.accumulate([self.rate(step) for step in steps.tolist()])
        if rates[-1] < rate:
            return None
        return float(np.interp(rate, rates, steps))

    @property
    def move_spread(self) -> float | None:
        """Standard deviation of the moves from open to close; None for too few."""
        return float(self.moves.std(ddof=1)) if self.moves.size > 1 else None


def bets_even(rate: float, break_even: float) -> int:
    """Bets at which the interval (normal) of the true rate itself just leaves out break-even.

    Raises:
        ValueError: a rate that does not beat break-even never shows that it does.
    """
    if not 0 < break_even < rate < 1:
        raise ValueError(f"a rate of {rate} does not beat {break_even}")
    return ceil(Z**2 * rate * (1 - rate) / (rate - break_even) ** 2)


def bets_likely(rate: float, break_even: float, power: float = POWER) -> int:
    """Fewest bets of which the exact interval lies above break-even with this probability.

    The interval (Clopper-Pearson, 95 %) does so from that number of wins on of which break-even
    reaches as many with less than 2.5 %.

    Raises:
        ValueError: a rate that does not beat break-even never shows that it does.
    """
    if not 0 < break_even < rate < 1:
        raise ValueError(f"a rate of {rate} does not beat {break_even}")
    z_power = _NORMAL.inv_cdf(power)
    spread = Z * sqrt(break_even * (1 - break_even)) + z_power * sqrt(rate * (1 - rate))
    about = (spread / (rate - break_even)) ** 2
    begin, end = max(1, int(0.85 * about) - 30), int(1.15 * about) + 60
    bets = np.arange(begin, end)
    reached = _power(bets, rate, break_even) >= power
    return int(bets[np.argmax(reached)])


def _power(bets: NDArray[np.int64], rate: float, break_even: float) -> Floats:
    """Probability that the exact interval of so many bets lies above break-even (n,)."""
    critical = stats.binom.isf((1 - CONFIDENCE) / 2, bets, break_even) + 1
    return np.asarray(stats.binom.sf(critical - 1, bets, rate), dtype=np.float64)


def needed(
    claimed: float, decimal: float, scale: ClosingScale | None, rates: Sequence[float] = RATES
) -> list[Needed]:
    """A row for each rate that beats break-even, the claimed one among them.

    Args:
        claimed: rate of the claim, 0 to 1.
        decimal: price of every bet.
        scale: what points at the close are worth; None where no game tells.
        rates: others to show.
    """
    break_even = 1 / decimal
    even = scale.points(break_even) if scale is not None else None
    found = []
    for rate in sorted({*rates, claimed}):
        if rate <= break_even:
            continue
        points = scale.points(rate) if scale is not None else None
        spread = scale.move_spread if scale is not None else None
        closing = None
        if points is not None and even is not None and spread is not None and points > even:
            closing = max(2, ceil(((Z + Z_POWER) * spread / (points - even)) ** 2))
        found.append(
            Needed(
                rate=rate,
                true_yield=rate * decimal - 1,
                bets_even=bets_even(rate, break_even),
                bets_likely=bets_likely(rate, break_even),
                points=points,
                closing_bets=closing,
            )
        )
    return found
