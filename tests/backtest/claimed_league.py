"""Seasons of made-up games with spreads, and an edge that is known or none."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from linehouse.backtest.claims.examination import Asked
from linehouse.backtest.claims.record import Claim
from linehouse.backtest.outcomes import Outcomes
from linehouse.betting.games import Games, Status
from linehouse.market.build import build_view
from linehouse.market.view import MarketView

GAMES_A_DAY = 8
PLANTED = "home, opponent played the day before"


def claimed_league(days: int, seed: int, edge: float = 0.0) -> tuple[MarketView, Outcomes]:
    """Eight games a day at the close of one book; openings up to two points away.

    Args:
        days: with games.
        seed: same seed, same games.
        edge: by which the home side covers more often than half where its opponent played the day
            before, a third of all games.
    """
    rng = np.random.default_rng(seed)
    size = days * GAMES_A_DAY
    point = rng.integers(-12, 12, size) + 0.5
    opening = point + rng.integers(-2, 3, size)
    tired = rng.random(size) < 1 / 3
    covers = rng.random(size) < np.where(tired, 0.5 + edge, 0.5)
    off = np.where(covers, 1, -1) * (np.abs(rng.normal(0, 12, size)).round() + 0.5)
    day = np.datetime64("2020-10-01", "D") + np.repeat(np.arange(days), GAMES_A_DAY)
    ids = [f"game-{number:06d}" for number in range(size)]
    games: dict[str, Any] = {
        "game_id": ids, "sport_key": "basketball_nba", "league": "nba", "season": "2020-21",
        "game_date": day, "commence_at": pd.NaT, "decision_at": pd.NaT, "home_team": "Home",
        "away_team": "Away", "home_team_id": "nba_bos", "away_team_id": "nba_nyk",
        "feature_home_rest_days": 1.0, "feature_away_rest_days": np.where(tired, 0.0, 1.0),
    }  # fmt: skip
    for whose in ("home", "away"):
        games[f"feature_{whose}_streak"] = rng.integers(-5, 6, size)
        games[f"feature_{whose}_last_5_margin_avg"] = rng.normal(0, 6, size)
        games[f"feature_{whose}_win_pct"] = rng.uniform(20, 80, size)
        games[f"feature_{whose}_games"] = 30.0
    lines = pd.DataFrame(
        {
            "game_id": np.repeat(ids, 2), "bookmaker": "sbro", "market": "spreads",
            "side": np.tile(["home", "away"], size), "decimal": 1 + 100 / 110, "assumed": True,
            "point": np.column_stack([point, -point]).reshape(-1),
            "opening_point": np.column_stack([opening, -opening]).reshape(-1),
        }
    )  # fmt: skip
    view = build_view(pd.DataFrame(games), lines)
    assert view.games.game_id.tolist() == ids
    away = np.full(size, 100.0)
    results = Games(
        view.games.league, np.full(size, Status.FINAL), away - point + off, away, started_on=day
    )
    return view, Outcomes(results, day, np.full(size, "", dtype=object))


def asked(estimators: tuple[str, ...] = (), draws: int = 200, **claim: Any) -> Asked:
    """The claim of the page, on whatever games there are."""
    told = {"win_pct": 60.6, "bets": 422, "yield_pct": 15.7, **claim}
    return Asked(
        Claim(**told), date(2020, 10, 1), date(2025, 10, 1), "basketball_nba", estimators,
        draws=draws,
    )  # fmt: skip
