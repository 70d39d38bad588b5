"""From what a bookmaker expects of a game to the prices that it posts: pure functions."""

from dataclasses import dataclass

from linehouse.sandbox.league.bookmakers import Bookmaker
from linehouse.sandbox.league.outcomes import (
    Chances,
    Expectation,
    Score,
    chances,
    half_chances,
)
from linehouse.sandbox.league.prices import half_point, prices_american

MARKETS = ("h2h", "spreads", "totals")
HALF_MARKETS = {
    "basketball_nba": ("h2h_h1", "spreads_h1", "totals_h1"),
    "baseball_mlb": ("h2h_1st_5_innings", "spreads_1st_5_innings", "totals_1st_5_innings"),
}
"""The first half's, or the first five innings', markets, in the order of `MARKETS`."""
HALF_OVERROUND = 0.008
"""How much more a bookmaker keeps of a half than of a game."""


@dataclass(frozen=True)
class Quote:
    """One two-way market: home and away, or over and under."""

    market: str
    first_price: int
    second_price: int
    first_point: float | None
    second_point: float | None


def post_game(
    book: Bookmaker,
    sport_key: str,
    expectation: Expectation,
    score: Score | None = None,
    more_overround: float = 0.0,
) -> tuple[Quote, ...]:
    """Moneyline, spread and total of a game, before it or at a score."""
    fair = chances(sport_key, expectation, score)
    even = fair.even_margin()
    if sport_key == "basketball_nba":
        spread = half_point(-even)
    elif score is not None and abs(even) >= 1:
        spread = -even + (0.5 if even < 0 else -0.5)
    else:
        spread = -1.5 if fair.home_wins() >= 0.5 else 1.5
    return _quotes(MARKETS, fair, spread, book.overrounds[sport_key], more_overround)


def post_half(book: Bookmaker, sport_key: str, expectation: Expectation) -> tuple[Quote, ...]:
    """The same of the first half, or of the first five innings; a tie is no action."""
    fair = half_chances(sport_key, expectation)
    if sport_key == "basketball_nba":
        spread = half_point(-fair.even_margin())
    else:
        spread = -0.5 if fair.home_wins() >= 0.5 else 0.5
    markets = HALF_MARKETS[sport_key]
    return _quotes(markets, fair, spread, book.overrounds[sport_key], HALF_OVERROUND)


def _quotes(
    markets: tuple[str, ...],
    fair: Chances,
    spread: float,
    overrounds: tuple[float, float, float],
    more: float,
) -> tuple[Quote, ...]:
    total = half_point(fair.even_total())
    win = prices_american(fair.home_wins(), overrounds[0] + more)
    cover = prices_american(fair.home_covers(spread), overrounds[1] + more)
    over = prices_american(fair.goes_over(total), overrounds[2] + more)
    return (
        Quote(markets[0], *win, None, None),
        Quote(markets[1], *cover, spread, -spread + 0.0),
        Quote(markets[2], *over, total, total),
    )
