"""Results side by side, and whether the best of them can be luck."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest.luck import reality_check
from linehouse.backtest.result import BacktestResult

SHOWN = ("bets", "yield", "win_rate", "average_decimal", "roi", "sharpe_annual", "max_drawdown")


def compared(results: Sequence[BacktestResult]) -> dict[str, Any]:
    """`runs` (a row each, the highest yield first), `reality_check` and `notes` in words.

    Args:
        results: at least one.
    """
    rows = sorted(
        map(_row, results),
        key=lambda row: (row["yield"] is None, -(row["yield"] or 0)),
    )
    notes = []
    if len({tuple(one.request[part] for part in ("start", "end", "sport")) for one in results}) > 1:
        notes.append("They are not of the same days and sport: their yields are not comparable.")
    if len({one.request["as_filed"] for one in results}) > 1:
        notes.append("Some take archives as filed and some do not.")
    p_value = None
    if any(one.metrics["bets"] for one in results):
        p_value = reality_check(_returns(results), seed=0)
        notes.append(
            f"If none of these {len(results)} had any edge, the best of them would look as good "
            f"with a probability of {p_value:.3f} (reality check over common days)."
        )
    return {"runs": rows, "reality_check": p_value, "notes": notes}


def _row(result: BacktestResult) -> dict[str, Any]:
    asked, between = result.request, result.intervals.get("yield", {})
    return {
        "run": result.run_id[:8],
        "strategy": asked["strategy"],
        "start": asked["start"],
        "end": asked["end"],
        "price": str(asked["price"]),
        "sizing": asked["sizing"],
        **{name: result.metrics[name] for name in SHOWN},
        "yield_low": between.get("low"),
        "yield_high": between.get("high"),
        "clv_price_ev_pct": result.clv["mean_price_ev_pct"],
        "variants": result.luck["variants"],
        "luck": result.luck["luck"],
    }


def _returns(results: Sequence[BacktestResult]) -> NDArray[np.float64]:
    """Profit by day over the first bankroll (days, results), 0 on days without a bet."""
    paths = []
    for one in results:
        after = np.array([day["bankroll"] for day in one.equity])
        days = [day["date_et"] for day in one.equity[1:]]
        paths.append(dict(zip(days, np.diff(after) / after[0], strict=True)))
    every = sorted({day for path in paths for day in path})
    return np.array([[path.get(day, 0.0) for path in paths] for day in every])
