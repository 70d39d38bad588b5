"""Events, odds, scores and historical envelopes in The Odds API's form."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from linehouse.sandbox.league.books import BOOKMAKERS, MARKETS, BookView
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.posting import HALF_MARKETS
from linehouse.sandbox.league.prices import american, decimal_of
from linehouse.sandbox.league.randomness import identifier
from linehouse.sandbox.league.teams import Team
from linehouse.sandbox.upstreams.the_odds_api.query import Query

TITLES = {"basketball_nba": "NBA", "baseball_mlb": "MLB"}
HISTORICAL_SINCE = datetime(2020, 6, 6, tzinfo=UTC)
ADDITIONAL_SINCE = datetime(2023, 5, 3, 5, 30, tzinfo=UTC)
"""Since when markets that are not featured are kept."""
AMERICAN_SINCE = datetime(2022, 9, 18, tzinfo=UTC)
"""Snapshots are five minutes apart from here on, before ten; and American prices of before were
computed from decimal ones."""


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


def bookmaker_of(
    key: str, views: Sequence[BookView], game: Game, at: datetime, query: Query
) -> dict[str, Any] | None:
    """What a bookmaker shows of the markets asked for; None where it shows none of them."""
    home, away = game.fixture.home.name, game.fixture.away.name
    markets = []
    shown = [(quote, view.updated_at) for view in views for quote in view.quotes]
    for quote, updated_at in shown:
        if quote.market not in query.markets:
            continue
        total = quote.market.startswith("totals")
        names = ("Over", "Under") if total else (home, away)
        outcomes = []
        for name, price, point in (
            (names[0], quote.first_price, quote.first_point),
            (names[1], quote.second_price, quote.second_point),
        ):
            outcome: dict[str, Any] = {"name": name, "price": _shown(price, at, query)}
            if point is not None:
                outcome["point"] = point
            outcomes.append(outcome)
        if not total:
            outcomes.sort(key=lambda outcome: outcome["name"])
        updated = query.time(updated_at)
        markets.append({"key": quote.market, "last_update": updated, "outcomes": outcomes})
    if not markets:
        return None
    order = (*MARKETS, *HALF_MARKETS[game.sport_key])
    markets.sort(key=lambda market: order.index(market["key"]))
    return {
        "key": key,
        "title": BOOKMAKERS[key].title,
        "last_update": max(market["last_update"] for market in markets),
        "markets": markets,
    }


def offer_of(key: str, views: Sequence[BookView], query: Query) -> dict[str, Any]:
    """Which markets a bookmaker offers, without their prices."""
    return {
        "key": key,
        "title": BOOKMAKERS[key].title,
        "markets": [
            {"key": quote.market, "last_update": query.time(view.updated_at)}
            for view in views
            for quote in view.quotes
        ],
    }


def participants_of(seed: int, teams: Sequence[Team]) -> list[dict[str, str]]:
    """The clubs of a sport with the vendor's ids."""
    return [
        {"full_name": team.name, "id": f"par_{identifier(seed, 'participant', team.name)[:26]}"}
        for team in teams
    ]


def snapshot_at(wanted: datetime) -> datetime:
    """The snapshot at or just before a moment."""
    since, step = _steps(wanted)
    return since + (wanted - since) // step * step


def _steps(moment: datetime) -> tuple[datetime, timedelta]:
    if moment < AMERICAN_SINCE:
        return HISTORICAL_SINCE, timedelta(minutes=10)
    return AMERICAN_SINCE, timedelta(minutes=5)


def _shown(price: int, at: datetime, query: Query) -> int | float:
    if query.odds_format != "american":
        return decimal_of(price)
    if at < AMERICAN_SINCE:
        return american(1 / decimal_of(price))
    return price


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
    before = snapshot_at(at - timedelta(seconds=1))
    after = at + _steps(at)[1]
    return {
        "timestamp": query.time(at),
        "previous_timestamp": query.time(before) if before >= HISTORICAL_SINCE else None,
        "next_timestamp": query.time(after) if after <= now else None,
        "data": data,
    }
