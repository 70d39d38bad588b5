"""Which games of a span to take: a share of them, evenly, at random, or weighted."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from random import Random

DEFAULT_SHARE_PCT = 20.0

Pairing = tuple[str, frozenset[str]]
"""Sport and its two teams, whichever is at home."""
Rank = tuple[float, float, int]
"""How little is lacked, a drawn lot, and the game's place."""


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
    """One after another the game that lacks most: its date, its two teams, then its pairing.

    A game's rank is what its date says and what its pairing says, so that of each pairing only the
    game whose date lacks most is looked at. Taking a game makes none lack more: a rank that was
    true once is renewed when it comes to the top of its heap, and not before.
    """
    random = Random(seed)
    of_date = Counter(map(_date, games))
    of_team = Counter(team for game in games for team in _teams(game))
    taken: Counter[object] = Counter()
    share = number / len(games) if games else 0.0
    waiting: dict[Pairing, list[Rank]] = defaultdict(list)

    def date_over(game: PastGame) -> float:
        return 2 * ((taken[_date(game)] + 1) - share * of_date[_date(game)])

    def first_of(pair: Pairing) -> Rank:
        """The game of a pairing that lacks most, with its rank among all games."""
        heap = waiting[pair]
        while (now := date_over(games[heap[0][2]])) != heap[0][0]:
            heapq.heapreplace(heap, (now, *heap[0][1:]))
        over, tie, index = heap[0]
        over += sum((taken[team] + 1) - share * of_team[team] for team in _teams(games[index]))
        return over + 0.5 * taken[pair], tie, index

    for index, game in enumerate(games):
        waiting[_pair(game)].append((date_over(game), random.random(), index))
    for heap in waiting.values():
        heapq.heapify(heap)
    firsts = [first_of(pair) for pair in waiting]
    heapq.heapify(firsts)
    chosen: list[PastGame] = []
    while len(chosen) < number:
        game = games[firsts[0][2]]
        pair = _pair(game)
        if (now := first_of(pair)) != firsts[0]:
            heapq.heapreplace(firsts, now)
            continue
        heapq.heappop(firsts)
        heapq.heappop(waiting[pair])
        chosen.append(game)
        taken.update((_date(game), pair, *_teams(game)))
        if waiting[pair]:
            heapq.heappush(firsts, first_of(pair))
    return chosen


def _date(game: PastGame) -> tuple[str, date]:
    return game.sport_key, game.game_date_et


def _teams(game: PastGame) -> tuple[tuple[str, str], tuple[str, str]]:
    return (game.sport_key, game.away_team), (game.sport_key, game.home_team)


def _pair(game: PastGame) -> Pairing:
    return game.sport_key, frozenset((game.away_team, game.home_team))
