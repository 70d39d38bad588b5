"""What strategies that follow moves share: fresh signals of each side, moves since the open."""

from dataclasses import dataclass

import numpy as np

from linehouse.betting.odds import Floats
from linehouse.betting.settlement import Market, Side
from linehouse.market.view import MarketView


@dataclass(frozen=True)
class Signalled:
    """The freshest signal of a kind for each of `n` rows of a view; NaN where there is none.

    Attributes:
        age_seconds: since its detection (n,).
        strength, confidence: 0 to 1 (n,).
    """

    age_seconds: Floats
    strength: Floats
    confidence: Floats


def signalled(view: MarketView, kind: str, maximum_age_hours: float) -> Signalled:
    """Signals that favour each row's side in its market and period, no older than so.

    A side whose opposite had a fresher signal of the kind has none: the market has turned.
    """
    signals = view.signals
    wanted = (signals.kind == kind) & (signals.age_seconds <= 3600 * maximum_age_hours)
    found = np.flatnonzero(wanted)
    freshest: dict[tuple[int, int, str], int] = {}
    for place in found[np.argsort(signals.age_seconds[found], kind="stable")]:
        key = (int(signals.game[place]), int(signals.market[place]), str(signals.period[place]))
        freshest.setdefault(key, int(place))
    where = np.full(len(view), -1, dtype=np.int64)
    if freshest:
        games = np.unique([key[0] for key in freshest])
        for row in np.flatnonzero(np.isin(view.game, games)):
            key = (int(view.game[row]), int(view.market[row]), str(view.period[row]))
            place = freshest.get(key, -1)
            if place >= 0 and signals.side[place] == view.side[row]:
                where[row] = place
    there = where >= 0
    return Signalled(
        *(
            np.where(there, np.append(values, np.nan)[where], np.nan)
            for values in (signals.age_seconds, signals.strength, signals.confidence)
        )
    )


def moved_since_open(view: MarketView) -> tuple[Floats, Floats]:
    """How far each row's side has gained since its book opened, in points and in probability.

    Returns:
        Points (n,), above 0 where the book now asks more points of the side; and change of the
        implied probability (n,) where the point is the same. NaN where the opening is not known.
    """
    rises = view.side == Side.OVER
    points = np.where(rises, view.point - view.opening_point, view.opening_point - view.point)
    points = np.where(view.market == Market.H2H, np.nan, points)
    same = (view.market == Market.H2H) | (points == 0)
    change = np.where(same & ~view.assumed, 1 / view.decimal - 1 / view.opening_decimal, np.nan)
    return points, change
