"""What really holds in the sandbox's league, for tests alone: nothing here is served.

A detector or a model is judged by it: strengths, what could be expected at a moment, what injuries
did, and which games had something planted in them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from linehouse.sandbox.league.calendar import season_of
from linehouse.sandbox.league.game import Game, News
from linehouse.sandbox.league.injuries import Spell, spells
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.outcomes import Expectation, chances
from linehouse.sandbox.league.planted import (
    Arbitrage,
    Planted,
    ReverseMove,
    StalePrice,
    SteamMove,
)
from linehouse.sandbox.league.rosters import Player, pitcher_quality, worth
from linehouse.sandbox.league.strengths import Strength, strength
from linehouse.sandbox.league.teams import Team

__all__ = [
    "Arbitrage",
    "InjuryEffect",
    "Planted",
    "ReverseMove",
    "StalePrice",
    "SteamMove",
    "Truth",
]


@dataclass(frozen=True)
class InjuryEffect:
    """What one report did to what could be expected of a game, in points or runs."""

    player: Player
    team: Team
    known_at: datetime
    margin: float
    """Of the home side's margin."""
    total: float
    misses: bool
    """Whether he really missed the game."""


class Truth:
    """The truth of one league."""

    def __init__(self, league: League) -> None:
        self.league = league

    def strength(self, sport_key: str, team: Team, day: date) -> Strength:
        """A club's strength on a day, everybody fit. Raises `ValueError` between seasons."""
        season = season_of(sport_key, day)
        if season is None:
            raise ValueError(f"{sport_key} has no season on {day}")
        return strength(self.league.seed, sport_key, team, season.label, day)

    def expectation(self, game: Game, at: datetime | None = None) -> Expectation:
        """What could be expected of a game at a moment; without one, all that came to be known."""
        return game.expectation if at is None else game.expectation_at(at)

    def home_win_prob(self, game: Game, at: datetime | None = None) -> float:
        """The true chance of the home side before the game, by what was known at a moment."""
        return chances(game.sport_key, self.expectation(game, at)).home_wins()

    def news(self, game: Game) -> list[News]:
        """Every moment from which everybody could know better, in order."""
        return list(game.news)

    def planted(self, game: Game) -> Planted:
        """What was planted in a game."""
        return game.planted

    def injuries(self, game: Game) -> list[InjuryEffect]:
        """What injuries did to a game, in order of becoming known."""
        return [
            InjuryEffect(
                effect.spell.player,
                effect.spell.team,
                effect.at,
                effect.margin,
                effect.total,
                effect.spell.misses(game.fixture.date_et),
            )
            for effect in game.effects
        ]

    def spells(self, sport_key: str, team: Team, day: date) -> tuple[Spell, ...]:
        """All injuries of a club in the season of a day, as they really were."""
        season = season_of(sport_key, day)
        return spells(self.league.seed, sport_key, team, season) if season else ()

    def worth(self, sport_key: str, player: Player) -> float:
        """Points or runs by which a club is worse without a player."""
        return worth(sport_key, player)

    def pitcher_quality(self, player: Player, season: str) -> float:
        """Runs that a starting pitcher saves against a usual one."""
        return pitcher_quality(self.league.seed, player, season)

    def with_steam(self, games: Iterable[Game]) -> list[tuple[Game, SteamMove]]:
        """The games with a steam move."""
        return [(game, found) for game in games if (found := game.planted.steam)]

    def with_reverse_moves(self, games: Iterable[Game]) -> list[tuple[Game, ReverseMove]]:
        """The games whose line moves against the tickets."""
        return [(game, found) for game in games if (found := game.planted.reverse)]

    def with_arbitrage(self, games: Iterable[Game]) -> list[tuple[Game, Arbitrage]]:
        """The games with an arbitrage."""
        return [(game, found) for game in games if (found := game.planted.arbitrage)]

    def with_stale_prices(self, games: Iterable[Game]) -> list[tuple[Game, StalePrice]]:
        """The games in which a bookmaker sleeps through the news."""
        return [(game, found) for game in games if (found := game.planted.stale)]
