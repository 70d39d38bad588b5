"""A day's games, odds and splits in SportsBettingDime's form.

All odds are texts, empty where nothing is offered; splits are one set for all books and are still
written for hours after a start. Some clubs have names and codes of the vendor's own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from linehouse.sandbox.league.books import Quote
from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.prices import decimal_of
from linehouse.sandbox.league.randomness import uniform
from linehouse.sandbox.league.teams import Team
from linehouse.sandbox.upstreams.before_the_start import games_of_day, quotes_before

BOOKS: dict[str, tuple[str, str | None]] = {
    "bet365": ("Bet365", None),
    "betmgm": ("BetMGM", "betmgm"),
    "caesars": ("Caesars Sportsbook", "williamhill_us"),
    "draftkings": ("DraftKings", "draftkings"),
    "fanatics": ("Fanatics Sportsbook", None),
    "fanduel": ("FanDuel", "fanduel"),
}
"""The vendor's name to the one it shows and the league's bookmaker; one without offers nothing."""
CODES = {"CWS": "CHW", "ATH": "OAK", "WSH": "WAS"}
NAMES = {"Athletics": ("Oakland", "Athletics"), "Cleveland Guardians": ("Cleveland", "Indians")}
"""The vendor has not followed every move and renaming."""
MORNING = timedelta(hours=4)
"""The day of the feed turns over in the morning."""
STILL_WRITTEN = timedelta(hours=3)
TOTAL_WITHOUT_BETS = 0.4


def matchups(
    league: League, sport_key: str | None, at: datetime, books: Sequence[str]
) -> dict[str, Any]:
    """The current Eastern day; no games of a sport that is not simulated (None)."""
    day = (at.astimezone(EASTERN) - MORNING).date()
    games = games_of_day(league, sport_key, day, at) if sport_key is not None else ()
    return {
        "group": day.isoformat(),
        "games": [_game(league, game, at, books) for game in games if game.is_listed(at)],
    }


def _game(league: League, game: Game, at: datetime, books: Sequence[str]) -> dict[str, Any]:
    start, fixture = game.told_start(at), game.fixture
    home, away = (_team(game, team) for team in (fixture.home, fixture.away))
    pair = f"{away['code']}@{home['code']}"
    return {
        "_id": f"{start:%Y%m%d.%I}-{_league(game)}-{pair}",
        "identifier": str(UUID(game.event_id)),
        "date": _time(start),
        "comp": "Regular Season" if fixture.season_type == "regular" else "Postseason",
        "gameday": fixture.date_et.isoformat(),
        "home": home,
        "away": away,
        "sportsbooks": [_book(league, game, at, book) for book in books],
        "bettingSplits": _splits(league, game, at),
    }


def _league(game: Game) -> str:
    return "NBA" if game.sport_key == "basketball_nba" else "MLB"


def _team(game: Game, team: Team) -> dict[str, Any]:
    code = (
        CODES.get(team.abbreviation, team.abbreviation)
        if _league(game) == "MLB"
        else (team.abbreviation)
    )
    city, name = NAMES.get(team.name, (team.city, team.nickname))
    return {
        "_id": f"{_league(game)}_{code}",
        "code": code,
        "city": city,
        "team": name,
        "stageName": city,
        "streak": "0",
        "conference": team.conference,
        "srRank": 0,
    }


def _book(league: League, game: Game, at: datetime, book: str) -> dict[str, Any]:
    title, bookmaker = BOOKS[book]
    quotes = quotes_before(league, game, bookmaker, at) if bookmaker is not None else {}
    shown: dict[str, Any] = {
        "_id": book,
        "name": book,
        "displayName": title,
        "geos": ["global"],
        "odds": _odds(quotes),
    }
    if quotes:
        shown["deeplink"] = 248_666 + list(BOOKS).index(book)
    return shown


def _odds(quotes: dict[str, Quote]) -> dict[str, Any]:
    h2h, spread, total = (quotes.get(market) for market in ("h2h", "spreads", "totals"))
    return {
        "moneyline": {
            "away": _price(h2h.second_price if h2h else None),
            "home": _price(h2h.first_price if h2h else None),
        },
        "spread": {
            "away": _line(spread, first=False, signed=True),
            "home": _line(spread, first=True, signed=True),
        },
        "total": {
            "over": _line(total, first=True, signed=False),
            "under": _line(total, first=False, signed=False),
        },
    }


def _line(quote: Quote | None, *, first: bool, signed: bool) -> dict[str, Any]:
    if quote is None:
        return {"points": "", "odds": _price(None)}
    price, point = (
        (quote.first_price, quote.first_point)
        if first
        else (quote.second_price, quote.second_point)
    )
    return {"points": f"{point:+g}" if signed else f"{point:g}", "odds": _price(price)}


def _price(price: int | None) -> dict[str, Any]:
    if price is None:
        return dict.fromkeys(("american", "decimal", "fractional", "probability"), "") | {
            "best": False
        }
    decimal = decimal_of(price)
    fraction = Fraction(price, 100) if price > 0 else Fraction(100, -price)
    return {
        "american": f"{price:+d}",
        "decimal": f"{decimal:.2f}",
        "fractional": f"{fraction.numerator}/{fraction.denominator}",
        "probability": f"{1 / decimal:.2f}",
        "best": False,
    }


def _splits(league: League, game: Game, at: datetime) -> dict[str, Any]:
    written = min(at, game.starts_at + STILL_WRITTEN)
    every = 60 * (3 + int(12 * uniform(game.seed, "splits written", game.event_id)))
    updated = _time(written - timedelta(seconds=written.timestamp() % every))
    shown = {}
    for market, ours, first, second in (
        ("spread", "spreads", "home", "away"),
        ("total", "totals", "over", "under"),
        ("moneyline", "h2h", "home", "away"),
    ):
        public = league.public(game, ours, at)
        if not public.tickets:
            continue
        bets = round(public.tickets * public.tickets_home_or_over_pct / 100)
        silent = market == "total" and (
            uniform(game.seed, "total bets", game.event_id) < TOTAL_WITHOUT_BETS
        )
        shown[market] = {
            "updated": updated,
            "bets": None if silent else public.tickets,
            first: _side(bets, public.tickets_home_or_over_pct, public.money_home_or_over_pct),
            second: _side(
                public.tickets - bets,
                100 - public.tickets_home_or_over_pct,
                100 - public.money_home_or_over_pct,
            ),
        }
    return shown


def _side(bets: int, tickets: float, money: float) -> dict[str, Any]:
    """Shares are whole or broken numbers, as they come."""
    shares = [round(share, 2) for share in (tickets, money)]
    whole = [int(share) if share == int(share) else share for share in shares]
    return {"bets": bets, "betsPercentage": whole[0], "stakePercentage": whole[1]}


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
