"""A whole season of both sports, made by the sandbox's league: fixtures, results, all bookmakers'
opening and closing prices, the public's splits."""

import json
import time
from datetime import timedelta
from typing import Any

from bench._machine import machine
from linehouse.sandbox.league.books import BOOKMAKERS, MARKETS
from linehouse.sandbox.league.league import SPORTS, League

TARGET_SECONDS = 60.0
SEASONS = {"basketball_nba": "2025-26", "baseball_mlb": "2026"}
SEED = 20260418


def measure() -> dict[str, Any]:
    """Seconds for one regular season of each sport, from nothing, in one process."""
    figures = {sport: _season(sport) for sport in SPORTS}
    seconds = sum(figure["seconds"] for figure in figures.values())
    return {
        "name": "sandbox",
        "seconds": round(seconds, 2),
        "target_seconds": TARGET_SECONDS,
        "compared_to": "a minute for a season of both sports",
        "seasons": figures,
        "measured_on": machine(),
    }


def _season(sport_key: str) -> dict[str, Any]:
    started = time.perf_counter()
    league = League(SEED)
    games = prices = splits = 0
    for game in league.regular_season(sport_key, SEASONS[sport_key]):
        games += 1
        closing_at = game.starts_at - timedelta(seconds=1)
        for bookmaker in BOOKMAKERS:
            for view in (
                league.opening(game, bookmaker),
                league.view(game, bookmaker, closing_at),
            ):
                prices += 2 * len(view.quotes) if view else 0
        splits += sum(league.public(game, market, closing_at).tickets > 0 for market in MARKETS)
    return {
        "season": SEASONS[sport_key],
        "games": games,
        "prices": prices,
        "splits": splits,
        "seconds": round(time.perf_counter() - started, 2),
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
