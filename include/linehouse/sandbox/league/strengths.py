"""How good clubs really are, day by day: the truth behind the prices."""

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from linehouse.sandbox.league.randomness import stream
from linehouse.sandbox.league.rosters import Player, roster
from linehouse.sandbox.league.teams import Team


@dataclass(frozen=True)
class Strength:
    """What a club adds to a game: to its own margin and to the total, in points or runs."""

    margin: float
    total: float


@lru_cache(maxsize=40_000)
def strength(seed: int, sport_key: str, team: Team, season: str, day: date) -> Strength:
    """A club's true strength on a day, everybody fit: a level for the season and a slow drift
    around it."""
    margin, total, waves = _season_strength(seed, sport_key, team, season)
    drift = math.fsum(
        size * math.sin(2 * math.pi * (day.toordinal() / period + phase))
        for period, size, phase in waves
    )
    if sport_key == "basketball_nba":
        return Strength(7.7 * margin + 1.0 * drift, 3.2 * total)
    return Strength(0.75 * margin + 0.08 * drift, 0.22 * total)


def starter(seed: int, team: Team, season: str, day: date, game_number: int) -> Player:
    """The baseball club's starting pitcher of a day: five take turns."""
    rotation = [
        player
        for player in roster(seed, "baseball_mlb", team, season)
        if player.is_starting_pitcher
    ]
    return rotation[(day.toordinal() + 2 * (game_number - 1)) % len(rotation)]


@lru_cache(maxsize=2_000)
def _season_strength(
    seed: int, sport_key: str, team: Team, season: str
) -> tuple[float, float, tuple[tuple[int, float, float], ...]]:
    base = stream(seed, "strength", sport_key, team.name, season)
    margin, total = base.uniform(-1, 1), base.gauss(0, 1)
    waves = tuple((period, base.uniform(0.4, 1.0), base.random()) for period in (23, 41, 77))
    return margin, total, waves
