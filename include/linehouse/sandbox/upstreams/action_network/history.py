"""One event's history in Action Network's form: every price of each book, with its time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.upstreams.action_network.content import (
    BOOKS,
    CONSENSUS,
    MARKETS,
    OPENING,
    quotes_of,
    sides_of,
)
from linehouse.sandbox.upstreams.action_network.games import team_id


def history_of(
    league: League, game: Game, at: datetime, books: Sequence[str], periods: Sequence[str]
) -> dict[str, Any]:
    """Book to the moves of the full game before its start; the consensus has no history."""
    if "event" not in (periods or ("event",)):
        return {}
    shown = {}
    for book in books:
        _, bookmaker = BOOKS[book]
        if book == CONSENSUS or bookmaker is None:
            continue
        changes = league.book_on(game, bookmaker).change_times()
        moments = [one for one in changes if one <= at and one < game.starts_at]
        if book == OPENING:
            moments = moments[:1]
        markets = _markets(league, game, book, moments)
        if markets:
            shown[book] = {"event": markets}
    return shown


def _markets(
    league: League, game: Game, book: str, moments: Sequence[datetime]
) -> dict[str, list[dict[str, Any]]]:
    teams = {
        "home": team_id(game.fixture.home, game.sport_key, league),
        "away": team_id(game.fixture.away, game.sport_key, league),
    }
    markets: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for moment in moments:
        quotes = quotes_of(league, game, book, moment)
        for market, ours in MARKETS.items():
            if ours not in quotes:
                continue
            for side, price, value in sides_of(quotes[ours], market):
                history = markets.setdefault(market, {}).setdefault(side, [])
                if history and (history[-1]["odds"], history[-1]["value"]) == (price, value):
                    continue
                history.append(
                    {
                        "odds": price,
                        "value": value,
                        "updated_at": moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
                        "line_status": "normal" if history else "opener",
                    }
                )
    return {
        market: [
            {"side": side, "team_id": teams.get(side), "period": "event", "history": history}
            for side, history in sides.items()
        ]
        for market, sides in markets.items()
    }
