"""A process of its own, for tests of what happens at once: `storing_process.py store SIDE` runs a
backtest and stores it, `storing_process.py rebuild ZONE` promotes every game anew.

It says `ready`, waits for a line, does its work and says the run's id, or what became of the zone.
"""

import sys
from datetime import date

from linehouse.backtest import store
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.run import run
from linehouse.promotion import promote
from linehouse.settings import Mode

MODE = Mode.SANDBOX


def asked(side: str) -> BacktestRequest:
    """One season of the archive, on one side."""
    return BacktestRequest(
        "flat",
        date(2015, 10, 1),
        date(2016, 9, 30),
        {"bookmaker": "sbro", "side": side, "market": "spreads"},
        price="close",
        as_filed=True,
    )


def at_once() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    work, what = sys.argv[1:]
    if work == "store":
        result = run(asked(what), MODE)
        at_once()
        print(store.keep(result, MODE).run_id)
    else:
        at_once()
        print(promote(MODE, what, scope="all").state)
