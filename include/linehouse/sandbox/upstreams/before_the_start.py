"""What sites around the bookmakers show: a day's games, and each book's lines before the start.

Sites that are not books themselves keep a game's last lines standing once it has begun.
"""

from datetime import date, datetime, timedelta

from linehouse.sandbox.league.books import Quote
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League

LAST_LOOK = timedelta(seconds=1)


def games_of_day(league: League, sport_key: str, day: date, at: datetime) -> list[Game]:
    """The games of an Eastern date that are known at a moment, called off or not."""
    return [
        game
        for game in league.games_on(sport_key, day)
        if game.fixture.listed_from is None or at >= game.fixture.listed_from
    ]


def quotes_before(
    league: League, game: Game, bookmaker: str, at: datetime, *, half: bool = False
) -> dict[str, Quote]:
    """Market (`h2h`, also of a half) to what a bookmaker shows before the start, or showed last;
    empty for nothing."""
    seen_at = min(at, game.starts_at - LAST_LOOK)
    view = (league.half_view if half else league.view)(game, bookmaker, seen_at)
    return {quote.market.split("_")[0]: quote for quote in view.quotes} if view is not None else {}


def opening_quotes(league: League, game: Game, bookmaker: str, at: datetime) -> dict[str, Quote]:
    """Market to what a bookmaker showed first; empty before that."""
    if at < league.book_on(game, bookmaker).opens_at:
        return {}
    view = league.opening(game, bookmaker)
    return {quote.market: quote for quote in view.quotes} if view is not None else {}
