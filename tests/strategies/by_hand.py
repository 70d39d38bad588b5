"""Views, results and closes written by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from linehouse.backtest.outcomes import Closes, Outcomes
from linehouse.betting.games import Games
from linehouse.market.build import build_view
from linehouse.market.view import MarketView

NOON = datetime(2026, 1, 5, 17, 0)
"""Noon in New York on 5 January 2026, UTC."""
OTHER = {"home": "away", "away": "home", "over": "under", "under": "over"}


def game(game_id: str = "g1", day: int = 0, **changes: Any) -> dict[str, Any]:
    """A game at seven in the evening, `day` days after 5 January, decided an hour before."""
    start = NOON + timedelta(days=day, hours=7)
    return {
        "game_id": game_id, "sport_key": "basketball_nba", "league": "nba", "season": "2025-26",
        "game_date": (NOON + timedelta(days=day)).date(), "commence_at": start,
        "decision_at": start - timedelta(hours=1),
        "home_team": "Boston Celtics", "away_team": "New York Knicks", "home_team_id": "nba_bos",
        "away_team_id": "nba_nyk", **changes,
    }  # fmt: skip


def line(side: str = "home", decimal: float = 2.0, **changes: Any) -> dict[str, Any]:
    """A moneyline at FanDuel."""
    return {
        "game_id": "g1", "bookmaker": "fanduel", "market": "h2h", "side": side, "decimal": decimal,
        **changes,
    }  # fmt: skip


def pair(first: float, second: float, **changes: Any) -> list[dict[str, Any]]:
    """Both sides of a line: home and away, or over and under; the point is the first side's."""
    market, point = changes.get("market", "h2h"), changes.pop("point", None)
    sides = ("over", "under") if market == "totals" else ("home", "away")
    across = -point if market == "spreads" and point is not None else point
    return [
        line(side, decimal, **changes, point=at)
        for side, decimal, at in zip(sides, (first, second), (point, across), strict=True)
    ]


def view(
    lines: Sequence[dict[str, Any]],
    games: Sequence[dict[str, Any]] | None = None,
    signals: Sequence[dict[str, Any]] | None = None,
) -> MarketView:
    """A view of these lines; of the one game `g1` unless told otherwise. Prices were seen five
    minutes before the decision, unless they say when."""
    table = pd.DataFrame(games or [game()])
    decided = dict(zip(table["game_id"], table["decision_at"], strict=True))
    rows = [
        {"observed_at": decided[one["game_id"]] - timedelta(minutes=5), "period": "full", **one}
        for one in lines
    ]
    made = pd.DataFrame(rows) if rows else pd.DataFrame(columns=[*line(), "observed_at"])
    return build_view(table, made, pd.DataFrame(signals) if signals else None)


def outcomes(
    market: MarketView, scores: dict[str, tuple[float, float] | str], flagged: str = ""
) -> Outcomes:
    """Results by game: points of both sides, or a status; left out, it is not over."""
    ids = market.games.game_id
    told = [scores.get(one, "scheduled") for one in ids]
    points = np.array(
        [one if not isinstance(one, str) else (np.nan, np.nan) for one in told], dtype=float
    ).reshape(-1, 2)
    status = [one if isinstance(one, str) else "final" for one in told]
    return Outcomes(
        Games(
            market.games.league, np.array(status, dtype=object), points[:, 0], points[:, 1],
            started_on=market.games.game_date,
        ),
        np.maximum(market.games.game_date, market.games.decision_day),
        np.full(len(ids), flagged, dtype=object),
    )  # fmt: skip


def closes(market: MarketView, **columns: Any) -> Closes:
    """Closes of a view's rows, by column; what is left out is unknown. `exists`: they are there."""
    unknown = np.full(len(market), np.nan)
    given = {name: np.asarray(value, dtype=float) for name, value in columns.items()}
    known = np.isfinite(given.get("decimal", unknown)) | np.isfinite(given.get("point", unknown))
    return Closes(
        given["exists"].astype(bool) if "exists" in given else known,
        given.get("point", unknown),
        given.get("decimal", unknown),
        given.get("other_decimal", unknown),
    )
