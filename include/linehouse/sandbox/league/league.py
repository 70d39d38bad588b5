"""The league as a whole: which games there are, and what bookmakers show on them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from linehouse.sandbox.league.books import BOOKMAKERS, BookOnGame, BookView
from linehouse.sandbox.league.calendar import EASTERN, regular_fixtures
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.playoffs import playoff_day

SPORTS = ("basketball_nba", "baseball_mlb")
LISTED_DAYS_AHEAD = 4
LINGERING = timedelta(seconds=45)


class League:
    """All games of one seed; the same answers for the same moment, whatever was asked before."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._day = lru_cache(maxsize=512)(self._make_day)
        self._view_of = lru_cache(maxsize=8_000)(BookOnGame)

    def games_on(self, sport_key: str, day: date) -> tuple[Game, ...]:
        """The games of an Eastern date, in order of start, also those that were called off."""
        return self._day(sport_key, day)

    def games_between(self, sport_key: str, first: date, last: date) -> Iterable[Game]:
        """The games of Eastern dates from `first` to `last`."""
        for offset in range((last - first).days + 1):
            yield from self.games_on(sport_key, first + timedelta(days=offset))

    def upcoming(self, sport_key: str, at: datetime) -> list[Game]:
        """Games on the schedule at a moment that are not over, in order of start."""
        today = at.astimezone(EASTERN).date()
        return [
            game
            for game in self.games_between(
                sport_key, today - timedelta(days=1), today + timedelta(days=LISTED_DAYS_AHEAD)
            )
            if game.is_listed(at) and at < game.ends_at + LINGERING
        ]

    def finished(self, sport_key: str, at: datetime, days: int) -> list[Game]:
        """Games that ended before a moment and began within `days` before it."""
        today = at.astimezone(EASTERN).date()
        return [
            game
            for game in self.games_between(sport_key, today - timedelta(days=days + 1), today)
            if game.is_listed(at)
            and game.ends_at + LINGERING <= at
            and game.starts_at >= at - timedelta(days=days)
        ]

    def in_season(self, sport_key: str, at: datetime) -> bool:
        """Whether any game is listed."""
        return bool(self.upcoming(sport_key, at))

    def view(self, game: Game, bookmaker: str, at: datetime) -> BookView | None:
        """What a bookmaker shows on a game at a moment; None for nothing."""
        return self.book_on(game, bookmaker).view(at)

    def book_on(self, game: Game, bookmaker: str) -> BookOnGame:
        """A bookmaker's whole history on a game."""
        return self._view_of(game, BOOKMAKERS[bookmaker])

    def _make_day(self, sport_key: str, day: date) -> tuple[Game, ...]:
        fixtures = regular_fixtures(self.seed, sport_key, day) + playoff_day(
            self.seed, sport_key, day
        )
        return tuple(Game(self.seed, fixture) for fixture in fixtures)
