"""Signals held against what was planted in the sandbox's league: which were found, which alarms
have nothing behind them.

A thing counts as planted where what the bookmakers really did, seen without any of our models, has
the size asked for. An alarm is right where the truth explains it: news, planted or not, that the
books follow, and no error of their own.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from linehouse import own_seeds
from linehouse.sandbox.league.bookmakers import BOOKMAKERS
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.posting import Quote

_LEAGUES = {"basketball_nba": "nba", "baseball_mlb": "mlb"}
_SCALES = {
    (row["league"], row["market"]): row
    for row in own_seeds.rows("market_scales")
    if row["period"] == "full"
}
_MARKETS = [(sport, market) for sport in _LEAGUES for market in ("spreads", "totals")]
UNIT = {
    (sport, market): float(_SCALES[_LEAGUES[sport], market]["unit_prob"])
    for sport, market in _MARKETS
}
"""Probability that is one unit of movement (seed market_scales)."""
POINT = {
    (sport, market): 2 * float(_SCALES[_LEAGUES[sport], market]["half_point_prob"])
    for sport, market in _MARKETS
}
"""Probability that a point or run is worth, of the same seed."""
MONEYLINE_UNIT = float(_SCALES["", "h2h"]["unit_prob"])
"""Of both sports."""
AN_HOUR = timedelta(hours=1)
LOOK = timedelta(minutes=5)


@dataclass(frozen=True)
class Alarm:
    """One row of staging.sharp_action_signals."""

    game: Game
    kind: str
    market: str
    side: str
    bookmaker: str | None
    detected_at: datetime
    move_prob: float | None
    tickets_pct: float | None
    profit_pct: float | None

    @property
    def sign(self) -> int:
        """+1 towards the home side or the over."""
        return 1 if self.side in ("home", "over") else -1


@dataclass
class Score:
    """How well one kind of signal was found."""

    planted: int = 0
    """Things of the size that was asked for."""
    found: int = 0
    alarms: int = 0
    right: int = 0
    false_alarms: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    curve: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """Size of the thing to whether each was found, the weaker ones too."""

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else float("nan")

    @property
    def precision(self) -> float:
        return self.right / self.alarms if self.alarms else float("nan")

    def take(self, name: str, size: float, found: bool, *, asked_for: bool, step: float) -> None:
        """Count one thing that is really there."""
        low = int(size / step) * step
        self.curve[f"{low:.2f} to {low + step:.2f}"].append(found)
        if asked_for:
            self.planted += 1
            self.found += found
            if not found:
                self.missed.append(name)

    def alarm(self, right: bool, why: str) -> None:
        """Count one alarm; `why` explains it where nothing is behind it."""
        self.alarms += 1
        self.right += right
        if not right:
            self.false_alarms.append(why)


class Bookmakers:
    """What the bookmakers of a league really showed, as one number a book and market."""

    def __init__(self, league: League) -> None:
        self.league = league

    def quote(self, game: Game, book: str, market: str, at: datetime) -> Quote | None:
        view = self.league.view(game, book, at)
        return next((q for q in view.quotes if q.market == market), None) if view else None

    def value(self, game: Game, book: str, market: str, at: datetime) -> float | None:
        """Fair probability of the home side or the over, brought to a point of none."""
        quote = self.quote(game, book, market, at)
        if quote is None:
            return None
        first, second = implied(quote.first_price), implied(quote.second_price)
        prob = first / (first + second)
        if quote.first_point is None:
            return prob
        by_point = POINT[(game.sport_key, market)] * quote.first_point
        return prob - by_point if market == "spreads" else prob + by_point

    def moves(self, game: Game, market: str, since: datetime, until: datetime) -> dict[str, float]:
        """Book to the change of its value, of those that stood at both ends."""
        found = {}
        for book in BOOKMAKERS:
            before = self.value(game, book, market, since)
            after = self.value(game, book, market, until)
            if before is not None and after is not None:
                found[book] = after - before
        return found

    def best(self, game: Game, market: str, at: datetime) -> float:
        """Profit in per cent of the stakes on the best prices of both sides at one point."""
        prices: dict[float | None, list[Quote]] = defaultdict(list)
        for book in BOOKMAKERS:
            quote = self.quote(game, book, market, at)
            if quote is not None:
                prices[quote.first_point].append(quote)
        return max(
            (
                100 / (
                    min(implied(quote.first_price) for quote in quotes)
                    + min(implied(quote.second_price) for quote in quotes)
                ) - 100
                for quotes in prices.values()
            ),
            default=-100.0,
        )  # fmt: skip


def implied(price: int) -> float:
    return 100 / (100 + price) if price > 0 else -price / (100 - price)


def unit_of(game: Game, market: str) -> float:
    """Probability that is one unit of movement of a market."""
    return MONEYLINE_UNIT if market == "h2h" else UNIT[(game.sport_key, market)]


def expected_move(game: Game, market: str, since: datetime, until: datetime) -> float:
    """By how many units what could be expected of the game changed, without any book's error."""
    before, after = game.expectation_at(since), game.expectation_at(until)
    if market == "totals":
        points = after.total - before.total
        each = POINT[(game.sport_key, "totals")]
    else:
        points = after.margin - before.margin
        each = POINT[(game.sport_key, "spreads")] if game.sport_key == "basketball_nba" else 0.0905
    return points * each / unit_of(game, market)


def describe(game: Game, what: str, at: datetime) -> str:
    fixture = game.fixture
    before = (fixture.scheduled_at - at) / AN_HOUR
    return (
        f"{fixture.date_et} {fixture.away.name} at {fixture.home.name}, {what},"
        f" {before:.1f} h before"
    )


def by_game(alarms: Iterable[Alarm], kind: str) -> dict[str, list[Alarm]]:
    """The alarms of a kind by event, in order of time."""
    found: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in sorted(alarms, key=lambda alarm: alarm.detected_at):
        if alarm.kind == kind:
            found[alarm.game.event_id].append(alarm)
    return found


def score_steam(league: League, games: Sequence[Game], alarms: Sequence[Alarm]) -> Score:
    """Steam: 70 % of the books that stand, within 30 minutes, by a unit (a point) or more."""
    books, score, found = Bookmakers(league), Score(), by_game(alarms, "steam")
    for game in games:
        steam = game.planted.steam
        if steam is None:
            continue
        sign = 1 if steam.margin + steam.total > 0 else -1
        unit = unit_of(game, steam.market)
        until = steam.at + timedelta(minutes=30)
        moves = books.moves(game, steam.market, steam.at - timedelta(seconds=1), until)
        if len(moves) < 4:
            continue
        size = sign * statistics.median(moves.values()) / unit
        share = sum(sign * move >= 0.5 * unit for move in moves.values()) / len(moves)
        hit = any(
            alarm.market == steam.market
            and alarm.sign == sign
            and timedelta() <= alarm.detected_at - steam.at <= timedelta(minutes=35)
            for alarm in found[game.event_id]
        )
        score.take(
            describe(game, f"steam on {steam.market} of {size:.2f} units, {share:.0%}", steam.at),
            max(size, 0.0), hit, asked_for=share >= 0.7 and size >= 1, step=0.5,
        )  # fmt: skip
    for one in (one for some in found.values() for one in some):
        since = one.detected_at - AN_HOUR
        real = one.sign * expected_move(one.game, one.market, since, one.detected_at)
        score.alarm(
            real >= 0.5,
            describe(
                one.game, f"{one.market} {one.side}, truly {real:+.2f} units", one.detected_at
            ),
        )
    return score


def score_reverse(league: League, games: Sequence[Game], alarms: Sequence[Alarm]) -> Score:
    """Reverse line movement: half a unit or more against 60 % of the tickets."""
    books, score, found = Bookmakers(league), Score(), by_game(alarms, "reverse_line_movement")
    for game in games:
        reverse = game.planted.reverse
        if reverse is None:
            continue
        sign = 1 if reverse.toward_home else -1
        unit = unit_of(game, reverse.market)
        until = min(reverse.at + 2 * AN_HOUR, game.starts_at - timedelta(seconds=1))
        moves = books.moves(game, reverse.market, reverse.at - timedelta(hours=10), until)
        if len(moves) < 4:
            continue
        size = sign * statistics.median(moves.values()) / unit
        tickets = [
            league.public(game, reverse.market, at).tickets_home_or_over_pct
            for at in (reverse.at + number * AN_HOUR for number in range(0, 3))
            if at < game.starts_at
        ]
        against = [100 - share if reverse.toward_home else share for share in tickets]
        hit = any(
            alarm.market == reverse.market
            and alarm.sign == sign
            and -12 * AN_HOUR <= alarm.detected_at - reverse.at <= 4 * AN_HOUR
            for alarm in found[game.event_id]
        )
        what = f"{reverse.market} {size:.2f} units against {max(against):.0f} %"
        score.take(
            describe(game, what, reverse.at),
            max(size, 0.0), hit,
            asked_for=size >= 0.5 and min(against) >= 60.5, step=0.5,
        )  # fmt: skip
    for one in (one for some in found.values() for one in some):
        real = max(
            one.sign * expected_move(one.game, one.market, since, one.detected_at)
            for since in (one.detected_at - hours * AN_HOUR for hours in (12, 15, 18))
        )
        # what was shown within the hour: shares are looked at every hour, to whole per cent
        shown = [
            _tickets(league, one, one.detected_at - AN_HOUR * part)
            for part in (0, 0.25, 0.5, 0.75, 1)
        ]
        most = max(100 - share if one.sign > 0 else share for share in shown)
        score.alarm(
            real >= 0.25 and most >= 59.5,
            describe(
                one.game,
                f"{one.market} {one.side}, truly {real:+.2f} units against {most:.0f} %",
                one.detected_at,
            ),
        )
    return score


def _tickets(league: League, one: Alarm, at: datetime) -> float:
    return league.public(one.game, one.market, at).tickets_home_or_over_pct


def score_stale(league: League, games: Sequence[Game], alarms: Sequence[Alarm]) -> Score:
    """Stale prices: a book that has not followed news of a unit or more for ten minutes."""
    books, score, found = Bookmakers(league), Score(), by_game(alarms, "stale_price")
    for game in games:
        stale = game.planted.stale
        if stale is None:
            continue
        market = "spreads" if game.sport_key == "basketball_nba" else "h2h"
        unit = unit_of(game, market)
        seen_from = stale.news_at + timedelta(minutes=15)
        moves = [
            move
            for book, move in books.moves(game, market, stale.begins_at, seen_from).items()
            if BOOKMAKERS[book].sharp
        ]
        if not moves or books.value(game, stale.bookmaker, market, stale.begins_at) is None:
            continue
        size = abs(statistics.mean(moves)) / unit
        minutes = (stale.ends_at - stale.news_at) / timedelta(minutes=1)
        hit = any(
            alarm.bookmaker == stale.bookmaker
            and stale.news_at <= alarm.detected_at <= stale.ends_at + LOOK
            and alarm.market == market
            for alarm in found[game.event_id]
        )
        what = f"{stale.bookmaker} {size:.2f} units for {minutes:.0f} min"
        score.take(
            describe(game, what, stale.news_at),
            size, hit, asked_for=size >= 1 and minutes >= 10, step=0.5,
        )  # fmt: skip
    for one in (one for some in found.values() for one in some):
        score.alarm(*_asleep(books, one))
    return score


def _asleep(books: Bookmakers, one: Alarm) -> tuple[bool, str]:
    """Whether the book shows what it showed before news that the sharp books have followed."""
    assert one.bookmaker is not None
    now = books.quote(one.game, one.bookmaker, one.market, one.detected_at)
    changes = books.league.book_on(one.game, one.bookmaker).change_times()
    shown_since = one.detected_at
    for moment in sorted((c for c in changes if c <= one.detected_at), reverse=True):
        shown_since = moment
        if books.quote(one.game, one.bookmaker, one.market, moment - LOOK / 300) != now:
            break
    real = one.sign * expected_move(
        one.game, one.market, shown_since - AN_HOUR, one.detected_at - 2 * LOOK
    )
    why = f"{one.bookmaker} {one.market} {one.side}, truly {real:+.2f} units since its last change"
    return real >= 0.375, describe(one.game, why, one.detected_at)


def score_arbitrage(league: League, games: Sequence[Game], alarms: Sequence[Alarm]) -> Score:
    """Arbitrages of one per cent or more."""
    books, score, found = Bookmakers(league), Score(), by_game(alarms, "arbitrage")
    for game in games:
        slip = game.planted.arbitrage
        if slip is None or (slip.ends_at - slip.begins_at) < 2 * LOOK:
            continue
        middle = slip.begins_at + (slip.ends_at - slip.begins_at) / 2
        size = books.best(game, slip.market, middle)
        hit = any(
            alarm.market == slip.market
            and slip.bookmaker == alarm.bookmaker
            and slip.begins_at <= alarm.detected_at <= slip.ends_at
            for alarm in found[game.event_id]
        )
        score.take(
            describe(game, f"{slip.bookmaker} {slip.market} {size:.2f} %", middle),
            max(size, 0.0), hit, asked_for=size >= 1, step=1.0,
        )  # fmt: skip
    for one in (one for some in found.values() for one in some):
        profit = books.best(one.game, one.market, one.detected_at)
        score.alarm(
            profit >= 0.99,
            describe(one.game, f"{one.bookmaker} {one.market} {profit:.2f} %", one.detected_at),
        )
    return score


SCORES = {
    "steam": score_steam,
    "reverse_line_movement": score_reverse,
    "stale_price": score_stale,
    "arbitrage": score_arbitrage,
}


def read_alarms(rows: Iterable[Sequence[Any]], games: dict[Any, Game]) -> list[Alarm]:
    """Rows of game_id, kind, market, side, bookmaker, detected_at, move, tickets, profit."""
    return [Alarm(games[game], *rest) for game, *rest in rows]


ALARMS = (
    "select game_id, kind, market, side, bookmaker, detected_at, move_prob::float,"
    " tickets_pct::float, profit_pct::float from {schema}.sharp_action_signals"
)
