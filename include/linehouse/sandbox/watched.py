"""What somebody who looks at the sandbox's league every few minutes sees of a game: the intervals
in which lines and public shares stood, as staging keeps them.

For tests and benchmarks of what is made of lines: hundreds of games, each looked at hundreds of
times, would take minutes on their way through HTTP, payloads and parsers, which others test.
"""

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linehouse.sandbox.league.books import BOOKMAKERS, MARKETS, Quote
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League

SOURCE = "the_odds_api"
SPLITS_SOURCE = "action_network"


@dataclass(frozen=True)
class SeenLine:
    """One side of one line, from the look that first showed it to the look that no longer did."""

    bookmaker: str
    market: str
    side: str
    point: float | None
    price_american: int
    valid_from: datetime
    valid_to: datetime | None
    last_observed_at: datetime
    is_opening: bool
    is_closing: bool


@dataclass(frozen=True)
class SeenSplit:
    """The public's shares of one side, per cent, in the same way."""

    market: str
    side: str
    tickets_pct: float
    money_pct: float
    valid_from: datetime
    valid_to: datetime | None
    last_observed_at: datetime


def looks_before(start: datetime, hours: float, minutes: float) -> list[datetime]:
    """Looks every so many minutes from so many hours before a start, none at or after it."""
    count = int(hours * 60 / minutes)
    return [start - timedelta(minutes=minutes * (count - number)) for number in range(count)]


def seen_lines(league: League, game: Game, looks: Sequence[datetime]) -> Iterator[SeenLine]:
    """The lines of a game as these looks before its start show them; they are in order."""
    for key in BOOKMAKERS:
        book = league.book_on(game, key)
        changes = [*book.change_times()]
        changes += [moment for _, *ends in book.outage_times() for moment in ends]
        wanted = sorted({bisect.bisect_left(looks, moment) for moment in changes} - {len(looks)})
        shown = [
            (look, {quote.market: quote for quote in view.quotes} if view else {})
            for look in wanted
            for view in [book.view(looks[look])]
        ]
        for market in MARKETS:
            series = [(look, quotes.get(market)) for look, quotes in shown]
            yield from _of_market(key, market, series, looks)


def _of_market(
    key: str, market: str, series: list[tuple[int, Quote | None]], looks: Sequence[datetime]
) -> Iterator[SeenLine]:
    for number in (0, 1):
        runs: list[tuple[int, int | None, tuple[int, float | None]]] = []
        standing: tuple[int, tuple[int, float | None]] | None = None
        for look, quote in [*series, (len(looks), None)]:
            value = _side(quote, number) if quote else None
            if standing and (value != standing[1]):
                runs.append((standing[0], look, standing[1]))
                standing = None
            if value is not None and standing is None:
                standing = look, value
        for first, end, (price, point) in runs:
            last = (end or 0) - 1
            yield SeenLine(
                key,
                market,
                _name(market, number),
                point,
                price,
                looks[first],
                looks[end] if end is not None and end < len(looks) else None,
                looks[last],
                is_opening=first == runs[0][0],
                is_closing=last == len(looks) - 1,
            )


def _side(quote: Quote, number: int) -> tuple[int, float | None]:
    if number == 0:
        return quote.first_price, quote.first_point
    return quote.second_price, quote.second_point


def _name(market: str, number: int) -> str:
    return (("over", "under") if market == "totals" else ("home", "away"))[number]


def seen_splits(league: League, game: Game, looks: Sequence[datetime]) -> Iterator[SeenSplit]:
    """The public's shares of a game as these looks show them, to whole per cent."""
    for market in MARKETS:
        series: list[tuple[int, tuple[int, int]]] = []
        for number, look in enumerate(looks):
            public = league.public(game, market, look)
            if not public.tickets:
                continue
            shares = (
                round(public.tickets_home_or_over_pct),
                round(public.money_home_or_over_pct),
            )
            if not series or series[-1][1] != shares:
                series.append((number, shares))
        for place, (first, (tickets, money)) in enumerate(series):
            end = series[place + 1][0] if place + 1 < len(series) else None
            for number in (0, 1):
                yield SeenSplit(
                    market,
                    _name(market, number),
                    tickets if number == 0 else 100 - tickets,
                    money if number == 0 else 100 - money,
                    looks[first],
                    looks[end] if end is not None else None,
                    looks[(end if end is not None else len(looks)) - 1],
                )
