"""Both sides of every game's spread or total at the close, with what was known before, settled."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest.claims.needed import ClosingScale
from linehouse.backtest.engine import simulate
from linehouse.backtest.outcomes import Outcomes
from linehouse.betting.odds import Floats
from linehouse.betting.settlement import Market, Result, Side
from linehouse.betting.settlement_rules import Rules
from linehouse.betting.staking import Sizing, Staking
from linehouse.market.games import Places
from linehouse.market.view import Bools, MarketView
from linehouse.strategies.base import proposals

FIGURES = ("rest_days", "streak", "last_5_margin_avg", "win_pct", "games", "points_for_avg",
           "points_against_avg")  # fmt: skip
"""Of a team in the morning, as conditions read them."""
GAINED, LOST = (Result.WON, Result.HALF_WON), (Result.LOST, Result.HALF_LOST)


@dataclass(frozen=True)
class Sides:
    """`n` bets: both sides of games that were settled, in the order of their days.

    Attributes:
        market: `spreads` or `totals`.
        day: slate day (n,).
        game: number of the game (n,).
        first: the home side, or over (n,).
        gained: 1 won, -1 lost, 0 push (n,).
        point: the side's own spread, or the total (n,).
        opening_point: the book's first one (n,); NaN where unknown.
        own, other: figures of the side's team and of its opponent (n,), by name; of the home and
            the away team where the market has no team's side. NaN where unknown.
        left_out: games that took no part, by reason.
    """

    market: str
    day: NDArray[np.datetime64]
    game: Places
    first: Bools
    gained: Floats
    point: Floats
    opening_point: Floats
    own: dict[str, Floats]
    other: dict[str, Floats]
    left_out: dict[str, int]

    def __post_init__(self) -> None:
        columns = [self.day, self.game, self.first, self.gained, self.point, self.opening_point]
        if {len(one) for one in (*columns, *self.own.values(), *self.other.values())} - {
            len(self.day)
        }:
            raise ValueError("there must be one of everything a bet")
        if (np.diff(self.day.astype(np.int64)) < 0).any():
            raise ValueError("bets must be in the order of their days")
        if not np.isin(self.gained, (-1, 0, 1)).all():
            raise ValueError("a bet is won, lost, or a push")

    def __len__(self) -> int:
        return len(self.day)

    @property
    def games(self) -> int:
        """How many games."""
        return int(np.unique(self.game).size)

    @property
    def moved(self) -> Floats:
        """Points by which the line moved towards the side from open to close (n,): others took it
        at a better number before."""
        change = self.opening_point - self.point
        return np.where(self.first, -change, change) if self.market == "totals" else change


def sides_of(
    view: MarketView, outcomes: Outcomes, rules: Rules, market: str, since: date = date.min
) -> tuple[Sides, ClosingScale]:
    """Bets of one unit on both sides of every game, at the books' median point, settled.

    Args:
        view: of games decided at the close, with figures of the teams if there are any.
        outcomes: results of its games.
        rules: of settlement.
        market: `spreads` or `totals`.
        since: first slate day of bets; games before it are in the view to learn from.

    Returns:
        The bets, and what points at the close are worth.
    """
    wanted = Market[market.upper()]
    usable = (view.market == wanted) & view.in_periods(["full"]) & (view.other >= 0)
    usable &= view.allowed & (view.pair_point == view.consensus_pair_point)
    rows = np.flatnonzero(usable)
    _, at = np.unique(view.game[rows] * 8 + view.side[rows], return_index=True)
    rows = rows[at]
    both = np.bincount(view.game[rows], minlength=len(view.games)) == 2
    asked = view.games.game_date >= np.datetime64(since, "D")
    rows = rows[(both & asked)[view.game[rows]]]
    found = simulate(
        view, proposals(rows), outcomes, rules, Staking(Sizing.FLAT, 1.0), 4.0 * len(rows) + 10
    )
    rows, result = found.chosen.rows, found.settlement.result
    decided = np.isin(result, (*GAINED, *LOST, Result.PUSH))
    left_out = {
        "without both sides of a line": int((asked & ~both).sum()),
        "without a result that is believed": int((result == Result.OPEN).sum() // 2),
        "void": int((result == Result.VOID).sum() // 2),
    }
    rows, result = rows[decided], result[decided]
    day = view.games.game_date[view.game[rows]]
    order = np.argsort(day, kind="stable")
    rows, result, day = rows[order], result[order], day[order]
    game, first = view.game[rows], np.isin(view.side[rows], (Side.HOME, Side.OVER))
    own, other = _figures(view, game, first | (wanted == Market.TOTALS))
    sides = Sides(
        market=market,
        day=day,
        game=game,
        first=first,
        gained=np.isin(result, GAINED).astype(np.float64) - np.isin(result, LOST),
        point=view.point[rows],
        opening_point=view.opening_point[rows],
        own=own,
        other=other,
        left_out={why: number for why, number in left_out.items() if number},
    )
    return sides, _scale(sides, outcomes)


def _figures(
    view: MarketView, game: Places, is_home: Bools
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    known, unknown = view.games.features, np.full(len(view.games), np.nan)
    own, other = {}, {}
    for name in FIGURES:
        home, away = (known.get(f"{whose}_{name}", unknown)[game] for whose in ("home", "away"))
        own[name], other[name] = np.where(is_home, home, away), np.where(is_home, away, home)
    return own, other


def _scale(sides: Sides, outcomes: Outcomes) -> ClosingScale:
    """Of the first side of every game: its result less what its closing line asked for."""
    at = np.flatnonzero(sides.first)
    games, game = outcomes.games, sides.game[at]
    home, away = games.home_score[game], games.away_score[game]
    if sides.market == "totals":
        off = home + away - sides.point[at]
    else:
        off = home - away + sides.point[at]
    moves = (sides.point - sides.opening_point)[at]
    return ClosingScale(len(at), off, moves[np.isfinite(moves)])
