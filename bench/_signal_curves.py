"""How many of the things that really happened were found, the weaker the fewer: steam of fewer
books, smaller and slower; small reverse moves, and those against fewer tickets; prices that stood
still for some minutes only; arbitrages of less than one per cent.

All that happened by itself counts here beside what was planted, as the bookmakers really showed it,
seen without any of our models. What is weaker than the models ask for should not be found: the
curves show how sharp that edge is.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bench._signal_truth import (
    AN_HOUR,
    Alarm,
    Bookmakers,
    by_game,
    expected_move,
    unit_of,
)
from linehouse.sandbox.league.bookmakers import BOOKMAKERS
from linehouse.sandbox.league.game import Game, News
from linehouse.sandbox.league.league import League

MARKETS = ("h2h", "spreads", "totals")
A_SECOND, A_MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WATCHED = timedelta(hours=23)
"""Before the start: in the last day looks are frequent."""


class Curves:
    """Curve to bucket to whether each thing in it was found."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))

    def take(self, curve: str, value: float, edges: Sequence[float], found: bool) -> None:
        """Count one thing; what is below the first edge is too weak to count."""
        place = sum(value >= edge for edge in edges)
        if place:
            beyond = place == len(edges)
            bucket = f"{edges[place - 1]:g}" + (" and more" if beyond else f" to {edges[place]:g}")
            self._found[curve][bucket].append(found)

    def told(self) -> dict[str, dict[str, str]]:
        """Each bucket as `3 of 5`, the weakest first."""
        return {
            curve: {
                bucket: f"{sum(found)} of {len(found)}"
                for bucket, found in sorted(
                    buckets.items(), key=lambda one: float(one[0].split()[0])
                )
            }
            for curve, buckets in self._found.items()
        }


def news_of(game: Game) -> Iterator[tuple[News, str, float]]:
    """News of the last day, the market that it moves, and by how many units it should."""
    for news in game.news:
        if not timedelta(minutes=30) < game.starts_at - news.at < WATCHED:
            continue
        for market in ("spreads" if game.sport_key == "basketball_nba" else "h2h", "totals"):
            yield news, market, expected_move(game, market, news.at - A_SECOND, news.at)


def minutes_until(
    books: Bookmakers, game: Game, book: str, since: datetime, done: Callable[[datetime], bool]
) -> float | None:
    """Minutes from a moment to the first change of a book's prices at which something is so."""
    for moment in books.league.book_on(game, book).change_times():
        if moment > since and moment < game.starts_at and done(moment):
            return (moment - since) / A_MINUTE
    return None


def steam(league: League, games: Sequence[Game], alarms: Sequence[Alarm]) -> Curves:
    """News of the last day, by units, by share of the books within half an hour and by minutes
    until 70 % of the books had followed half of it."""
    books, found, curves = Bookmakers(league), by_game(alarms, "steam"), Curves()
    for game in games:
        for news, market, size in news_of(game):
            since, unit = news.at - A_SECOND, unit_of(game, market)
            sign = 1 if size > 0 else -1
            moves = books.moves(game, market, since, news.at + timedelta(minutes=30))
            if len(moves) < 4 or abs(size) < 0.25:
                continue
            hit = any(
                alarm.market == market
                and alarm.sign == sign
                and timedelta() <= alarm.detected_at - news.at <= AN_HOUR
                for alarm in found[game.event_id]
            )
            share = sum(sign * move >= 0.5 * unit for move in moves.values()) / len(moves)
            median = sign * statistics.median(moves.values()) / unit
            if share >= 0.7:
                curves.take(
                    "units, of 70 % of the books", median, (0.5, 0.75, 1, 1.25, 1.5, 2), hit
                )
            if median >= 1:
                curves.take("share of the books, a unit", share, (0.5, 0.6, 0.7, 0.8, 0.9, 1), hit)
            if abs(size) >= 1.2:
                minutes = _until_most_follow(books, game, market, news.at, size * unit)
                curves.take("minutes, 1.2 units", minutes, (0, 10, 20, 30, 40, 60), hit)
    return curves


def _until_most_follow(
    books: Bookmakers, game: Game, market: str, at: datetime, move: float
) -> float:
    minutes = []
    for book in BOOKMAKERS:
        before = books.value(game, book, market, at - A_SECOND)
        if before is None:
            continue

        def followed(moment: datetime, book: str = book, before: float = before) -> bool:
            now = books.value(game, book, market, moment)
            return now is not None and (now - before) / move >= 0.5

        minutes.append(minutes_until(books, game, book, at, followed) or 600.0)
    minutes.sort()
    return minutes[-(-7 * len(minutes) // 10) - 1]


def reverse(league: League, games: Sequence[Game], alarms: Sequence[Alarm]) -> Curves:
    """The largest move over twelve hours of each game and market, looked at every half hour: by
    units against 60 % of the tickets, and by tickets of moves of half a unit."""
    books, found, curves = Bookmakers(league), by_game(alarms, "reverse_line_movement"), Curves()
    for game in games:
        for market in MARKETS:
            for sign in (1, -1):
                largest, most = 0.0, 0.0
                for half_hours in range(1, 44):
                    at = game.starts_at - half_hours * AN_HOUR / 2
                    moves, of_sharp = _since_twelve_hours(books, game, market, at)
                    if len(moves) < 4:
                        continue
                    size = sign * statistics.median(moves) / unit_of(game, market)
                    if of_sharp and sign * statistics.mean(of_sharp) < 0.4 * unit_of(game, market):
                        continue
                    shares = league.public(game, market, at).tickets_home_or_over_pct
                    against = 100 - shares if sign > 0 else shares
                    if against >= 60.5:
                        largest = max(largest, size)
                    if size >= 0.55:
                        most = max(most, against)
                hit = any(
                    alarm.market == market and alarm.sign == sign for alarm in found[game.event_id]
                )
                edges = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5)
                curves.take("units, against 60 % of the tickets", largest, edges, hit)
                curves.take("tickets against, half a unit", most, (50, 55, 58, 60, 62, 65, 70), hit)
    return curves


def _since_twelve_hours(
    books: Bookmakers, game: Game, market: str, at: datetime
) -> tuple[list[float], list[float]]:
    """Moves of all books that stand, from their openings where those are later; of sharp ones."""
    moves, of_sharp = [], []
    for key, book in BOOKMAKERS.items():
        since = max(at - 12 * AN_HOUR, books.league.book_on(game, key).opens_at)
        before = books.value(game, key, market, since)
        now = books.value(game, key, market, at)
        if before is not None and now is not None and since < at:
            moves.append(now - before)
            if book.sharp:
                of_sharp.append(now - before)
    return moves, of_sharp


def stale(league: League, games: Sequence[Game], alarms: Sequence[Alarm]) -> Curves:
    """Prices that stood unchanged after the sharp books had moved by a unit: by minutes."""
    books, found, curves = Bookmakers(league), by_game(alarms, "stale_price"), Curves()
    for game in games:
        for news, market, _ in news_of(game):
            for book in BOOKMAKERS:
                if not BOOKMAKERS[book].sharp:
                    minutes = _stood_still(books, game, book, market, news.at)
                    if minutes is None:
                        continue
                    hit = any(
                        alarm.bookmaker == book
                        and alarm.market == market
                        and timedelta() <= alarm.detected_at - news.at <= timedelta(hours=6)
                        for alarm in found[game.event_id]
                    )
                    edges = (0, 5, 8, 10, 11, 12, 15, 20, 30)
                    curves.take("minutes, a unit", minutes, edges, hit)
    return curves


def _stood_still(
    books: Bookmakers, game: Game, book: str, market: str, at: datetime
) -> float | None:
    """Minutes for which a price stood after the mean of the sharp books had moved by a unit; None
    where it had not, or where the price was another when the news came."""
    before = _sharp_mean(books, game, market, at - A_SECOND)
    shown = books.quote(game, book, market, at - A_SECOND)
    if before is None or shown is None:
        return None

    def moved(moment: datetime) -> bool:
        now = _sharp_mean(books, game, market, moment)
        return now is not None and abs(now - before) >= unit_of(game, market)

    def changed(moment: datetime) -> bool:
        return books.quote(game, book, market, moment) != shown

    led = [
        minutes_until(books, game, key, at, moved) for key in BOOKMAKERS if BOOKMAKERS[key].sharp
    ]
    sharp = min((one for one in led if one is not None), default=None)
    if sharp is None or sharp > 10:
        return None
    own = minutes_until(books, game, book, at, changed)
    until = own if own is not None else (game.starts_at - at) / A_MINUTE
    return until - sharp if until > sharp else None


def _sharp_mean(books: Bookmakers, game: Game, market: str, at: datetime) -> float | None:
    values = [
        value
        for key, book in BOOKMAKERS.items()
        if book.sharp
        for value in [books.value(game, key, market, at)]
        if value is not None
    ]
    return statistics.mean(values) if values else None


def arbitrage(
    league: League, games: Sequence[Game], alarms: Sequence[Alarm], look: timedelta
) -> Curves:
    """Times at which the best prices paid anything, by the profit at the best of the looks."""
    books, found, curves = Bookmakers(league), by_game(alarms, "arbitrage"), Curves()
    for game in games:
        times = sorted(
            moment
            for key in BOOKMAKERS
            for moment in _changes(books, game, key)
            if game.starts_at - WATCHED < moment < game.starts_at
        )
        for market in MARKETS:
            for since, until in _paying(books, game, market, times):
                first = game.starts_at - int((game.starts_at - since) / look) * look
                looks = [first + number * look for number in range(int((until - first) / look) + 1)]
                seen = [books.best(game, market, at) for at in looks if since <= at < until]
                hit = any(
                    alarm.market == market and since <= alarm.detected_at <= until
                    for alarm in found[game.event_id]
                )
                if seen:
                    edges = (0, 0.25, 0.5, 0.75, 0.9, 1, 1.25, 1.5, 2, 3)
                    curves.take("per cent", max(seen), edges, hit)
    return curves


def _changes(books: Bookmakers, game: Game, key: str) -> Iterator[datetime]:
    book = books.league.book_on(game, key)
    yield from book.change_times()
    for _, *ends in book.outage_times():
        yield from ends


def _paying(
    books: Bookmakers, game: Game, market: str, times: Sequence[datetime]
) -> Iterator[tuple[datetime, datetime]]:
    """From and until of each stretch in which the best prices paid."""
    since: datetime | None = None
    for moment in [*times, game.starts_at]:
        pays = moment < game.starts_at and books.best(game, market, moment) > 0
        if since is None and pays:
            since = moment
        elif since is not None and not pays:
            yield since, moment
            since = None


def curves(
    league: League, games: Sequence[Game], alarms: Sequence[Alarm], look: timedelta
) -> dict[str, dict[str, Any]]:
    """All of them by kind of signal."""
    return {
        "steam": steam(league, games, alarms).told(),
        "reverse_line_movement": reverse(league, games, alarms).told(),
        "stale_price": stale(league, games, alarms).told(),
        "arbitrage": arbitrage(league, games, alarms, look).told(),
    }
