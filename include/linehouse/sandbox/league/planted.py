"""Things that a detector should find, planted in a few games: steam moves, reverse line movements,
arbitrages, stale prices. Which games have them is known to tests alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from linehouse.sandbox.league.bookmakers import BOOKMAKERS
from linehouse.sandbox.league.calendar import Fixture
from linehouse.sandbox.league.outcomes import Expectation
from linehouse.sandbox.league.public import lean
from linehouse.sandbox.league.randomness import stream

STEAM_SHARE = 0.04
REVERSE_SHARE = 0.09
"""Of the games in which the public is one-sided enough."""
ONE_SIDED_LOG_ODDS = 0.5
"""62 per cent of the tickets."""
ARBITRAGE_SHARE = 0.04
STALE_SHARE = 0.3
"""Of the games with news that is large enough."""


class _Known(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def margin(self) -> float: ...


@dataclass(frozen=True)
class SteamMove:
    """Large bets by people who know: all bookmakers move within minutes."""

    at: datetime
    market: str
    """`spreads` (and with it `h2h`), or `totals`."""
    margin: float
    total: float


@dataclass(frozen=True)
class ReverseMove:
    """The line moves against the side that most tickets are on."""

    at: datetime
    market: str
    toward_home: bool
    margin: float


@dataclass(frozen=True)
class Arbitrage:
    """A bookmaker errs for some minutes by so much that both sides can be bet with a profit."""

    bookmaker: str
    begins_at: datetime
    ends_at: datetime
    market: str
    margin: float
    """By how much it expects the home side to do better than it will."""


@dataclass(frozen=True)
class StalePrice:
    """A bookmaker leaves its prices as they are while all others follow the news."""

    bookmaker: str
    begins_at: datetime
    ends_at: datetime
    news_at: datetime
    told: bool
    """Whether its time of last update stands still, too."""


@dataclass(frozen=True)
class Planted:
    """All that was planted in one game."""

    steam: SteamMove | None = None
    reverse: ReverseMove | None = None
    arbitrage: Arbitrage | None = None
    stale: StalePrice | None = None


def plant_moves(
    seed: int, fixture: Fixture, opening: Expectation
) -> tuple[SteamMove | None, ReverseMove | None]:
    """What moves a game's lines beyond the usual news; never both."""
    nba = fixture.sport_key == "basketball_nba"
    random = stream(seed, "steam", fixture.event_id)
    if random.random() < STEAM_SHARE:
        at = _before(fixture, random, 1, 20 if nba else 12)
        sign = random.choice((-1, 1))
        if random.random() < 0.7:
            size = random.uniform(1.9, 3.2) if nba else random.uniform(0.4, 0.65)
            return SteamMove(at, "spreads", sign * size, 0.0), None
        size = random.uniform(3.2, 5.0) if nba else random.uniform(0.6, 1.0)
        return SteamMove(at, "totals", 0.0, sign * size), None
    market = "spreads" if nba else "h2h"
    leaning = lean(seed, fixture, opening, market)
    if abs(leaning) >= ONE_SIDED_LOG_ODDS and random.random() < REVERSE_SHARE:
        at = _before(fixture, random, 3, 20 if nba else 12)
        size = random.uniform(1.4, 2.6) if nba else random.uniform(0.3, 0.5)
        toward_home = leaning < 0
        return None, ReverseMove(at, market, toward_home, size if toward_home else -size)
    return None, None


def plant_errors(
    seed: int, fixture: Fixture, opening: Expectation, news: Sequence[_Known]
) -> tuple[Arbitrage | None, StalePrice | None]:
    """Where a bookmaker errs, or sleeps through the news; never both."""
    nba = fixture.sport_key == "basketball_nba"
    random = stream(seed, "errors", fixture.event_id)
    bookmaker = random.choice([key for key, book in BOOKMAKERS.items() if not book.sharp])
    even = abs(opening.margin) <= (6 if nba else 1.2)
    if even and random.random() < ARBITRAGE_SHARE:
        begins = _before(fixture, random, 0.7, 12)
        size = random.uniform(2.4, 3.0) if nba else random.uniform(0.72, 0.9)
        lasts = timedelta(minutes=random.uniform(4, 25))
        sign = random.choice((-1, 1))
        return Arbitrage(bookmaker, begins, begins + lasts, "h2h", sign * size), None
    largest = max(news, key=lambda item: abs(item.margin), default=None)
    enough = 1.4 if nba else 0.3
    if largest is not None and abs(largest.margin) >= enough and random.random() < STALE_SHARE:
        begins = largest.at - timedelta(minutes=10)
        ends = largest.at + timedelta(hours=random.uniform(1.5, 5))
        ends = min(ends, fixture.scheduled_at - timedelta(minutes=10))
        retail_opens = fixture.scheduled_at - timedelta(hours=30 if nba else 16)
        if begins > retail_opens and ends - largest.at > timedelta(hours=1):
            told = random.random() < 0.5
            return None, StalePrice(bookmaker, begins, ends, largest.at, told)
    return None, None


def _before(fixture: Fixture, random: Random, least: float, most: float) -> datetime:
    seconds = round(random.uniform(least, most) * 3600)
    return fixture.scheduled_at - timedelta(seconds=seconds)
