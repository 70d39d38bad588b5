"""How a game's result is distributed, given what can be known: pure maths.

NBA: margin and total are normal. MLB: each side's runs are negative binomial; a tie after nine
innings is won by one run in extra innings. The same functions serve a game in play, with what
remains of it and the score so far, and the first half or the first five innings.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

NBA_MARGIN_SD = 12.2
NBA_TOTAL_SD = 17.5
MLB_DISPERSION = 3.6
MLB_EXTRA_INNINGS_HOME_SHARE = 0.52
MLB_EXTRA_RUNS = ((1, 0.6), (3, 0.4))
MLB_MOST_RUNS = 32
MLB_FIVE_HOME_SHARE = 0.568
MLB_FIVE_AWAY_SHARE = 0.552
"""Which share of a side's runs five innings bring: the home side often needs no ninth."""


_RUNS = np.arange(MLB_MOST_RUNS + 1)
_MARGIN_OF = np.subtract.outer(_RUNS, _RUNS) + MLB_MOST_RUNS
_TOTAL_OF = np.add.outer(_RUNS, _RUNS)


@dataclass(frozen=True)
class Expectation:
    """Expected final home margin and total, in points or runs."""

    margin: float
    total: float


@dataclass(frozen=True)
class Score:
    """Points so far, and which share of the game has been played (0 before the start)."""

    home: int = 0
    away: int = 0
    played: float = 0.0


class Chances:
    """Probabilities of one game at one moment; pushes left out."""

    def home_wins(self) -> float:
        """That the home side wins."""
        raise NotImplementedError

    def home_covers(self, point: float) -> float:
        """That the home side's score plus `point` is the higher one, given that it is not equal."""
        raise NotImplementedError

    def goes_over(self, point: float) -> float:
        """That the sides' sum is above `point`, given that it is not equal."""
        raise NotImplementedError

    def even_margin(self) -> float:
        """The home margin that is as likely to be passed as to be missed."""
        raise NotImplementedError

    def even_total(self) -> float:
        """The total that is as likely to be passed as to be missed."""
        raise NotImplementedError


def chances(sport_key: str, expectation: Expectation, score: Score | None = None) -> Chances:
    """The distribution for a sport, from what is expected of a whole game and its score so far."""
    score = score or Score()
    if sport_key == "basketball_nba":
        return NbaChances(expectation, score)
    return MlbChances(expectation, score)


def half_chances(sport_key: str, expectation: Expectation) -> Chances:
    """The distribution of the score at half time, or after five innings, before the game."""
    if sport_key == "basketball_nba":
        return NbaChances(expectation, Score(0, 0, 0.5))
    return MlbFirstFive(expectation)


class NbaChances(Chances):
    """Normal margin and total; what remains shrinks with the share that is left."""

    def __init__(self, expectation: Expectation, score: Score) -> None:
        left = max(1.0 - score.played, 0.002)
        self._margin = score.home - score.away + expectation.margin * left
        self._total = score.home + score.away + expectation.total * left
        self._margin_sd = NBA_MARGIN_SD * math.sqrt(left)
        self._total_sd = NBA_TOTAL_SD * math.sqrt(left)

    def home_wins(self) -> float:
        return _above(self._margin, self._margin_sd, 0.0)

    def home_covers(self, point: float) -> float:
        return _without_push(self._margin, self._margin_sd, -point)

    def goes_over(self, point: float) -> float:
        return _without_push(self._total, self._total_sd, point)

    def even_margin(self) -> float:
        return self._margin

    def even_total(self) -> float:
        return self._total


class MlbChances(Chances):
    """Negative binomial runs of both sides, ties settled by extra innings."""

    def __init__(self, expectation: Expectation, score: Score) -> None:
        left = max(1.0 - score.played, 0.01)
        home = max((expectation.total + expectation.margin) / 2, 0.5) * left
        away = max((expectation.total - expectation.margin) / 2, 0.5) * left
        self._lead, self._so_far = score.home - score.away, score.home + score.away
        self._margins, self._totals = _run_tables(
            round(home, 2), round(away, 2), round(left, 3), self._lead
        )

    def home_wins(self) -> float:
        return self.home_covers(0.0)

    def home_covers(self, point: float) -> float:
        needed = -point - self._lead + MLB_MOST_RUNS
        above = float(self._margins[math.floor(needed) + 1 :].sum())
        below = float(self._margins[: math.ceil(needed)].sum())
        return above / (above + below)

    def goes_over(self, point: float) -> float:
        needed = point - self._so_far
        if needed < 0:
            return 1.0
        above = float(self._totals[math.floor(needed) + 1 :].sum())
        below = float(self._totals[: math.ceil(needed)].sum())
        return above / (above + below)

    def even_margin(self) -> float:
        cumulated = np.cumsum(self._margins)
        return float(np.searchsorted(cumulated, 0.5)) - MLB_MOST_RUNS + self._lead

    def even_total(self) -> float:
        cumulated = np.cumsum(self._totals)
        middle = float(np.searchsorted(cumulated, 0.5)) + self._so_far
        candidates = (middle - 0.5, middle, middle + 0.5)
        return min(candidates, key=lambda point: abs(self.goes_over(point) - 0.5))


class MlbFirstFive(MlbChances):
    """Runs after five innings: a share of each side's runs, thinned one by one."""

    def __init__(self, expectation: Expectation) -> None:
        home = max((expectation.total + expectation.margin) / 2, 0.5) * MLB_FIVE_HOME_SHARE
        away = max((expectation.total - expectation.margin) / 2, 0.5) * MLB_FIVE_AWAY_SHARE
        self._lead = self._so_far = 0
        self._margins, self._totals = _half_tables(round(home, 2), round(away, 2))


@lru_cache(maxsize=20_000)
def _run_tables(
    home: float, away: float, left: float, lead: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities of the remaining margin (index 0 is -32 runs) and of the remaining total."""
    joint = np.outer(
        negative_binomial(home, MLB_DISPERSION * left),
        negative_binomial(away, MLB_DISPERSION * left),
    )
    size = 2 * MLB_MOST_RUNS
    margins, totals = (
        np.asarray(
            np.bincount(index.ravel(), weights=joint.ravel(), minlength=length), dtype=np.float64
        )
        for index, length in ((_MARGIN_OF, size + 1), (_TOTAL_OF, size + 4))
    )
    if abs(lead) < MLB_MOST_RUNS:
        level = MLB_MOST_RUNS - lead
        tied, margins[level] = margins[level], 0.0
        margins[min(level + 1, size)] += tied * MLB_EXTRA_INNINGS_HOME_SHARE
        margins[max(level - 1, 0)] += tied * (1 - MLB_EXTRA_INNINGS_HOME_SHARE)
        ties = np.diagonal(joint, offset=lead)
        at = abs(lead) + 2 * np.arange(len(ties))
        totals[at] -= ties
        for runs, share in MLB_EXTRA_RUNS:
            totals[at + runs] += share * ties
    return margins / margins.sum(), totals / totals.sum()


@lru_cache(maxsize=20_000)
def _half_tables(home: float, away: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same of the runs after five innings, where a tie stays one."""
    joint = np.outer(
        negative_binomial(home, MLB_DISPERSION), negative_binomial(away, MLB_DISPERSION)
    )
    size = 2 * MLB_MOST_RUNS
    margins, totals = (
        np.asarray(
            np.bincount(index.ravel(), weights=joint.ravel(), minlength=size + 1), dtype=np.float64
        )
        for index in (_MARGIN_OF, _TOTAL_OF)
    )
    return margins, totals


@lru_cache(maxsize=20_000)
def negative_binomial(mean: float, dispersion: float) -> NDArray[np.float64]:
    """P(0..32 runs) for a mean and a dispersion r (variance = mean + mean squared / r)."""
    share = mean / (mean + dispersion)
    chance = (1 - share) ** dispersion
    table = np.empty(MLB_MOST_RUNS + 1)
    for runs in range(MLB_MOST_RUNS + 1):
        table[runs] = chance
        chance *= share * (runs + dispersion) / (runs + 1)
    return table / table.sum()


def _above(mean: float, sd: float, value: float) -> float:
    return 0.5 * math.erfc((value - mean) / (sd * math.sqrt(2)))


def _without_push(mean: float, sd: float, value: float) -> float:
    """P(above) of a whole number around a normal mean, given that it is not `value` itself."""
    if value != round(value):
        return _above(mean, sd, value)
    above, not_below = _above(mean, sd, value + 0.5), _above(mean, sd, value - 0.5)
    return above / max(above + 1 - not_below, 1e-9)
