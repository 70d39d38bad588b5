"""A backtest by another library, run by the interpreter that has it: FOLDER LIBRARY.

Reads `games.csv` (date, prices of home and away at one book, their means over all books, whether
the home side won) in the folder and prints, as JSON, the seconds of the backtest, how many bets it
made, and their profit.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd

STAKE, BANKROLL = 10.0, 1_000_000.0


def penaltyblog(games: pd.DataFrame) -> tuple[float, int, float]:
    """A flat bet on every home side; seconds, bets, profit."""
    from penaltyblog.backtest import Backtest

    def bet(context: Any) -> None:
        context.account.place_bet(context.fixture["home"], STAKE, context.fixture["home_won"])

    began = time.perf_counter()
    run = Backtest(games, str(games["date"].min()), str(games["date"].max()))
    run.start(BANKROLL, bet)
    found = run.results()
    return time.perf_counter() - began, found["Total Bets"], float(found["Profit"])


def sports_betting(games: pd.DataFrame) -> tuple[float, int, float]:
    """Its own rule, a book's prices against the mean of all, in two folds: the first third of the
    games is left to learn from."""
    from sklearn.model_selection import TimeSeriesSplit
    from sportsbet.evaluation import OddsComparisonBettor, backtest

    date = pd.DatetimeIndex(pd.to_datetime(games["date"]), name="date")
    means, odds = (
        pd.DataFrame(
            {
                f"{provider}__{side}_win__preplay__0min": games[column.format(side)].to_numpy()
                for side in ("home", "away")
            },
            index=date,
        )
        for provider, column in (("market_average", "{}_mean"), ("book", "{}"))
    )
    outputs = pd.DataFrame(
        {
            "home_win__postplay__0min": games["home_won"].to_numpy() == 1,
            "away_win__postplay__0min": games["home_won"].to_numpy() == 0,
        },
        index=date,
    )
    bettor = OddsComparisonBettor(
        alpha=0.0, betting_markets=["home_win", "away_win"], init_cash=BANKROLL, stake=STAKE
    )
    began = time.perf_counter()
    found = backtest(bettor, means, outputs, odds, cv=TimeSeriesSplit(2), n_jobs=1)
    seconds = time.perf_counter() - began
    profit = float((found["Final cash"] - BANKROLL).sum())
    return seconds, int(found["Number of bets"].sum()), profit


def main() -> None:
    """Measure one library."""
    folder, library = Path(sys.argv[1]), sys.argv[2]
    games = pd.read_csv(folder / "games.csv")
    measured = {"penaltyblog": penaltyblog, "sports-betting": sports_betting}[library](games)
    print(json.dumps(dict(zip(("seconds", "bets", "profit"), measured, strict=True))))


if __name__ == "__main__":
    main()
