"""Elo ratings of both teams as of the day on which a game is decided.

The standard update without margins: the winner takes `k * (1 - expected)` points from the loser,
with `expected = 1 / (1 + 10 ** (-(home + advantage - away) / 400))` (Elo 1978). Between seasons a
rating goes back towards 1500 by a quarter. Sizes by league as FiveThirtyEight published them: NBA k
20, home worth 100 points; MLB 4 and 24.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.odds import Floats
from linehouse.market.games import ViewGames

MEAN = 1500.0
SCALE = 400.0


@dataclass(frozen=True)
class Sizes:
    """What a result moves.

    Attributes:
        k: points at stake in a game.
        home: points that playing at home is worth.
        kept: share of the distance to 1500 that a team keeps between seasons.
    """

    k: float = 20.0
    home: float = 60.0
    kept: float = 0.75

    def __post_init__(self) -> None:
        if not (self.k > 0 and 0 <= self.kept <= 1):
            raise ValueError(f"k {self.k} and a share kept of {self.kept}")


BY_LEAGUE: Mapping[str, Sizes] = {"nba": Sizes(20.0, 100.0), "mlb": Sizes(4.0, 24.0)}
OTHERS = Sizes()


class Known(Protocol):
    """Results by the day on which they were known (see `strategies.base.History`)."""

    def before(self, day: np.datetime64) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Places of games whose results were known before a day, and the points of both sides."""
        ...


def expected(home: float, away: float, sizes: Sizes = OTHERS) -> float:
    """Probability that the home side wins, by the ratings of both."""
    return float(1 / (1 + 10 ** (-(home + sizes.home - away) / SCALE)))


@dataclass
class _Ratings:
    """Ratings so far, each with the season of the team's last game."""

    _of: dict[str, tuple[float, str]] = field(default_factory=dict)

    def of(self, team: str, season: str, sizes: Sizes) -> float:
        rating, last = self._of.get(team, (MEAN, season))
        return rating if last == season else MEAN + sizes.kept * (rating - MEAN)

    def learn(self, home: str, away: str, season: str, won: float, sizes: Sizes) -> None:
        before = self.of(home, season, sizes), self.of(away, season, sizes)
        gained = sizes.k * (won - expected(*before, sizes))
        self._of[home] = (before[0] + gained, season)
        self._of[away] = (before[1] - gained, season)


def elo_as_known(games: ViewGames, history: Known) -> tuple[Floats, Floats]:
    """Ratings of the home and the away team of each game (g,), from results known before its day.

    Results are learnt in the order in which they became known, those of one morning in the order of
    their days.

    Args:
        games: of a view.
        history: their results, told day by day.
    """
    ratings, taken = _Ratings(), np.zeros(len(games), dtype=bool)
    sizes = [BY_LEAGUE.get(str(league), OTHERS) for league in games.league.tolist()]
    home, away = (np.full(len(games), np.nan) for _ in range(2))
    teams = list(zip(games.home_team_id.tolist(), games.away_team_id.tolist(), strict=True))
    days, begin = np.unique(games.decision_day, return_index=True)
    for day, first, last in zip(days, begin, [*begin[1:], len(games)], strict=True):
        places, home_points, away_points = history.before(day)
        fresh = np.flatnonzero(~taken[places])
        fresh = fresh[np.lexsort((places[fresh], games.game_date[places[fresh]].astype(np.int64)))]
        for at in fresh.tolist():
            game, margin = int(places[at]), home_points[at] - away_points[at]
            won = 0.5 if margin == 0 else float(margin > 0)
            ratings.learn(*teams[game], str(games.season[game]), won, sizes[game])
            taken[game] = True
        for game in range(int(first), int(last)):
            season = str(games.season[game])
            home[game], away[game] = (ratings.of(team, season, sizes[game]) for team in teams[game])
    return home, away
