"""What is planted is rare, and is found at the prices; the public is what publics are."""

import statistics
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from linehouse.sandbox.league.books import BOOKMAKERS, MARKETS, BookView, Quote
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import SPORTS, League
from linehouse.sandbox.truth import Truth

SEED = 20260418
SEASONS = {"basketball_nba": "2025-26", "baseball_mlb": "2026"}
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def league() -> League:
    return League(SEED)


@pytest.fixture(scope="module")
def truth(league: League) -> Truth:
    return Truth(league)


@pytest.fixture(scope="module")
def seasons(league: League) -> dict[str, list[Game]]:
    return {
        sport: [
            game
            for game in league.regular_season(sport, SEASONS[sport])
            if game.fixture.postponed_at is None
        ]
        for sport in SPORTS
    }


def quotes(view: BookView | None) -> dict[str, Quote]:
    return {quote.market: quote for quote in view.quotes} if view else {}


def implied(price: int) -> float:
    return 100 / (100 + price) if price > 0 else -price / (100 - price)


def fair(quote: Quote) -> float:
    """The margin-free chance of a quote's first side."""
    first, second = implied(quote.first_price), implied(quote.second_price)
    return first / (first + second)


def best_sum(league: League, game: Game, at: datetime) -> float:
    """Implied probabilities of the best moneyline prices of both sides: below 1 is an arbitrage."""
    shown = [
        quote["h2h"]
        for book in BOOKMAKERS
        if "h2h" in (quote := quotes(league.view(game, book, at)))
    ]
    if len(shown) < 2:
        return 2.0
    return min(implied(one.first_price) for one in shown) + min(
        implied(one.second_price) for one in shown
    )


def moved_books(
    league: League, game: Game, market: str, before: datetime, after: datetime
) -> Iterator[tuple[str, bool]]:
    for book in BOOKMAKERS:
        one = quotes(league.view(game, book, before)).get(market)
        other = quotes(league.view(game, book, after)).get(market)
        if one is not None and other is not None:
            yield book, one != other


def test_planted_things_are_rare(truth: Truth, seasons: dict[str, list[Game]]) -> None:
    for sport, games in seasons.items():
        for found in (
            truth.with_steam(games),
            truth.with_reverse_moves(games),
            truth.with_arbitrage(games),
            truth.with_stale_prices(games),
        ):
            assert 0.008 < len(found) / len(games) < 0.06, sport


def test_steam_moves_most_books_within_five_minutes(
    league: League, truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        found = cases = 0
        for game, steam in truth.with_steam(games):
            moved = dict(
                moved_books(
                    league, game, steam.market, steam.at - SECOND, steam.at + timedelta(minutes=5)
                )
            )
            if len(moved) >= 4:
                cases += 1
                found += sum(moved.values()) >= 0.7 * len(moved)
        assert cases > 20 and found > 0.9 * cases


def test_without_steam_few_moments_look_like_it(
    league: League, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        looks = cases = 0
        for game in games[::5]:
            if game.planted.steam:
                continue
            for hours in (2, 6, 12):
                at = game.fixture.scheduled_at - timedelta(hours=hours)
                moved = dict(moved_books(league, game, "spreads", at, at + timedelta(minutes=5)))
                cases += len(moved) >= 4
                looks += len(moved) >= 4 and sum(moved.values()) >= 0.7 * len(moved)
        assert cases > 300 and looks < 0.02 * cases


def test_reverse_moves_go_against_the_tickets(
    league: League, truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        against = cases = 0
        for game, reverse in truth.with_reverse_moves(games):
            tickets = league.public(game, reverse.market, game.starts_at).tickets_home_or_over_pct
            assert (tickets < 45) if reverse.toward_home else (tickets > 55)
            opened = quotes(league.opening(game, "pinnacle")).get("h2h")
            closed = quotes(league.view(game, "pinnacle", game.starts_at - SECOND)).get("h2h")
            if opened is not None and closed is not None:
                cases += 1
                against += (fair(closed) > fair(opened)) == reverse.toward_home
        assert cases > 15 and against > 0.75 * cases


def test_arbitrages_stand_at_the_prices_and_are_rare_elsewhere(
    league: League, truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        planted = truth.with_arbitrage(games)
        sums = [
            best_sum(league, game, found.begins_at + (found.ends_at - found.begins_at) / 2)
            for game, found in planted
        ]
        assert len(sums) > 10
        assert sum(value < 1 for value in sums) > 0.85 * len(sums)
        assert 0.9 < statistics.mean(value for value in sums if value < 1) < 1.0
        elsewhere = [
            best_sum(league, game, game.fixture.scheduled_at - timedelta(hours=hours))
            for game in games[::8]
            if game.planted.arbitrage is None
            for hours in (1, 5, 10)
        ]
        assert sum(value < 1 for value in elsewhere) < 0.08 * len(elsewhere)


def test_an_arbitrage_is_one_books_error_and_ends(
    league: League, truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        for game, found in truth.with_arbitrage(games):
            assert not BOOKMAKERS[found.bookmaker].sharp
            assert timedelta(minutes=3) < found.ends_at - found.begins_at < timedelta(minutes=30)
            middle = found.begins_at + (found.ends_at - found.begins_at) / 2
            own = quotes(league.view(game, found.bookmaker, middle)).get("h2h")
            sharp = quotes(league.view(game, "pinnacle", middle)).get("h2h")
            if own is not None and sharp is not None:
                assert (fair(own) > fair(sharp)) == (found.margin > 0)


def test_a_stale_book_stands_still_while_the_others_move(
    league: League, truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        stale = truth.with_stale_prices(games)
        sharp_moved = 0
        for game, found in stale:
            shown = [
                quotes(
                    league.view(
                        game,
                        found.bookmaker,
                        found.begins_at + (found.ends_at - found.begins_at) * step / 10,
                    )
                )
                for step in range(10)
            ]
            for market in MARKETS:
                assert len({quote[market] for quote in shown if market in quote}) <= 1
            before = quotes(league.view(game, "pinnacle", found.news_at - SECOND)).get("h2h")
            after = quotes(
                league.view(game, "pinnacle", found.news_at + timedelta(minutes=10))
            ).get("h2h")
            sharp_moved += before != after
            view = league.view(game, found.bookmaker, found.ends_at - SECOND)
            if view is not None and found.told:
                assert view.updated_at <= found.begins_at + timedelta(minutes=1)
        assert len(stale) > 15 and sharp_moved > 0.9 * len(stale)


def test_the_public_leans_on_favourites_overs_and_big_names(
    league: League, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        favourites, overs, names = [], [], []
        for game in games[::2]:
            at = game.starts_at
            home = league.public(game, "h2h", at).tickets_home_or_over_pct
            favourites.append(home if game.opening.margin > 0 else 100 - home)
            overs.append(league.public(game, "totals", at).tickets_home_or_over_pct)
            for team, share in ((game.fixture.home, home), (game.fixture.away, 100 - home)):
                if team.nickname in ("Lakers", "Warriors", "Yankees", "Dodgers"):
                    names.append(share)
        assert 54 < statistics.mean(favourites) < 75
        assert 54 < statistics.mean(overs) < 68
        assert statistics.mean(names) > 53


def test_money_is_less_one_sided_and_follows_the_sharp_side(
    league: League, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        tickets_lean, money_lean, gaps = [], [], []
        for game in games[::2]:
            public = league.public(game, "spreads", game.starts_at)
            tickets_lean.append(abs(public.tickets_home_or_over_pct - 50))
            gap = public.money_home_or_over_pct - public.tickets_home_or_over_pct
            money_lean.append(abs(public.money_home_or_over_pct - 50))
            moved = game.expectation.margin - game.opening.margin
            gaps.append((moved, gap))
        toward = [gap for moved, gap in gaps if moved > 0]
        against = [gap for moved, gap in gaps if moved < 0]
        assert statistics.mean(toward) - statistics.mean(against) > 8
        correlation = statistics.correlation(*zip(*gaps, strict=True))
        assert 0.3 < correlation < 0.95, "only in part"


def test_tickets_grow_until_the_start_and_then_stand(
    league: League, seasons: dict[str, list[Game]]
) -> None:
    for games in seasons.values():
        game = games[50]
        counts = [
            league.public(game, "h2h", game.fixture.scheduled_at - timedelta(hours=hours)).tickets
            for hours in range(90, -1, -6)
        ]
        assert counts == sorted(counts) and counts[0] == 0 and counts[-1] > 1000
        last = league.public(game, "h2h", game.starts_at)
        assert league.public(game, "h2h", game.ends_at) == last
        assert 0 < last.tickets_home_or_over_pct < 100
        with pytest.raises(ValueError, match="h2h, spreads and totals"):
            league.public(game, "h2h_h1", game.starts_at)


def test_public_shares_know_nothing_of_the_future(
    league: League, seasons: dict[str, list[Game]]
) -> None:
    """Tickets before the start do not depend on the result: favourites that lose are bet as much
    as those that win."""
    won, lost = [], []
    for game in seasons["basketball_nba"]:
        home = league.public(game, "h2h", game.starts_at).tickets_home_or_over_pct
        if 2 < game.expectation.margin < 7:
            (won if game.home_score > game.away_score else lost).append(home)
    assert abs(statistics.mean(won) - statistics.mean(lost)) < 4
