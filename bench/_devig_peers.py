"""Shin's method by other libraries, run by the interpreter that has them: FOLDER LIBRARY WAYS.

Reads `<WAYS>.npy` (markets, outcomes) in the folder, writes `<LIBRARY>-<WAYS>.npy` with their
probabilities, and prints the seconds of the loop alone.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np


def one_market(library: str) -> Callable[[list[float]], list[float]]:
    """The library's function of one market's prices."""
    if library == "penaltyblog":
        from penaltyblog.implied import calculate_implied

        return lambda prices: list(calculate_implied(prices, method="shin").probabilities)
    from shin import calculate_implied_probabilities

    return lambda prices: list(calculate_implied_probabilities(prices))


def main() -> None:
    """Measure one library on one table of markets."""
    folder, library, ways = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    markets = np.load(folder / f"{ways}.npy").tolist()
    function = one_market(library)
    function(markets[0])
    began = time.perf_counter()
    found = [function(prices) for prices in markets]
    seconds = time.perf_counter() - began
    np.save(folder / f"{library}-{ways}.npy", np.array(found))
    print(seconds)


if __name__ == "__main__":
    main()
