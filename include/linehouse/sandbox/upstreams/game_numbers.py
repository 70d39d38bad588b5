"""Numbers for games, for vendors that number theirs: they say the day and the place in it, so that
a game is found again by its number."""

from datetime import date, datetime, timedelta

from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League

_FIRST_DAY = date(2000, 1, 1)
_A_DAY = 40
"""More than the games of any day, those that were called off included."""


def number_of(league: League, game: Game) -> int:
    """Unique within a sport, and the same at any moment."""
    day = game.fixture.date_et
    return (day - _FIRST_DAY).days * _A_DAY + league.games_on(game.sport_key, day).index(game)


def numbered(league: League, sport_key: str, number: int) -> Game | None:
    """The game of that number; None where there is none."""
    days, place = divmod(number, _A_DAY)
    if not 0 <= days < 40_000:
        return None
    games = league.games_on(sport_key, _FIRST_DAY + timedelta(days=days))
    return games[place] if place < len(games) else None


def is_known(game: Game, at: datetime) -> bool:
    """Whether anybody has heard of the game at that moment; also one that was called off."""
    return game.fixture.listed_from is None or at >= game.fixture.listed_from
