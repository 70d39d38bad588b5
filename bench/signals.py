"""Signals of sharp action against what was planted in the sandbox's league, over many games: recall
and precision for the sizes that are asked for, the curve for weaker ones, every false alarm.

Consecutive games of both leagues as they come, most of them with nothing planted, each looked at
every five minutes of its last day by eight books. `LINEHOUSE_BENCH_GAMES=200` tries another number
of each league, `LINEHOUSE_BENCH_LOOK_MINUTES=1` looks more often: a price that stands still for ten
minutes is seen to do so only by looks that are finer.
"""

import json
import os
import time
from datetime import timedelta
from typing import Any

from bench._league_history import LOOK_MINUTES, after, build_signals, fill, game_id
from bench._machine import machine
from bench._scratch import scratch_warehouse
from bench._signal_curves import curves
from bench._signal_truth import ALARMS, SCORES, read_alarms
from linehouse import database
from linehouse.backtest.luck import wilson
from linehouse.promotion import deploy
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League

SEED = 20260418
SEASONS = {"basketball_nba": "2025-26", "baseball_mlb": "2026"}
GAMES = 400
"""Of each league."""
CHUNK = 100
"""Games that are built at once."""
TARGET = 0.95
SHOWN = 12
"""False alarms of each kind that are told in full."""
COME_FROM = {
    "steam": "books that change for reasons of their own within the same half hour",
    "reverse_line_movement": (
        "news of less than a quarter of a unit, which errors of most books and of the sharp ones"
        " happened to add to; counted as right from a quarter on"
    ),
    "stale_price": (
        "news of less than half of what counts as behind, which errors of the sharp books' own"
        " added to; the book that did not follow was right"
    ),
    "arbitrage": "nothing: prices either pay or they do not",
}


def measure() -> dict[str, Any]:
    """Recall and precision by kind, with the curves, and seconds a game."""
    number = int(os.environ.get("LINEHOUSE_BENCH_GAMES", GAMES))
    minutes = float(os.environ.get("LINEHOUSE_BENCH_LOOK_MINUTES", LOOK_MINUTES))
    league = League(SEED)
    games: list[Game] = []
    for sport, season in SEASONS.items():
        played = [
            game
            for game in league.regular_season(sport, season)
            if game.fixture.postponed_at is None
        ]
        games += played[:number]
    alarms = []
    seconds = 0.0
    with scratch_warehouse() as mode:
        deploy(mode)
        for first in range(0, len(games), CHUNK):
            chunk = games[first : first + CHUNK]
            with database.connect(mode, "owner") as connection:
                connection.execute(
                    "truncate staging.games, staging.start_times, staging.betting_lines,"
                    " staging.line_looks, staging.betting_splits"
                )
                fill(connection, league, chunk, minutes)
            with database.connect(mode) as connection:
                started = time.perf_counter()
                build_signals(connection, mode, after(chunk))
                seconds += time.perf_counter() - started
                rows = connection.execute(ALARMS.format(schema="staging_candidate")).fetchall()
            alarms += read_alarms(rows, {game_id(game): game for game in chunk})
    weaker = curves(league, games, alarms, timedelta(minutes=minutes))
    kinds = {}
    for kind, of_kind in SCORES.items():
        score = of_kind(league, games, alarms)
        kinds[kind] = {
            "recall": round(score.recall, 4),
            "recall_95": _interval(score.found, score.planted),
            "planted": score.planted,
            "missed": score.missed,
            "precision": round(score.precision, 4),
            "precision_95": _interval(score.right, score.alarms),
            "alarms": score.alarms,
            "planted_by_size": _of(score.curve),
            "all_that_happened": weaker[kind],
            "false_alarms": score.false_alarms[:SHOWN],
            "more_false_alarms": max(len(score.false_alarms) - SHOWN, 0),
            "false_alarms_come_from": COME_FROM[kind],
        }
    return {
        "name": "signals",
        "seconds": round(seconds, 2),
        "games": len(games),
        "look_minutes": minutes,
        "target": TARGET,
        "compared_to": "what was planted in the sandbox's league (linehouse.sandbox.truth)",
        "worst": min(min(kind["recall"], kind["precision"]) for kind in kinds.values()),
        "kinds": kinds,
        "measured_on": machine(),
    }


def _interval(right: int, count: int) -> list[float]:
    """Of a share, by Wilson's score."""
    return [round(bound, 4) for bound in wilson(right, count)] if count else []


def _of(curve: dict[str, list[bool]]) -> dict[str, str]:
    """Size to how many of how many were found."""
    return {size: f"{sum(found)} of {len(found)}" for size, found in sorted(curve.items())}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
