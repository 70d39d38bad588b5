"""Bets in words."""

from collections.abc import Sequence

import numpy as np

from linehouse.betting.odds import american_from_decimal
from linehouse.betting.settlement import Market, Side
from linehouse.market.view import MarketView
from linehouse.strategies.base import Proposals


def selection(market: str, side: str, point: float | None, home_team: str, away_team: str) -> str:
    """A bet in words: `Boston Celtics -3.5`, `over 221.5`, `Boston Celtics to win`."""
    if market == "totals":
        return f"{side} {point:g}"
    team = home_team if side == "home" else away_team
    return f"{team} to win" if market == "h2h" else f"{team} {point:+g}"


def selections(view: MarketView, chosen: Proposals) -> list[str]:
    """Every proposed bet in words."""
    games, rows = view.games, chosen.rows
    return [
        selection(
            Market(market).name.lower(), Side(side).name.lower(), point,
            games.home_team[game], games.away_team[game],
        )
        for market, side, point, game in zip(
            view.market[rows], view.side[rows], view.point[rows].tolist(), view.game[rows],
            strict=True,
        )
    ]  # fmt: skip


def offers(view: MarketView, chosen: Proposals) -> list[str]:
    """What is paid for every proposed bet: `fanduel pays +115 (2.150) on over 221.5`."""
    rows = chosen.rows
    american = np.round(np.asarray(american_from_decimal(view.decimal[rows]))).astype(int)
    return [
        f"{book} pays {price:+d} ({decimal:.3f}) on {what}"
        for book, price, decimal, what in zip(
            view.bookmaker[rows], american.tolist(), view.decimal[rows].tolist(),
            selections(view, chosen), strict=True,
        )
    ]  # fmt: skip


def joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Sentences of two parts."""
    return [f"{one}; {other}." for one, other in zip(first, second, strict=True)]
