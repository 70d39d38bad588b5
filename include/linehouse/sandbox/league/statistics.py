"""Statistics of clubs and players, as they follow from the results."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from linehouse.sandbox.league.calendar import season_of
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.injuries import spells
from linehouse.sandbox.league.randomness import stream
from linehouse.sandbox.league.rosters import Player, roster
from linehouse.sandbox.league.teams import Team


@dataclass(frozen=True)
class PlayerLine:
    """A player's figures in a game: points add up to the club's score (runs in MLB, which counts
    neither minutes nor rebounds nor assists)."""

    team: Team
    player: Player
    points: int
    minutes: int
    rebounds: int
    assists: int


@dataclass(frozen=True)
class TeamTotals:
    """A club's regular season up to a moment."""

    games: int
    wins: int
    losses: int
    points_for: int
    points_against: int


def player_lines(game: Game) -> list[PlayerLine]:
    """Everybody who played, away side first."""
    fixture = game.fixture
    return [
        *_side(game, fixture.away, game.away_score),
        *_side(game, fixture.home, game.home_score),
    ]


def available(game: Game, team: Team) -> list[Player]:
    """Who of a club could play in a game."""
    fixture = game.fixture
    season = season_of(game.sport_key, fixture.date_et)
    missing = {
        spell.player.id
        for spell in (spells(game.seed, game.sport_key, team, season) if season else ())
        if spell.misses(fixture.date_et)
    }
    players = roster(game.seed, game.sport_key, team, fixture.season)
    return [player for player in players if player.id not in missing]


def totals_of(team: Team, games: Iterable[Game], at: datetime) -> TeamTotals:
    """A club's totals over those of the games that were reported by a moment."""
    played = wins = points_for = points_against = 0
    for game in games:
        fixture = game.fixture
        if game.status_at(at) != "final" or team not in (fixture.home, fixture.away):
            continue
        scores = game.home_score, game.away_score
        own, other = scores if team == fixture.home else scores[::-1]
        played, wins = played + 1, wins + (own > other)
        points_for, points_against = points_for + own, points_against + other
    return TeamTotals(played, wins, played - wins, points_for, points_against)


def _side(game: Game, team: Team, score: int) -> list[PlayerLine]:
    nba = game.sport_key == "basketball_nba"
    random = stream(game.seed, "player lines", game.event_id, team.name)
    players = [player for player in available(game, team) if (player.share > 0 or nba)]
    weights = [
        (player.share + 0.004) * random.lognormvariate(0, 0.3)
        if not nba or player.minutes >= 4
        else 0.0
        for player in players
    ]
    points = _shared(score, weights) if nba else _drawn(random, score, weights)
    if not nba:
        return [
            PlayerLine(team, player, points[place], 0, 0, 0) for place, player in enumerate(players)
        ]
    overtimes = game.result.periods - game.result.regulation
    wanted = [player.minutes * random.uniform(0.85, 1.15) + 0.5 for player in players]
    minutes = _shared(240 + 25 * overtimes, wanted)
    lines = []
    for place, player in enumerate(players):
        tall, playmaker = player.position in ("C", "PF"), player.position == "PG"
        rebounds = int(minutes[place] * random.uniform(0.05, 0.16) * (2.0 if tall else 1.0))
        assists = int(minutes[place] * random.uniform(0.03, 0.11) * (2.2 if playmaker else 1.0))
        if minutes[place]:
            lines.append(PlayerLine(team, player, points[place], minutes[place], rebounds, assists))
    return lines


def _shared(whole: int, weights: list[float]) -> list[int]:
    """Whole numbers in proportion to weights, that add up to `whole`."""
    total, reached, shares = sum(weights), 0.0, []
    for weight in weights:
        before = round(reached)
        reached += whole * weight / total
        shares.append(round(reached) - before)
    return shares


def _drawn(random: Random, whole: int, weights: list[float]) -> list[int]:
    counts = [0] * len(weights)
    for place in random.choices(range(len(weights)), weights, k=whole):
        counts[place] += 1
    return counts
