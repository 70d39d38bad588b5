"""Made-up markets of any size, with an edge that is known: for benchmarks and tests of the engine.

Each game has a true probability. Sharp books price it with a little noise, retail books with more;
a planted edge shifts the retail price of one side of some games by so much. Results are drawn from
the truth.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from linehouse.backtest.outcomes import Closes, Outcomes
from linehouse.betting.games import Games, Status
from linehouse.market.build import build_view
from linehouse.market.view import MarketView

SHARPS = ("pinnacle", "circasports")
RETAIL = ("fanduel", "draftkings", "betmgm")
GAMES_A_DAY = 10


@dataclass(frozen=True)
class SyntheticMarket:
    """A view, what came of its games, and the truth.

    Attributes:
        view: moneylines of every game at every book.
        outcomes: results of its games.
        closes: the prices of the view are closes too.
        home_prob: true probability that the home side wins (g,).
    """

    view: MarketView
    outcomes: Outcomes
    closes: Closes
    home_prob: np.ndarray


def synthetic_market(
    games: int, seed: int, edge: float = 0.0, edge_share: float = 0.0, books: int = 5
) -> SyntheticMarket:
    """Games with moneylines, ten a day.

    Args:
        games: how many.
        seed: same seed, same market.
        edge: by how much (0.05 is 5 %) the better prices exceed fair ones.
        edge_share: share of the games in which one side at one retail book is priced so.
        books: how many of the five books there are, retail first from the end.
    """
    rng = np.random.default_rng(seed)
    home = np.clip(rng.normal(0.55, 0.15, games), 0.1, 0.9)
    names = (*SHARPS, *RETAIL)[-books:]
    size = len(names)
    noise = np.where(np.isin(names, SHARPS), 0.0, 0.01)
    told = np.clip(home[:, None] + rng.normal(0, 1, (games, size)) * noise, 0.05, 0.95)
    margin = np.where(np.isin(names, SHARPS), 1.02, 1.045)
    decimal = np.stack([1 / (told * margin), 1 / ((1 - told) * margin)], axis=2)
    planted = rng.random(games) < edge_share
    side, book = rng.integers(0, 2, games), size - 1
    fair = 1 / np.where(side == 0, home, 1 - home)
    where = np.flatnonzero(planted)
    decimal[where, book, side[where]] = fair[where] * (1 + edge)
    won = rng.random(games) < home
    day = np.datetime64("2024-01-01", "D") + np.arange(games) // GAMES_A_DAY
    start = day.astype("datetime64[us]") + np.timedelta64(24, "h")  # 7 or 8 in the evening
    ids = [f"game-{number:06d}" for number in range(games)]
    table = pd.DataFrame(
        {
            "game_id": ids, "sport_key": "basketball_nba", "league": "nba", "season": "2024",
            "game_date": day, "commence_at": start,
            "decision_at": start - np.timedelta64(1, "h"),
            "home_team": "Home", "away_team": "Away", "home_team_id": "h", "away_team_id": "a",
        }
    )  # fmt: skip
    lines = pd.DataFrame(
        {
            "game_id": np.repeat(ids, 2 * size),
            "bookmaker": np.tile(np.repeat(names, 2), games),
            "market": "h2h",
            "side": np.tile(["home", "away"], games * size),
            "decimal": decimal.reshape(-1),
            "observed_at": np.repeat(start - np.timedelta64(65, "m"), 2 * size),
        }
    )
    view = build_view(table, lines)
    score = np.where(won, 110.0, 100.0)
    found = Games(
        view.games.league, np.full(games, Status.FINAL), score, 210 - score, started_on=day
    )
    across = np.where(view.other >= 0, view.decimal[view.other], np.nan)
    closes = Closes(np.ones(len(view), dtype=bool), view.point, view.decimal, across)
    outcomes = Outcomes(found, day, np.full(games, "", dtype=object))
    return SyntheticMarket(view, outcomes, closes, home)
