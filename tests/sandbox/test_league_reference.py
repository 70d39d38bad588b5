"""Whole seasons against what real seasons were: shares, spreads, totals, moves, pushes.

The ranges are those of ten NBA and eight MLB seasons of archives, widened by what chance does to a
season or two.
"""

import statistics
from collections import defaultdict
from datetime import timedelta

import pytest

from linehouse.sandbox.league.books import BOOKMAKERS, BookView, Quote
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import SPORTS, League

SEEDS = (20260418, 3)
SEASONS = {"basketball_nba": "2025-26", "baseball_mlb": "2026"}
SECOND = timedelta(seconds=1)

Line = tuple[Game, dict[str, Quote], dict[str, Quote]]
"""A game, a book's opening and its closing quotes by market."""


def quotes(view: BookView | None) -> dict[str, Quote]:
    return {quote.market: quote for quote in view.quotes} if view else {}


@pytest.fixture(scope="module")
def lines() -> dict[str, list[Line]]:
    """FanDuel's opening and closing lines of two seasons of each sport."""
    found = defaultdict(list)
    for seed in SEEDS:
        league = League(seed)
        for sport in SPORTS:
            for game in league.regular_season(sport, SEASONS[sport]):
                if game.fixture.postponed_at is None:
                    opened = quotes(league.opening(game, "fanduel"))
                    closed = quotes(league.view(game, "fanduel", game.starts_at - SECOND))
                    found[sport].append((game, opened, closed))
    return dict(found)


def implied(price: int) -> float:
    return 100 / (100 + price) if price > 0 else -price / (100 - price)


def share(outcomes: list[bool]) -> float:
    return sum(outcomes) / len(outcomes)


def favourite_won(game: Game, quote: Quote) -> bool:
    home = implied(quote.first_price) > implied(quote.second_price)
    return (game.home_score > game.away_score) == home


@pytest.mark.parametrize(
    ("sport", "home_wins", "home_favourites", "favourites_win"),
    [
        ("basketball_nba", (0.56, 0.62), (0.61, 0.72), (0.66, 0.73)),
        ("baseball_mlb", (0.515, 0.555), (0.58, 0.72), (0.54, 0.61)),
    ],
)
def test_home_sides_and_favourites_win_as_often_as_real_ones(
    lines: dict[str, list[Line]],
    sport: str,
    home_wins: tuple[float, float],
    home_favourites: tuple[float, float],
    favourites_win: tuple[float, float],
) -> None:
    games = lines[sport]
    assert (
        home_wins[0]
        < share([game.home_score > game.away_score for game, *_ in games])
        < home_wins[1]
    )
    closing = [(game, closed["h2h"]) for game, _, closed in games if "h2h" in closed]
    at_home = [implied(one.first_price) > implied(one.second_price) for _, one in closing]
    assert home_favourites[0] < share(at_home) < home_favourites[1]
    won = [favourite_won(game, quote) for game, quote in closing]
    assert favourites_win[0] < share(won) < favourites_win[1]


def test_nba_spreads_cover_push_and_move_like_real_ones(lines: dict[str, list[Line]]) -> None:
    covers, pushes, sizes, moves = [], [], [], []
    for game, opened, closed in lines["basketball_nba"]:
        if "spreads" not in closed:
            continue
        point = closed["spreads"].first_point
        assert point is not None
        margin = game.home_score + point - game.away_score
        pushes.append(margin == 0)
        if margin:
            covers.append(margin > 0)
        sizes.append(abs(point))
        if "spreads" in opened and opened["spreads"].first_point is not None:
            moves.append(abs(point - opened["spreads"].first_point))
    assert 0.465 < share(covers) < 0.535
    assert 0.008 < share(pushes) < 0.028
    assert 5.5 < statistics.mean(sizes) < 7.0
    assert 4.5 <= statistics.median(sizes) <= 6.5
    assert 0.8 < statistics.mean(moves) < 1.45
    assert 0.75 < share([move > 0 for move in moves]) < 0.92
    assert share([move > 8 for move in moves]) < 0.002
    assert sorted(sizes)[int(0.99 * len(sizes))] < 18 and max(sizes) <= 23


@pytest.mark.parametrize(
    ("sport", "mean", "push"),
    [("basketball_nba", (221, 232), (0.006, 0.025)), ("baseball_mlb", (8.0, 9.2), (0.03, 0.09))],
)
def test_totals_are_as_fair_as_real_ones(
    lines: dict[str, list[Line]],
    sport: str,
    mean: tuple[float, float],
    push: tuple[float, float],
) -> None:
    overs, pushes, totals = [], [], []
    for game, _, closed in lines[sport]:
        if "totals" not in closed:
            continue
        total = closed["totals"].first_point
        assert total is not None
        totals.append(total)
        points = game.home_score + game.away_score
        pushes.append(points == total)
        if points != total:
            overs.append(points > total)
    assert mean[0] < statistics.mean(totals) < mean[1]
    assert 0.46 < share(overs) < 0.54
    assert push[0] < share(pushes) < push[1]


def test_mlb_run_lines_are_covered_like_real_ones(lines: dict[str, list[Line]]) -> None:
    favourite_covers = []
    for game, _, closed in lines["baseball_mlb"]:
        if "spreads" in closed:
            point = closed["spreads"].first_point
            assert point in (-1.5, 1.5)
            home_covers = game.home_score + (point or 0) > game.away_score
            favourite_covers.append(home_covers == (point == -1.5))
    assert 0.37 < share(favourite_covers) < 0.47


def test_halves_are_as_fair_as_whole_games() -> None:
    league = League(SEEDS[0])
    for sport, periods in (("basketball_nba", 2), ("baseball_mlb", 5)):
        overs, covers, surprise = [], [], []
        for game in league.regular_season(sport, SEASONS[sport]):
            at = game.starts_at - SECOND
            if game.fixture.postponed_at is not None:
                continue
            view = quotes(league.half_view(game, "pinnacle", at))
            away, home = (
                sum(side[:periods]) for side in (game.result.away_periods, game.result.home_periods)
            )
            for market, quote in view.items():
                point = quote.first_point or 0.0
                if market.startswith("totals") and home + away != point:
                    overs.append(home + away > point)
                elif market.startswith("spreads") and home + point != away:
                    prob = implied(quote.first_price)
                    prob /= prob + implied(quote.second_price)
                    covers.append(home + point > away)
                    surprise.append((home + point > away) - prob)
        assert 0.46 < share(overs) < 0.54, sport
        assert 0.4 < share(covers) < 0.6, sport
        assert abs(statistics.mean(surprise)) < 0.035, sport


def test_every_books_closing_line_is_honest_about_itself() -> None:
    """Without its margin, each book's closing price is right on average, the sharp ones most."""
    league = League(SEEDS[1])
    errors: dict[str, list[float]] = defaultdict(list)
    scores: dict[str, list[float]] = defaultdict(list)
    for game in league.regular_season("basketball_nba", "2025-26"):
        if game.fixture.postponed_at is not None:
            continue
        won = game.home_score > game.away_score
        shown = {
            book: closed
            for book in BOOKMAKERS
            if (closed := quotes(league.view(game, book, game.starts_at - SECOND)).get("h2h"))
        }
        if len(shown) < len(BOOKMAKERS):
            continue
        for book, quote in shown.items():
            first, second = implied(quote.first_price), implied(quote.second_price)
            prob = first / (first + second)
            errors[book].append(won - prob)
            scores[book].append(abs(prob - game.home_win_prob(game.starts_at)))
    for book, values in errors.items():
        assert abs(statistics.mean(values)) < 0.045, book
    distance = {book: statistics.mean(values) for book, values in scores.items()}
    assert sorted(distance, key=lambda book: distance[book])[:2] == ["pinnacle", "circasports"]
