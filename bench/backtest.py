"""Backtests: 10,000 games in process against two other libraries, and every strategy without a
model over all games of the real archives.

The others, penaltyblog and sports-betting, are installed into an environment of their own for this
run and removed with it; where packages cannot be reached, the figures say so and are ours alone.
The archives are loaded into a warehouse of their own from LINEHOUSE_REAL_DATA, else from
../shared/real beside the project; where there are none, made-up seasons stand for them.
"""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench._machine import machine
from bench._peers import install, run
from bench._scratch import scratch_warehouse
from linehouse import database, pipeline
from linehouse.backtest import report
from linehouse.backtest.engine import closing_value, simulate
from linehouse.backtest.outcomes import load_closes, load_outcomes, load_rules
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.run import run_on
from linehouse.backtest.synthetic import SyntheticMarket, synthetic_market
from linehouse.betting.settlement import Side
from linehouse.betting.settlement_rules import Rules
from linehouse.market.load import LoadedView, ViewRequest, load_view
from linehouse.promotion import deploy, promote
from linehouse.settings import PROJECT_ROOT, Mode
from linehouse.strategies import registry

GAMES = 10_000
ROUNDS = 9
SEED = 20261120
TARGET_SECONDS = 0.010
PEERS = ("penaltyblog", "sports-betting")
STAKE, BANKROLL = 10.0, 1_000_000.0
DAYS = {"start": date(2007, 1, 1), "end": date(2026, 12, 31)}
SIDES = {
    "h2h": ("home", "away", "favourite", "underdog"),
    "spreads": ("home", "away", "favourite", "underdog"),
    "totals": ("over", "under"),
}
OTHERS: dict[str, dict[str, Any]] = {
    "positive_ev": {},
    "arbitrage": {},
    "follow_steam": {"evidence": "opening"},
    "reverse_line_movement": {},
    "fade_public": {},
}


def measure() -> dict[str, Any]:
    """Seconds of 10,000 games, of each library; of all strategies over all games of archives."""
    market = synthetic_market(GAMES, SEED)
    ours, theirs = _in_process(market), _peers(market)
    if "penaltyblog" in theirs:  # the same bets
        assert abs(theirs["penaltyblog"]["profit"] - ours["profit"]) < 1e-4
    return {
        "name": "backtest",
        **ours,
        "target_seconds": TARGET_SECONDS,
        "games": GAMES,
        "rounds": ROUNDS,
        "every_strategy": _every_strategy(),
        "compared_to": theirs,
        "measured_on": machine(),
    }


def _in_process(market: SyntheticMarket) -> dict[str, Any]:
    request = BacktestRequest(
        "flat", **DAYS, parameters={"bookmaker": "fanduel"}, sizing="flat", size=STAKE,
        bankroll=BANKROLL,
    )  # fmt: skip
    rules = _rules()
    flat = registry.get("flat")

    def figures() -> Any:
        chosen = flat.propose(market.view, request.parameters, None)
        found = simulate(market.view, chosen, market.outcomes, rules, request.staking, BANKROLL)
        clv = closing_value(found, market.closes)
        report.breakdowns(found, request.view.decision)
        report.closing_figures(found, clv)
        report.equity(found)
        return found.metrics

    def whole() -> Any:
        loaded = LoadedView(market.view, len(market.view.games))
        return run_on(request, loaded, market.outcomes, market.closes, rules)

    metrics = figures()
    return {
        "seconds": _median(figures),
        "what": "bets chosen, staked, settled; every metric, breakdown, CLV and the equity path",
        "seconds_with_intervals_and_every_bet_as_a_row": _median(whole, 3),
        "bets": metrics.bets,
        "profit": round(metrics.profit, 6),
    }


def _median(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return round(statistics.median(seconds), 5)


def _rules() -> Rules:
    import csv

    with (PROJECT_ROOT / "dbt" / "seeds" / "settlement_rules.csv").open(encoding="utf-8") as rows:
        return Rules(csv.DictReader(rows))


def requests(prices: tuple[str, ...], books: tuple[str, ...]) -> Iterator[BacktestRequest]:
    """Every flat strategy at every price and book; those of value and movement at each price."""
    for price in prices:
        for market, sides in SIDES.items():
            for side in sides:
                for book in books:
                    yield _request("flat", price, market=market, side=side, bookmaker=book)
        for name, parameters in OTHERS.items():
            yield _request(name, price, **parameters)


def _request(strategy: str, price: str, **parameters: Any) -> BacktestRequest:
    return BacktestRequest(
        strategy, **DAYS, parameters=parameters, price=price, sizing="flat", size=STAKE,
        bankroll=BANKROLL, maximum_price_age_minutes=24 * 60,
    )  # fmt: skip


def _every_strategy() -> dict[str, Any]:
    """Every strategy without a model, over the archives where they are."""
    archives = Path(os.environ.get("LINEHOUSE_REAL_DATA", PROJECT_ROOT / ".." / "shared" / "real"))
    if not (archives / "archives").is_dir():
        market = synthetic_market(2 * GAMES, SEED + 1, 0.03, 0.2)
        rules = _rules()
        began = time.perf_counter()
        asked = list(requests(("1",), ("fanduel", "best")))
        for request in asked:
            loaded = LoadedView(market.view, len(market.view.games))
            run_on(request, loaded, market.outcomes, market.closes, rules)
        return {
            "over": "made-up games: there are no archives at LINEHOUSE_REAL_DATA",
            "games": 2 * GAMES,
            "runs": len(asked),
            "seconds": round(time.perf_counter() - began, 2),
        }
    with scratch_warehouse() as mode:
        deploy(mode)
        began = time.perf_counter()
        landed = list(pipeline.land_archive(mode, archives / "archives", None, "bench"))
        pipeline.gate(mode, [one["batch_id"] for one in landed if one["batch_id"]])
        for zone in ("staging", "curated"):
            promote(mode, zone)
        loading = time.perf_counter() - began
        return {
            "over": "the real archives",
            "files": len(landed),
            "seconds_from_files_to_curated": round(loading, 1),
            **_over_archives(mode),
        }


def _over_archives(mode: Mode) -> dict[str, Any]:
    """Requests that are shown the same share one loaded view; the loading counts."""
    by_view: dict[ViewRequest, list[BacktestRequest]] = {}
    for request in requests(("open", "close"), ("sbro", "best")):
        by_view.setdefault(request.view, []).append(request)
    reading = running = 0.0
    games, bets, runs = 0, 0, 0
    with database.connect(mode) as connection:
        rules = load_rules(connection)
        for wanted, asked in by_view.items():
            began = time.perf_counter()
            loaded = load_view(connection, wanted)
            outcomes = load_outcomes(connection, loaded.view.games)
            closes = load_closes(connection, loaded.view)
            reading += time.perf_counter() - began
            games = max(games, loaded.games)
            for request in asked:
                began = time.perf_counter()
                found = run_on(request, loaded, outcomes, closes, rules)
                running += time.perf_counter() - began
                bets += found.metrics["bets"]
                runs += 1
    return {
        "games": games,
        "runs": runs,
        "bets": bets,
        "views": len(by_view),
        "seconds": round(reading + running, 2),
        "seconds_reading": round(reading, 2),
        "seconds_running": round(running, 2),
    }


def _peers(market: SyntheticMarket) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="lhb-"))
    try:
        _games(market).to_csv(folder / "games.csv", index=False)
        python = install(folder, PEERS)
        script = str(Path(__file__).with_name("_backtest_peers.py"))
        return {
            peer: {
                name: round(value, 6)
                for name, value in json.loads(
                    run(str(python), script, str(folder), peer).splitlines()[-1]
                ).items()
            }
            for peer in PEERS
        }
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines()
        return {"not_measured": f"{' and '.join(PEERS)} could not be measured: {said[-1:]}"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _games(market: SyntheticMarket) -> pd.DataFrame:
    """The same games for the others: a row a game, in the order of their days."""
    view, results = market.view, market.outcomes.games
    columns: dict[str, Any] = {"date": np.datetime_as_string(view.games.decision_day)}
    for side in (Side.HOME, Side.AWAY):
        of_side = view.side == side
        mean = np.bincount(view.game[of_side], view.decimal[of_side]) / np.bincount(
            view.game[of_side]
        )
        at = of_side & view.at_books(["fanduel"])
        price = np.empty(len(view.games))
        price[view.game[at]] = view.decimal[at]
        columns[side.name.lower()] = price
        columns[f"{side.name.lower()}_mean"] = mean
    columns["home_won"] = (results.home_score > results.away_score).astype(int)
    return pd.DataFrame(columns)
