"""Events, odds, scores and historical envelopes in The Odds API's form."""

from datetime import UTC, datetime, timedelta
from typing import Any

from linehouse.sandbox.league.books import BOOKMAKERS, MARKETS, BookView
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.prices import decimal_of
from linehouse.sandbox.upstreams.the_odds_api_query import Query

TITLES = {"basketball_nba": "NBA", "baseball_mlb": "MLB"}
HISTORICAL_STEP = timedelta(minutes=5)
HISTORICAL_SINCE = datetime(2020, 6, 6, tzinfo=UTC)


def markets_in(event: dict[str, Any]) -> set[str]:
    """The markets that an event with odds shows."""
    return {market["key"] for book in event["bookmakers"] for market in book["markets"]}


def event_of(game: Game, at: datetime, query: Query) -> dict[str, Any]:
    """A game as it was announced at a moment."""
    return {
        "id": game.event_id,
        "sport_key": game.sport_key,
        "sport_title": TITLES[game.sport_key],
        "commence_time": query.time(game.told_start(at)),
        "home_team": game.fixture.home.name,
        "away_team": game.fixture.away.name,
    }


def bookmaker_of(key: str, view: BookView, game: Game, query: Query) -> dict[str, Any] | None:
    """What a bookmaker shows of the markets asked for; None where it shows none of them."""
    home, away = game.fixture.home.name, game.fixture.away.name
    updated = query.time(view.updated_at)
    markets = []
    for quote in view.quotes:
        if quote.market not in query.markets:
            continue
        names = ("Over", "Under") if quote.market == "totals" else (home, away)
        outcomes = []
        for name, price, point in (
            (names[0], quote.first_price, quote.first_point),
            (names[1], quote.second_price, quote.second_point),
        ):
            shown = price if query.odds_format == "american" else decimal_of(price)
            outcome: dict[str, Any] = {"name": name, "price": shown}
            if point is not None:
                outcome["point"] = point
            outcomes.append(outcome)
        if quote.market != "totals":
            outcomes.sort(key=lambda outcome: outcome["name"])
        markets.append({"key": quote.market, "last_update": updated, "outcomes": outcomes})
    if not markets:
        return None
    markets.sort(key=lambda market: MARKETS.index(market["key"]))
    return {
        "key": key,
        "title": BOOKMAKERS[key].title,
        "last_update": updated,
        "markets": markets,
    }


def with_score(game: Game, now: datetime, query: Query) -> dict[str, Any]:
    """A game with its score: null before the start, texts from then on."""
    begun = now >= game.starts_at
    score = game.score_at(now)
    names = (game.fixture.home.name, score.home), (game.fixture.away.name, score.away)
    scores = [{"name": name, "score": str(points)} for name, points in names]
    polled = now.replace(microsecond=0) - timedelta(seconds=int(now.timestamp()) % 40)
    event = event_of(game, now, query)
    event["completed"] = now >= game.reported_at
    event["scores"] = scores if begun else None
    event["last_update"] = query.time(polled) if begun else None
    return event


def envelope_of(at: datetime, now: datetime, data: Any, query: Query) -> dict[str, Any]:
    """A snapshot of the past with its neighbours; null beyond either end of history."""
    before, after = at - HISTORICAL_STEP, at + HISTORICAL_STEP
    return {
        "timestamp": query.time(at),
        "previous_timestamp": query.time(before) if before >= HISTORICAL_SINCE else None,
        "next_timestamp": query.time(after) if after <= now else None,
        "data": data,
    }
