"""One game: what it was expected to be, when news came, what happened.

The truth of the league is here. The simulator's HTTP side shows prices, starts and scores of it;
expectations, strengths and results before their time are for tests alone.
"""

import bisect
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random

from linehouse.sandbox.league.calendar import Fixture, season_of
from linehouse.sandbox.league.injuries import Effect, effects
from linehouse.sandbox.league.outcomes import Expectation, Score, chances
from linehouse.sandbox.league.planted import (
    Planted,
    ReverseMove,
    SteamMove,
    plant_errors,
    plant_moves,
)
from linehouse.sandbox.league.randomness import stream, uniform
from linehouse.sandbox.league.results import Result, play, scoring_times
from linehouse.sandbox.league.rosters import pitcher_quality
from linehouse.sandbox.league.strengths import starter, strength

NEWS_WINDOW_SECONDS = 72 * 3600.0
SLIPPED_SHARE = 0.06
END_OF_REGULATION = 0.98
LAST_NEWS = timedelta(minutes=25)


@dataclass(frozen=True)
class News:
    """The moment from which everybody could know better, and by how much it moves a game."""

    at: datetime
    margin: float
    total: float
    kind: str = "news"
    """`news`, `injury`, `steam` or `reverse`."""


class Game:
    """One game of the league; attributes in UTC. A function of the seed and the fixture."""

    def __init__(self, seed: int, fixture: Fixture) -> None:
        self.seed, self.fixture = seed, fixture
        self.event_id, self.sport_key = fixture.event_id, fixture.sport_key
        random = stream(seed, "game", fixture.event_id)
        self.told_starts = _told_starts(random, fixture.scheduled_at)
        self.starts_at = self.told_starts[-1][1]
        self.effects = self._injury_effects()
        self.opening = self._opening(random)
        steam, reverse = plant_moves(seed, fixture, self.opening)
        self.news = self._news(random, steam, reverse)
        self.planted = Planted(
            steam, reverse, *plant_errors(seed, fixture, self.opening, self.news)
        )
        self.expectation = Expectation(
            self.opening.margin + math.fsum(news.margin for news in self.news),
            self.opening.total + math.fsum(news.total for news in self.news),
        )
        self._more = stream(seed, "periods", fixture.event_id)
        self.result: Result = play(self.sport_key, random, self._more, self.expectation)
        self.home_score, self.away_score = self.result.home, self.result.away
        nba = self.sport_key == "basketball_nba"
        minutes = random.gauss(138, 7) if nba else random.gauss(162, 16)
        minutes = max(minutes, 110) / self.result.regulation_share
        self._duration = timedelta(minutes=minutes)
        self.suspended_at, self.resumes_at = self._suspension()
        self.ends_at = self.starts_at + self._duration
        if self.suspended_at is not None and self.resumes_at is not None:
            self.ends_at += self.resumes_at - self.suspended_at
        self.reported_at = self.ends_at + timedelta(minutes=random.uniform(1, 4))

    def __eq__(self, other: object) -> bool:
        """A game made twice is the same game."""
        if not isinstance(other, Game):
            return NotImplemented
        return (self.seed, self.fixture) == (other.seed, other.fixture)

    def __hash__(self) -> int:
        return hash((self.seed, self.event_id))

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
        """The score at that moment; `played` is the share of regulation."""
        if not self._has_begun(at):
            return Score()
        share = self._share(at)
        regulation = self.result.regulation_share
        played = share if regulation == 1 else min(share / regulation, END_OF_REGULATION)
        return Score(
            _points(self._home_times, share), _points(self._away_times, share), min(played, 1.0)
        )

    def line_score_at(self, at: datetime) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Away and home points of each period that has begun. MLB's home side has one fewer while
        the away side bats, and at the end where it did not need its last half."""
        if not self._has_begun(at):
            return (), ()
        share = self._share(at)
        half = 0.0 if self.sport_key == "basketball_nba" else 0.5
        return (
            self._by_period(self._away_times, share, self.result.periods, 0.0),
            self._by_period(self._home_times, share, len(self.result.home_periods), half),
        )

    def period_at(self, at: datetime) -> int:
        """The period that is played, from 1; 0 before the start, the last one after the end."""
        return len(self.line_score_at(at)[0])

    def status_at(self, at: datetime) -> str:
        """One of `GAME_STATES`; a game is final from the moment that its result is reported."""
        postponed_at = self.fixture.postponed_at
        if postponed_at is not None and at >= postponed_at:
            return "postponed"
        if at < self.starts_at:
            return "scheduled"
        if at >= self.reported_at:
            return "final"
        if self.suspended_at and self.resumes_at and self.suspended_at <= at < self.resumes_at:
            return "suspended"
        return "live"

    def is_listed(self, at: datetime) -> bool:
        """Whether the league's office has the game on its schedule at that moment."""
        fixture = self.fixture
        if fixture.listed_from is not None and at < fixture.listed_from:
            return False
        return fixture.postponed_at is None or at < fixture.postponed_at

    @cached_property
    def _home_times(self) -> list[tuple[float, int]]:
        first = 0.0 if self.sport_key == "basketball_nba" else 0.5
        more = stream(self.seed, "home scores", self.event_id)
        return scoring_times(more, self.result, self.result.home_periods, first, 1.0)

    @cached_property
    def _away_times(self) -> list[tuple[float, int]]:
        last = 1.0 if self.sport_key == "basketball_nba" else 0.5
        more = stream(self.seed, "away scores", self.event_id)
        return scoring_times(more, self.result, self.result.away_periods, 0.0, last)

    def _has_begun(self, at: datetime) -> bool:
        return at >= self.starts_at and self.fixture.postponed_at is None

    def _share(self, at: datetime) -> float:
        """Which share of the whole game, overtime included, has been played."""
        if self.suspended_at and self.resumes_at and at > self.suspended_at:
            at = max(at - (self.resumes_at - self.suspended_at), self.suspended_at)
        return min((at - self.starts_at) / self._duration, 1.0)

    def _by_period(
        self, times: list[tuple[float, int]], share: float, periods: int, half: float
    ) -> tuple[int, ...]:
        bounds = self.result.bounds
        line = []
        for number in range(periods):
            begin, end = bounds[number], bounds[number + 1]
            if begin + (end - begin) * half > share:
                break
            line.append(_points(times, min(share, end)) - _points(times, begin))
        return tuple(line)

    def _suspension(self) -> tuple[datetime | None, datetime | None]:
        share, resumes_at = self.fixture.suspended_after, self.fixture.resumes_at
        if share is None or resumes_at is None:
            return None, None
        return self.starts_at + share * self._duration, resumes_at

    def _injury_effects(self) -> list[Effect]:
        fixture = self.fixture
        season = season_of(self.sport_key, fixture.date_et)
        if season is None:
            return []
        return effects(
            self.seed, self.sport_key, season, fixture.date_et, fixture.home, fixture.away
        )

    @property
    def _opens_at(self) -> datetime:
        """From when on changes are news."""
        return self.fixture.scheduled_at - timedelta(seconds=NEWS_WINDOW_SECONDS)

    def _opening(self, random: Random) -> Expectation:
        fixture = self.fixture
        args = (fixture.season, fixture.date_et)
        home = strength(self.seed, self.sport_key, fixture.home, *args)
        away = strength(self.seed, self.sport_key, fixture.away, *args)
        known = [effect for effect in self.effects if effect.at <= self._opens_at]
        margin = home.margin - away.margin + math.fsum(effect.margin for effect in known)
        total = home.total + away.total + math.fsum(effect.total for effect in known)
        if self.sport_key == "basketball_nba":
            return Expectation(
                _without_extremes(3.1 + margin + random.gauss(0, 1.2)),
                min(max(226 + total + random.gauss(0, 2.5), 200), 252),
            )
        starters = [
            pitcher_quality(
                self.seed, starter(self.seed, team, *args, fixture.game_number), fixture.season
            )
            for team in (fixture.home, fixture.away)
        ]
        margin += starters[0] - starters[1] + random.gauss(0, 0.2)
        park = 0.9 * (uniform(self.seed, "park", fixture.home.name) - 0.5)
        park += 1.2 if fixture.home.name == "Colorado Rockies" else 0.0
        total += park - 0.5 * math.fsum(starters)
        return Expectation(
            min(max(0.36 + margin, -3.0), 3.0),
            min(max(8.75 + total + random.gauss(0, 0.3), 7.0), 12.5),
        )

    def _news(
        self, random: Random, steam: SteamMove | None, reverse: ReverseMove | None
    ) -> list[News]:
        nba = self.sport_key == "basketball_nba"
        margin_sd, total_sd = (0.26, 0.5) if nba else (0.055, 0.06)
        count = sum(random.random() < 0.5 for _ in range(20))
        drawn = [
            (random.random() ** 2.0, random.gauss(0, margin_sd), random.gauss(0, total_sd))
            for _ in range(count)
        ]
        if random.random() < 0.3:
            margin, total = (
                (random.gauss(0, 1.3), random.gauss(0, 2.2))
                if nba
                else (random.gauss(0, 0.35), random.gauss(0, 0.3))
            )
            drawn.append((random.random() ** 2.5, margin, total))
        news = [
            News(
                self.starts_at - timedelta(seconds=round(share * NEWS_WINDOW_SECONDS) + 60),
                margin,
                total,
            )
            for share, margin, total in drawn
        ]
        latest = self.starts_at - LAST_NEWS
        news += [
            News(min(effect.at, latest), effect.margin, effect.total, "injury")
            for effect in self.effects
            if effect.at > self._opens_at
        ]
        if steam is not None:
            news.append(News(steam.at, steam.margin, steam.total, "steam"))
        if reverse is not None:
            news.append(News(reverse.at, reverse.margin, 0.0, "reverse"))
        return sorted(news, key=lambda item: item.at)


def _without_extremes(margin: float) -> float:
    """Beyond 14 points a mismatch counts half: clubs rest who is not needed."""
    beyond = max(abs(margin) - 14, 0.0) / 2
    return margin - math.copysign(beyond, margin)


def _points(times: list[tuple[float, int]], share: float) -> int:
    position = bisect.bisect_right(times, share, key=lambda scored: scored[0])
    return times[position - 1][1] if position else 0


def _told_starts(random: Random, scheduled_at: datetime) -> list[tuple[datetime, datetime]]:
    """(told from, start): a few games slip by seconds or minutes near their start."""
    told = [(datetime(2000, 1, 1, tzinfo=UTC), scheduled_at)]
    if random.random() < SLIPPED_SHARE:
        seconds = random.choice((-60, -1, 30, 149, 300, 600, 1200, 2400))
        told_at = scheduled_at - timedelta(seconds=random.randint(120, 2700))
        told.append((told_at, scheduled_at + timedelta(seconds=seconds)))
    return told
