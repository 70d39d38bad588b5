"""Shin's probabilities of 100,000 markets, three-way and two-way, against two other libraries.

The others, penaltyblog and shin, are installed into an environment of their own for this run and
removed with it; where packages cannot be reached, the figures say so and are ours alone. Everybody
gets the same markets, and every answer of theirs is compared with ours.
"""

import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench._machine import machine
from bench._peers import install, run
from linehouse.betting.devig import Method, no_vig
from linehouse.betting.odds import Floats

MARKETS = 100_000
ROUNDS = 5
PEERS = ("penaltyblog", "shin")
TARGET_SECONDS = {"three_way": 0.35, "two_way": 0.005}
SEED = 20261120


def measure() -> dict[str, Any]:
    """Seconds of each library for each table of markets, and how far their answers lie apart."""
    tables = {"three_way": _markets(3), "two_way": _markets(2)}
    ours = {name: _ours(markets, Method.SHIN) for name, markets in tables.items()}
    return {
        "name": "devig",
        "seconds": ours["three_way"],
        "seconds_two_way": ours["two_way"],
        "target_seconds": TARGET_SECONDS,
        "markets": MARKETS,
        "rounds": ROUNDS,
        "other_methods_three_way_seconds": {
            method.value: _ours(tables["three_way"], method)
            for method in Method
            if method is not Method.SHIN
        },
        "measured_on": machine(),
        "compared_to": _peers(tables),
    }


def _markets(outcomes: int) -> Floats:
    """Prices like those of books: no outcome under 2 %, overrounds of 2 to 8 %."""
    rng = np.random.default_rng(SEED + outcomes)
    fair = np.maximum(rng.dirichlet([3.0] * outcomes, MARKETS), 0.02)
    fair /= fair.sum(axis=1, keepdims=True)
    overround = rng.uniform(1.02, 1.08, (MARKETS, 1))
    return np.maximum(1 / (fair * overround), 1.005)


def _ours(markets: Floats, method: Method) -> float:
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = no_vig(markets, method)
        seconds.append(time.perf_counter() - began)
        if method is not Method.ADDITIVE:
            assert not found.rejected
    return round(statistics.median(seconds), 5)


def _peers(tables: dict[str, Floats]) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="lhb-"))
    try:
        python = install(folder, PEERS)
        return {
            peer: {
                name: _peer(python, folder, peer, name, markets) for name, markets in tables.items()
            }
            for peer in PEERS
        }
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines()
        return {"not_measured": f"{' and '.join(PEERS)} could not be installed: {said[-1:]}"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _peer(python: Path, folder: Path, peer: str, name: str, markets: Floats) -> dict[str, Any]:
    np.save(folder / f"{name}.npy", markets)
    script = Path(__file__).with_name("_devig_peers.py")
    seconds = float(run(str(python), str(script), str(folder), peer, name))
    theirs = np.load(folder / f"{peer}-{name}.npy")
    apart = np.abs(theirs - no_vig(markets, Method.SHIN).probabilities).max()
    return {"seconds": round(seconds, 3), "largest_difference": float(f"{apart:.2g}")}
