"""Prices and public shares in Action Network's form."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from statistics import median_low
from typing import Any

from linehouse.sandbox.league.books import Quote
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.randomness import uniform
from linehouse.sandbox.upstreams.action_network.games import (
    BY_SPORT,
    frame_of,
    game_id,
    game_of,
    team_id,
)
from linehouse.sandbox.upstreams.before_the_start import (
    games_of_day,
    opening_quotes,
    quotes_before,
)

CONSENSUS, OPENING = "15", "30"
BOOKS: dict[str, tuple[str, str | None]] = {
    CONSENSUS: ("Consensus", None),
    OPENING: ("Open", "draftkings"),
    "68": ("DraftKings NJ", "draftkings"),
    "69": ("FanDuel NJ", "fanduel"),
    "71": ("BetRivers NJ", "betrivers"),
    "75": ("BetMGM NJ", "betmgm"),
    "79": ("bet365 NJ", None),
    "123": ("Caesars NJ", "williamhill_us"),
    "2988": ("Fanatics NJ", None),
}
"""The vendor's id to its name and the league's bookmaker; one without shows nothing."""
BLENDED = ("draftkings", "fanduel", "betrivers", "betmgm", "williamhill_us")
MARKETS = {"moneyline": "h2h", "spread": "spreads", "total": "totals"}


def scoreboard(
    league: League,
    sport_key: str,
    day: date,
    at: datetime,
    books: Sequence[str],
    periods: Sequence[str],
) -> dict[str, Any]:
    """Version 2: a day's games with nested markets."""
    games = []
    for game in games_of_day(league, sport_key, day, at):
        shown = game_of(league, game, at)
        markets = _markets(league, game, at, books, periods)
        if markets:
            shown["markets"] = markets
        games.append(shown)
    return frame_of(sport_key, day) | {"games": games, "market_rules": {}, "content_live_count": 0}


def scoreboard_v1(
    league: League, sport_key: str, day: date, at: datetime, books: Sequence[str]
) -> dict[str, Any]:
    """Version 1: a day's games with a flat row for each book."""
    games = []
    for game in games_of_day(league, sport_key, day, at):
        rows = []
        for book in books:
            quotes = quotes_of(league, game, book, at)
            if quotes:
                rows.append(_row_v1(league, game, book, quotes, at))
        games.append(game_of(league, game, at) | {"odds": rows})
    return frame_of(sport_key, day) | {"games": games}


def quotes_of(
    league: League, game: Game, book: str, at: datetime, *, half: bool = False
) -> dict[str, Quote]:
    """Market to what one of the vendor's books shows before the start, or showed last."""
    if book == CONSENSUS:
        return _blend([quotes_before(league, game, one, at, half=half) for one in BLENDED])
    _, bookmaker = BOOKS[book]
    if bookmaker is None:
        return {}
    if book == OPENING:
        return {} if half else opening_quotes(league, game, bookmaker, at)
    return quotes_before(league, game, bookmaker, at, half=half)


def sides_of(quote: Quote, market: str) -> tuple[tuple[str, int, float], tuple[str, int, float]]:
    """(side, price, value) of both sides, in the order of the vendor's day."""
    first, second = ("over", "under") if market == "total" else ("home", "away")
    return (
        (first, quote.first_price, _value(quote.first_point)),
        (second, quote.second_price, _value(quote.second_point)),
    )


def _value(point: float | None) -> float:
    """The line; 0 for a moneyline; whole numbers without a fraction."""
    number = point or 0
    return int(number) if number == int(number) else number


def _blend(books: list[dict[str, Quote]]) -> dict[str, Quote]:
    """The consensus: the commonest point, and the middle of the prices there."""
    blended = {}
    for market in MARKETS.values():
        quotes = [quotes[market] for quotes in books if market in quotes]
        if not quotes:
            continue
        point = median_low(quote.first_point or 0.0 for quote in quotes)
        there = [quote for quote in quotes if (quote.first_point or 0.0) == point]
        there.sort(key=lambda quote: (quote.first_price, quote.second_price))
        blended[market] = there[len(there) // 2]
    return blended


def _markets(
    league: League, game: Game, at: datetime, books: Sequence[str], periods: Sequence[str]
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for book in books:
        by_period = {}
        for period in periods:
            half = period == BY_SPORT[game.sport_key].half
            if not half and period != "event":
                continue
            markets = dict(_outcomes(league, game, at, book, period, half=half))
            if markets:
                by_period[period] = markets
        if by_period:
            shown[book] = by_period
    return shown


def _outcomes(
    league: League, game: Game, at: datetime, book: str, period: str, *, half: bool
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    _, bookmaker = BOOKS[book]
    live = league.status(game, at) == "live" and not half and book not in (CONSENSUS, OPENING)
    quotes = quotes_of(league, game, book, at, half=half)
    if live and bookmaker is not None:
        view = league.view(game, bookmaker, at)
        quotes = {quote.market: quote for quote in view.quotes} if view else {}
    home, away = (
        team_id(team, game.sport_key, league) for team in (game.fixture.home, game.fixture.away)
    )
    number = game_id(league, game)
    for position, (market, ours) in enumerate(MARKETS.items()):
        if ours not in quotes:
            continue
        outcomes = []
        shares = _shares(league, game, ours, at) if period == "event" else (0, 0, 0, 0)
        for place, (side, price, value) in enumerate(sides_of(quotes[ours], market)):
            market_id = number * 10 + position
            outcome: dict[str, Any] = {
                "outcome_id": str(market_id * 2 + place),
                "market_id": str(market_id) if position else market_id,
                "event_type": "game",
                "event_id": number,
                "book_id": int(book),
                "type": market,
                "side": side,
                "period": period,
                "team_id": {"home": home, "away": away}.get(side, 0 if book == OPENING else None),
                "odds": price,
                "value": value,
            }
            if book != OPENING:
                tickets, money = shares[2 * place : 2 * place + 2]
                outcome |= {
                    "is_live": live,
                    "line_status": "normal",
                    "deeplink_id": "",
                    "bet_info": {
                        "tickets": {"value": 0, "percent": tickets},
                        "money": {"value": 0, "percent": money},
                    },
                    "odds_coefficient_score": None,
                    "is_alt_market": False,
                }
            outcomes.append(outcome)
        yield market, outcomes


def _shares(league: League, game: Game, market: str, at: datetime) -> tuple[int, int, int, int]:
    """Tickets and money of the first side, then of the second, in whole per cent, rounded each by
    itself; all 0 before anybody has bet."""
    public = league.public(game, market, at)
    if not public.tickets:
        return 0, 0, 0, 0
    tickets, money = public.tickets_home_or_over_pct, public.money_home_or_over_pct
    up = int(uniform(game.seed, "rounding", game.event_id, market) * 3) - 1
    other = min(max(round(100 - tickets) + up, 0), 100)
    return round(tickets), round(money), other, round(100 - money)


def _row_v1(
    league: League, game: Game, book: str, quotes: dict[str, Quote], at: datetime
) -> dict[str, Any]:
    row: dict[str, Any] = {"draw": None, "book_id": int(book), "type": "game"}
    row["inserted"] = at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    h2h, spread, total = (quotes.get(market) for market in MARKETS.values())
    row["ml_home"], row["ml_away"] = (h2h.first_price, h2h.second_price) if h2h else (None, None)
    row["spread_home"] = _value(spread.first_point) if spread else None
    row["spread_away"] = _value(spread.second_point) if spread else None
    row["spread_home_line"] = spread.first_price if spread else None
    row["spread_away_line"] = spread.second_price if spread else None
    row["total"] = _value(total.first_point) if total else None
    row["over"], row["under"] = (total.first_price, total.second_price) if total else (None, None)
    for market, first, second in (
        ("h2h", "ml_home", "ml_away"),
        ("spreads", "spread_home", "spread_away"),
        ("totals", "total_over", "total_under"),
    ):
        shares = _shares(league, game, market, at)
        told = any(shares) and book == CONSENSUS
        row[f"{first}_public"], row[f"{first}_money"] = shares[:2] if told else (None, None)
        row[f"{second}_public"], row[f"{second}_money"] = shares[2:] if told else (None, None)
    row["num_bets"] = league.public(game, "h2h", at).tickets or None
    return row
