"""Which games of a span to take: a share of them, evenly, at random, or weighted."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from random import Random

DEFAULT_SHARE_PCT = 20.0


class Selection(StrEnum):
    """How games are chosen."""

    UNIFORM = "uniform"
    """Every n-th in order of start."""
    RANDOM = "random"
    WEIGHTED = "weighted"
    """Spread over the dates, every team in proportion to its games, as many different pairings as
    there are."""


@dataclass(frozen=True)
class PastGame:
    """A game that a source tells of."""

    sport_key: str
    game_date_et: date
    commence_at: datetime
    away_team: str
    home_team: str


def how_many(games: int, share_pct: float) -> int:
    """The number of games that a share is: at least one, where there is any."""
    return min(games, max(1, round(games * share_pct / 100))) if games and share_pct > 0 else 0


def select(
    games: Sequence[PastGame], number: int, selection: Selection, seed: int = 0
) -> list[PastGame]:
    """So many of the games, in order of start; the same for the same seed."""
    ordered = sorted(games, key=lambda game: (game.commence_at, game.sport_key, game.home_team))
    number = min(number, len(ordered))
    if selection is Selection.UNIFORM:
        every = len(ordered) / number if number else 0
        chosen = [ordered[math.floor((index + 0.5) * every)] for index in range(number)]
    elif selection is Selection.RANDOM:
        chosen = Random(seed).sample(ordered, number)
    else:
        chosen = _weighted(ordered, number, seed)
    return sorted(chosen, key=lambda game: (game.commence_at, game.sport_key, game.home_team))


def _weighted(games: Sequence[PastGame], number: int, seed: int) -> list[PastGame]:
    """One after another the game that lacks most: its date, its two teams, then its pairing."""
    random = Random(seed)
    of_date = Counter((game.sport_key, game.game_date_et) for game in games)
    of_team = Counter(team for game in games for team in _teams(game))
    taken_date: Counter[tuple[str, date]] = Counter()
    taken_team: Counter[tuple[str, str]] = Counter()
    taken_pair: Counter[tuple[str, frozenset[str]]] = Counter()
    left = [(game, random.random()) for game in games]
    share = number / len(games) if games else 0.0
    chosen: list[PastGame] = []
    while len(chosen) < number:

        def excess(one: tuple[PastGame, float]) -> tuple[float, float]:
            game, tie = one
            day = (game.sport_key, game.game_date_et)
            date_over = (taken_date[day] + 1) - share * of_date[day]
            teams_over = sum((taken_team[t] + 1) - share * of_team[t] for t in _teams(game))
            return 2 * date_over + teams_over + 0.5 * taken_pair[_pair(game)], tie

        best = min(range(len(left)), key=lambda index: excess(left[index]))
        game, _ = left.pop(best)
        chosen.append(game)
        taken_date[game.sport_key, game.game_date_et] += 1
        taken_team.update(_teams(game))
        taken_pair[_pair(game)] += 1
    return chosen


def _teams(game: PastGame) -> tuple[tuple[str, str], tuple[str, str]]:
    return (game.sport_key, game.away_team), (game.sport_key, game.home_team)


def _pair(game: PastGame) -> tuple[str, frozenset[str]]:
    return game.sport_key, frozenset((game.away_team, game.home_team))
