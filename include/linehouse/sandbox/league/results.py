"""What happened in a game: final score, periods, and when each point or run was scored.

NBA: quarters spread around the final score as a Brownian bridge, so that a half is as uncertain as
real ones are; some close games had overtime. MLB: runs fall on any inning; the home side does not
bat in the ninth when it leads, and extra innings go on until one side leads.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from random import Random

from linehouse.sandbox.league.outcomes import (
    MLB_DISPERSION,
    MLB_EXTRA_INNINGS_HOME_SHARE,
    MLB_EXTRA_RUNS,
    NBA_MARGIN_SD,
    NBA_TOTAL_SD,
    Expectation,
    negative_binomial,
)

NBA_PERIODS, MLB_PERIODS = 4, 9
OVERTIME_WEIGHT = 0.45
NBA_OVERTIME_SHARES = ((3, 0.22), (6, 0.12), (10, 0.06))
"""(margin up to, share of those games that needed overtime)."""


@dataclass(frozen=True)
class Result:
    """A final score by periods; MLB's home side may lack its last half inning."""

    away_periods: tuple[int, ...]
    home_periods: tuple[int, ...]
    regulation: int

    @property
    def home(self) -> int:
        """The home side's final score."""
        return sum(self.home_periods)

    @property
    def away(self) -> int:
        """The away side's final score."""
        return sum(self.away_periods)

    @property
    def periods(self) -> int:
        """How many periods there were, overtime or extra innings included."""
        return len(self.away_periods)

    @cached_property
    def bounds(self) -> tuple[float, ...]:
        """Where each period begins, as a share of the whole game, and 1 at the end."""
        weights = [1.0] * self.regulation
        extra = OVERTIME_WEIGHT if self.regulation == NBA_PERIODS else 1.0
        weights += [extra] * (self.periods - self.regulation)
        if len(self.home_periods) < self.periods:
            weights[-1] = 0.5
        total, begins = sum(weights), [0.0]
        for weight in weights:
            begins.append(begins[-1] + weight / total)
        return (*begins[:-1], 1.0)

    @property
    def regulation_share(self) -> float:
        """Which share of the whole game regulation was."""
        return self.bounds[self.regulation]


def play(sport_key: str, random: Random, more: Random, expectation: Expectation) -> Result:
    """Play a game: `random` decides the score, `more` how it came about."""
    if sport_key == "basketball_nba":
        return _nba_periods(more, *_nba_score(random, expectation))
    return _mlb_periods(more, *_mlb_score(random, expectation))


def scoring_times(
    random: Random, result: Result, side: tuple[int, ...], first: float, last: float
) -> list[tuple[float, int]]:
    """(share of the game, score from then on) of one side, whose periods are `side`; it scores
    from `first` to `last` of each period (its half of an inning)."""
    nba = result.regulation == NBA_PERIODS
    score, times = 0, []
    for number, points in enumerate(side):
        begin, end = result.bounds[number], result.bounds[number + 1]
        steps = _steps(random, points) if nba else [1] * points
        if nba:
            moments = [(place + random.random()) / len(steps) for place in range(len(steps))]
        else:
            moments = sorted(random.random() for _ in steps)
        low, high = first, last
        if number >= len(result.home_periods):
            low, high = 0.0, 1.0
        for moment, step in zip(moments, steps, strict=True):
            score += step
            inside = low + (high - low) * (0.01 + 0.97 * moment)
            times.append((begin + (end - begin) * inside, score))
    return times


def _steps(random: Random, points: int) -> list[int]:
    steps = []
    left = points
    while left > 0:
        step = random.choices((1, 2, 3), (2, 6, 3))[0]
        steps.append(min(step, left))
        left -= steps[-1]
    return steps


def _nba_score(random: Random, expectation: Expectation) -> tuple[int, int]:
    margin = random.gauss(expectation.margin, NBA_MARGIN_SD)
    total = max(random.gauss(expectation.total, NBA_TOTAL_SD), 160.0)
    winner = 1 if margin > 0 else -1
    whole = max(round(abs(margin)), 1) * winner
    both = round(total)
    if (both + whole) % 2:
        both += 1 if random.random() < 0.5 else -1
    return (both + whole) // 2, (both - whole) // 2


def _nba_periods(random: Random, home: int, away: int) -> Result:
    overtimes: list[tuple[int, int]] = []
    share = next((share for most, share in NBA_OVERTIME_SHARES if abs(home - away) <= most), 0.0)
    if random.random() < share:
        even = random.randint(5, 10)
        if random.random() < 0.15:
            overtimes.append((even, even))
            even = random.randint(4, 9)
        smaller = min(home, away)
        overtimes.append((even + home - smaller, even + away - smaller))
    left_home = home - sum(first for first, _ in overtimes)
    left_away = away - sum(second for _, second in overtimes)
    common = [random.gauss(0, NBA_TOTAL_SD / 4) for _ in range(NBA_PERIODS)]
    apart = [random.gauss(0, NBA_MARGIN_SD / 4) for _ in range(NBA_PERIODS)]
    home_quarters = _quarters(left_home, [c + d for c, d in zip(common, apart, strict=True)])
    away_quarters = _quarters(left_away, [c - d for c, d in zip(common, apart, strict=True)])
    return Result(
        (*away_quarters, *(second for _, second in overtimes)),
        (*home_quarters, *(first for first, _ in overtimes)),
        NBA_PERIODS,
    )


def _quarters(points: int, noise: list[float]) -> list[int]:
    """Four quarters that add up to `points`, around equal shares."""
    middle = sum(noise) / len(noise)
    wanted = [points / len(noise) + one - middle for one in noise]
    quarters, reached = [], 0.0
    for want in wanted:
        before = round(reached)
        reached += want
        quarters.append(round(reached) - before)
    while min(quarters) < 8:
        quarters[quarters.index(min(quarters))] += 1
        quarters[quarters.index(max(quarters))] -= 1
    return quarters


def _mlb_score(random: Random, expectation: Expectation) -> tuple[int, int, int | None]:
    """Home and away runs, and where nine innings did not decide, each side's runs after them."""
    home, away = (
        random.choices(
            range(33),
            negative_binomial(
                round(max((expectation.total + sign * expectation.margin) / 2, 0.5), 3),
                MLB_DISPERSION,
            ).tolist(),
        )[0]
        for sign in (1, -1)
    )
    if home != away:
        return home, away, None
    level = home
    runs = random.choices(
        [runs for runs, _ in MLB_EXTRA_RUNS], [share for _, share in MLB_EXTRA_RUNS]
    )[0]
    home, away = home + runs // 2, away + runs // 2
    if random.random() < MLB_EXTRA_INNINGS_HOME_SHARE:
        home += 1
    else:
        away += 1
    return home, away, level


def _mlb_periods(random: Random, home: int, away: int, level: int | None) -> Result:
    if level is not None:
        away_innings, home_innings = _innings(random, level, 9), _innings(random, level, 9)
        while random.random() < 0.25 and len(away_innings) < 13:
            away_innings.append(0)
            home_innings.append(0)
        both = min(home, away) - level
        if both:
            away_innings.append(both)
            home_innings.append(both)
        away_innings.append(away - level - both)
        home_innings.append(home - level - both)
        return Result(tuple(away_innings), tuple(home_innings), MLB_PERIODS)
    away_innings = _innings(random, away, 9)
    if home < away:
        return Result(tuple(away_innings), tuple(_innings(random, home, 9)), MLB_PERIODS)
    margin = home - away
    if margin <= 4 and random.random() < 0.2 / math.sqrt(margin):
        home_innings = [*_innings(random, away, 8), margin]
    else:
        home_innings = _innings(random, home, 8)
    return Result(tuple(away_innings), tuple(home_innings), MLB_PERIODS)


def _innings(random: Random, runs: int, innings: int) -> list[int]:
    line = [0] * innings
    for _ in range(runs):
        line[int(random.random() * innings)] += 1
    return line
