"""One game: what it was expected to be, when news came, what happened.

The truth of the league is here. The simulator's HTTP side shows prices, starts and scores of it;
expectations, strengths and results before their time are for tests alone.
"""

import bisect
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random

from linehouse.sandbox.league.calendar import Fixture
from linehouse.sandbox.league.outcomes import (
    MLB_DISPERSION,
    MLB_EXTRA_INNINGS_HOME_SHARE,
    MLB_EXTRA_RUNS,
    NBA_MARGIN_SD,
    NBA_TOTAL_SD,
    Expectation,
    Score,
    chances,
    negative_binomial,
)
from linehouse.sandbox.league.randomness import stream, uniform
from linehouse.sandbox.league.teams import Team

NEWS_WINDOW_SECONDS = 72 * 3600.0
SLIPPED_SHARE = 0.06


@dataclass(frozen=True)
class Strength:
    """What a club adds to a game: to its own margin and to the total, in points or runs."""

    margin: float
    total: float


@dataclass(frozen=True)
class News:
    """The moment from which everybody could know better, and by how much it moves a game."""

    at: datetime
    margin: float
    total: float


@lru_cache(maxsize=20_000)
def strength(seed: int, sport_key: str, team: Team, season: str, day: date) -> Strength:
    """A club's true strength on a day: a level for the season and a slow drift around it."""
    base = stream(seed, "strength", sport_key, team.name, season)
    margin, total = base.uniform(-1, 1), base.gauss(0, 1)
    drift = math.fsum(
        base.uniform(0.4, 1.0) * math.sin(2 * math.pi * (day.toordinal() / period + base.random()))
        for period in (23, 41, 77)
    )
    if sport_key == "basketball_nba":
        return Strength(8.3 * margin + 1.0 * drift, 3.2 * total)
    return Strength(0.75 * margin + 0.08 * drift, 0.22 * total)


class Game:
    """One game of the league; attributes in UTC. A function of the seed and the fixture."""

    def __init__(self, seed: int, fixture: Fixture) -> None:
        self.seed, self.fixture = seed, fixture
        self.event_id, self.sport_key = fixture.event_id, fixture.sport_key
        random = stream(seed, "game", fixture.event_id)
        self.told_starts = _told_starts(random, fixture.scheduled_at)
        self.starts_at = self.told_starts[-1][1]
        self.opening = self._opening(random)
        self.news = self._news(random)
        self.expectation = Expectation(
            self.opening.margin + math.fsum(news.margin for news in self.news),
            self.opening.total + math.fsum(news.total for news in self.news),
        )
        self.home_score, self.away_score = self._result(random)
        nba = self.sport_key == "basketball_nba"
        minutes = random.gauss(138, 7) if nba else random.gauss(162, 16)
        self.ends_at = self.starts_at + timedelta(minutes=max(minutes, 110))
        self.reported_at = self.ends_at + timedelta(minutes=random.uniform(1, 4))
        self._home_times = self._scoring_times(random, self.home_score)
        self._away_times = self._scoring_times(random, self.away_score)

    def told_start(self, at: datetime) -> datetime:
        """The start as it was announced at that moment."""
        position = bisect.bisect_right(self.told_starts, at, key=lambda told: told[0])
        return self.told_starts[max(position - 1, 0)][1]

    def expectation_at(self, at: datetime) -> Expectation:
        """The best that anybody could expect at that moment."""
        known = [news for news in self.news if news.at <= at]
        return Expectation(
            self.opening.margin + math.fsum(news.margin for news in known),
            self.opening.total + math.fsum(news.total for news in known),
        )

    def home_win_prob(self, at: datetime) -> float:
        """The true chance of the home side before the game, with what was known at that moment."""
        return chances(self.sport_key, self.expectation_at(at)).home_wins()

    def score_at(self, at: datetime) -> Score:
        """The score at that moment."""
        played = (at - self.starts_at) / (self.ends_at - self.starts_at)
        if played <= 0:
            return Score()
        played = min(played, 1.0)
        home = bisect.bisect_right(self._home_times, played, key=lambda scored: scored[0])
        away = bisect.bisect_right(self._away_times, played, key=lambda scored: scored[0])
        return Score(
            self._home_times[home - 1][1] if home else 0,
            self._away_times[away - 1][1] if away else 0,
            played,
        )

    def is_listed(self, at: datetime) -> bool:
        """Whether the league's office has the game on its schedule at that moment."""
        fixture = self.fixture
        if fixture.listed_from is not None and at < fixture.listed_from:
            return False
        return fixture.postponed_at is None or at < fixture.postponed_at

    def _opening(self, random: Random) -> Expectation:
        fixture = self.fixture
        args = (fixture.season, fixture.date_et)
        home = strength(self.seed, self.sport_key, fixture.home, *args)
        away = strength(self.seed, self.sport_key, fixture.away, *args)
        if self.sport_key == "basketball_nba":
            return Expectation(
                2.3 + home.margin - away.margin + random.gauss(0, 1.2),
                min(max(226 + home.total + away.total + random.gauss(0, 2.5), 200), 252),
            )
        starters = random.gauss(0, 0.62)
        park = 0.9 * (uniform(self.seed, "park", fixture.home.name) - 0.5)
        park += 1.2 if fixture.home.name == "Colorado Rockies" else 0.0
        return Expectation(
            min(max(0.3 + home.margin - away.margin + starters, -3.0), 3.0),
            min(max(8.75 + home.total + away.total + park + random.gauss(0, 0.45), 7.0), 12.5),
        )

    def _news(self, random: Random) -> list[News]:
        nba = self.sport_key == "basketball_nba"
        margin_sd, total_sd = (0.26, 0.5) if nba else (0.055, 0.06)
        count = sum(random.random() < 0.5 for _ in range(20))
        news = [
            (random.random() ** 2.0, random.gauss(0, margin_sd), random.gauss(0, total_sd))
            for _ in range(count)
        ]
        if random.random() < 0.3:
            margin, total = (
                (random.gauss(0, 1.9), random.gauss(0, 2.4))
                if nba
                else (random.gauss(0, 0.42), random.gauss(0, 0.3))
            )
            news.append((random.random() ** 2.5, margin, total))
        return sorted(
            (
                News(
                    self.starts_at - timedelta(seconds=round(share * NEWS_WINDOW_SECONDS) + 60),
                    margin,
                    total,
                )
                for share, margin, total in news
            ),
            key=lambda item: item.at,
        )

    def _result(self, random: Random) -> tuple[int, int]:
        if self.sport_key == "basketball_nba":
            return _nba_result(random, self.expectation)
        return _mlb_result(random, self.expectation)

    def _scoring_times(self, random: Random, points: int) -> list[tuple[float, int]]:
        """(share of the game, score from then on), ending with the final score."""
        steps = []
        left = points
        while left > 0:
            step = random.choices((1, 2, 3), (2, 6, 3))[0] if points > 40 else 1
            steps.append(min(step, left))
            left -= steps[-1]
        if self.sport_key == "basketball_nba":
            moments = [(number + random.random()) / len(steps) for number in range(len(steps))]
        else:
            moments = sorted(random.random() for _ in steps)
        score, times = 0, []
        for moment, step in zip(moments, steps, strict=True):
            score += step
            times.append((moment * 0.995, score))
        return times


def _told_starts(random: Random, scheduled_at: datetime) -> list[tuple[datetime, datetime]]:
    """(told from, start): a few games slip by seconds or minutes near their start."""
    told = [(datetime(2000, 1, 1, tzinfo=UTC), scheduled_at)]
    if random.random() < SLIPPED_SHARE:
        seconds = random.choice((-60, -1, 30, 149, 300, 600, 1200, 2400))
        told_at = scheduled_at - timedelta(seconds=random.randint(120, 2700))
        told.append((told_at, scheduled_at + timedelta(seconds=seconds)))
    return told


def _nba_result(random: Random, expectation: Expectation) -> tuple[int, int]:
    margin = random.gauss(expectation.margin, NBA_MARGIN_SD)
    total = max(random.gauss(expectation.total, NBA_TOTAL_SD), 160.0)
    winner = 1 if margin > 0 else -1
    whole = max(round(abs(margin)), 1) * winner
    both = round(total)
    if (both + whole) % 2:
        both += 1 if random.random() < 0.5 else -1
    return (both + whole) // 2, (both - whole) // 2


def _mlb_result(random: Random, expectation: Expectation) -> tuple[int, int]:
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
    if home == away:
        runs = random.choices(
            [runs for runs, _ in MLB_EXTRA_RUNS], [share for _, share in MLB_EXTRA_RUNS]
        )[0]
        home, away = home + runs // 2, away + runs // 2
        if random.random() < MLB_EXTRA_INNINGS_HOME_SHARE:
            home += 1
        else:
            away += 1
    return home, away
