"""The league as a whole: which games there are, and what bookmakers show on them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from linehouse.sandbox.league.books import BOOKMAKERS, BookOnGame, BookView
from linehouse.sandbox.league.calendar import EASTERN, Season, season_of
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.injuries import InjuryReport, spells
from linehouse.sandbox.league.playoffs import playoff_day
from linehouse.sandbox.league.public import PublicView, public_view
from linehouse.sandbox.league.regular_season import regular_fixtures
from linehouse.sandbox.league.rosters import Player, roster
from linehouse.sandbox.league.statistics import PlayerLine, TeamTotals, player_lines, totals_of
from linehouse.sandbox.league.strengths import starter
from linehouse.sandbox.league.teams import MLB, NBA, Team

SPORTS = ("basketball_nba", "baseball_mlb")
LISTED_DAYS_AHEAD = 4
LINGERING = timedelta(seconds=45)


class League:
    """All games of one seed; the same answers for the same moment, whatever was asked before."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._day = lru_cache(maxsize=512)(self._make_day)
        self._view_of = lru_cache(maxsize=8_000)(BookOnGame)
        self._season = lru_cache(maxsize=4)(self._make_season)

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

    def half_view(self, game: Game, bookmaker: str, at: datetime) -> BookView | None:
        """What a bookmaker shows on the first half, or the first five innings; None for nothing."""
        return self.book_on(game, bookmaker).half_view(at)

    def book_on(self, game: Game, bookmaker: str) -> BookOnGame:
        """A bookmaker's whole history on a game."""
        return self._view_of(game, BOOKMAKERS[bookmaker])

    def opening(self, game: Game, bookmaker: str) -> BookView | None:
        """What a bookmaker showed first on a game."""
        book = self.book_on(game, bookmaker)
        return book.view(book.opens_at)

    # What happens in a game

    def status(self, game: Game, at: datetime) -> str:
        """One of `GAME_STATES` at a moment."""
        return game.status_at(at)

    def period(self, game: Game, at: datetime) -> int:
        """The quarter or inning that is played, from 1; 0 before the start."""
        return game.period_at(at)

    def line_score(self, game: Game, at: datetime) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Away and home points by period so far; overtime or extra innings at the end. MLB's home
        side may have one fewer."""
        return game.line_score_at(at)

    def starters(self, game: Game) -> tuple[Player | None, Player | None]:
        """The away and the home starting pitcher; None and None where nobody pitches."""
        if game.sport_key != "baseball_mlb":
            return None, None
        fixture = game.fixture
        args = (fixture.season, fixture.date_et, fixture.game_number)
        return (
            starter(self.seed, fixture.away, *args),
            starter(self.seed, fixture.home, *args),
        )

    def player_lines(self, game: Game) -> list[PlayerLine]:
        """Everybody's figures, away side first: the whole game's, so only to be told after it."""
        return player_lines(game)

    # What is known around the games

    def public(self, game: Game, market: str, at: datetime) -> PublicView:
        """Tickets and money of the public on the home side, or on the over, of a market (h2h,
        spreads, totals); zeros before anybody has bet."""
        return public_view(game, market, at)

    def roster(self, sport_key: str, team: Team, season: str) -> tuple[Player, ...]:
        """A club's players of a season (`2025-26`, `2026`), the most important ones first."""
        return roster(self.seed, sport_key, team, season)

    def injuries(self, sport_key: str, at: datetime) -> list[InjuryReport]:
        """The injury report of all clubs at a moment; empty between seasons."""
        season = season_of(sport_key, at.astimezone(EASTERN).date())
        if season is None:
            return []
        return [
            report
            for team in self.teams(sport_key)
            for spell in spells(self.seed, sport_key, team, season)
            if (report := spell.report(at)) is not None
        ]

    def team_totals(self, sport_key: str, team: Team, season: str, at: datetime) -> TeamTotals:
        """A club's record and points of a regular season, by a moment."""
        return totals_of(team, self._season(sport_key, season), at)

    def teams(self, sport_key: str) -> tuple[Team, ...]:
        """The clubs of a sport."""
        return NBA if sport_key == "basketball_nba" else MLB

    def regular_season(self, sport_key: str, season: str) -> tuple[Game, ...]:
        """All games of a regular season, in order of date, also those that were called off."""
        return self._season(sport_key, season)

    def _make_season(self, sport_key: str, label: str) -> tuple[Game, ...]:
        day = date(int(label[:4]), 12 if sport_key == "basketball_nba" else 6, 1)
        season: Season | None = season_of(sport_key, day)
        if season is None or season.label != label:
            raise ValueError(f"{sport_key} has no season {label!r}")
        return tuple(
            game
            for game in self.games_between(sport_key, season.starts, season.ends)
            if game.fixture.season_type == "regular"
        )

    def _make_day(self, sport_key: str, day: date) -> tuple[Game, ...]:
        fixtures = regular_fixtures(self.seed, sport_key, day) + playoff_day(
            self.seed, sport_key, day
        )
        return tuple(Game(self.seed, fixture) for fixture in fixtures)
