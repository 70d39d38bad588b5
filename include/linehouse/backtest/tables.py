"""A result as rows of `strategy_results`, `bets` and `profitability_metrics`, and back, exactly.

The bets stand in their table and what the luck correction says in columns, because that follows
from the other runs too; all else of a result is kept as it was written.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg.types.json import Jsonb

from linehouse.backtest.bet_table import COLUMNS
from linehouse.backtest.result import BacktestResult

DAYS = ("game_date_et", "decision_date_et", "settled_date_et")
MOMENTS = ("commence_at", "decision_at", "price_observed_at")
IDS = ("line_id", "batch_id")
"""Empty text in a result where there is none, null in the table."""
APART = ("bets", "luck")
"""Parts of a result that are not in the column `content`."""
NOT_A_VARIANT = ("start", "end", "seed", "variants")
"""Parts of a request in which two runs of one variant may differ."""
LUCK = {"variants": "variant_count", "chance": "chance_prob",
        "deflated_sharpe": "deflated_sharpe_prob", "luck": "luck_prob"}  # fmt: skip
METRICS = (
    "bets", "won", "half_won", "pushed", "half_lost", "lost", "voided", "turnover", "profit",
    "yield", "roi", "win_rate", "average_decimal", "sharpe", "sharpe_annual", "sortino", "calmar",
    "max_drawdown", "max_drawdown_days", "profit_factor", "longest_winning_streak",
    "longest_losing_streak", "final_bankroll",
)  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """Rows of one run, column to value: `run` of strategy_results, `bets` and `metrics`."""

    run: dict[str, Any]
    bets: list[dict[str, Any]]
    metrics: list[dict[str, Any]]


def rows_of(result: BacktestResult, ran_at: datetime) -> Rows:
    """A result as rows."""
    run_id = UUID(result.run_id)
    return Rows(
        _run_row(result, run_id, ran_at),
        [_bet_row(run_id, number, bet) for number, bet in enumerate(result.bets, 1)],
        [
            {"run_id": run_id, "dimension": dimension, "value": value, **figures}
            for dimension, groups in result.breakdowns.items()
            for value, figures in groups.items()
        ],
    )


def result_of(run: Mapping[str, Any], bets: Iterable[Mapping[str, Any]]) -> BacktestResult:
    """The result whose rows these are, the bets in their order; the same to the byte."""
    content = json.loads(run["content"])
    luck = {name: run[column] for name, column in LUCK.items()}
    return BacktestResult(**content, luck=luck, bets=[_bet_of(bet) for bet in bets])


def variant_id(request: Mapping[str, Any]) -> UUID:
    """Identifies what is asked, whatever its days and seed.

    What is not said has no part in it: a part that requests learn to have later makes no other
    variant of those that leave it out.
    """
    asked = {
        name: value
        for name, value in request.items()
        if name not in NOT_A_VARIANT and value is not None
    }
    return uuid5(NAMESPACE_URL, "linehouse:variant:" + json.dumps(asked, sort_keys=True))


def _run_row(result: BacktestResult, run_id: UUID, ran_at: datetime) -> dict[str, Any]:
    asked, metrics, clv = result.request, result.metrics, result.clv
    content = {
        item.name: getattr(result, item.name)
        for item in fields(result)
        if item.name not in APART
    }  # fmt: skip
    calibration = result.calibration or {}
    return {
        "run_id": run_id,
        "strategy": asked["strategy"],
        "parameters": Jsonb(asked["parameters"]),
        "variant_id": variant_id(asked),
        "sport_key": asked["sport"],
        "start_date_et": date.fromisoformat(asked["start"]),
        "end_date_et": date.fromisoformat(asked["end"]),
        "price": asked["price"] if isinstance(asked["price"], str) else f"{asked['price']:g}",
        "sizing": asked["sizing"],
        "size": asked["size"],
        "initial_bankroll": asked["bankroll"],
        "is_as_filed": asked["as_filed"],
        "fingerprint": result.fingerprint,
        **{f"games_{name}": number for name, number in result.games.items()},
        "open_bets": sum(result.open_bets.values()),
        **{name: metrics[name] for name in METRICS},
        "betting_days": metrics["days"],
        **_ends(result, "yield"),
        **_ends(result, "win_rate"),
        **_ends(result, "clv_price_ev_pct"),
        **_ends(result, "clv_no_vig_ev_pct"),
        "clv_price_ev_pct": clv["mean_price_ev_pct"],
        "clv_no_vig_ev_pct": clv["mean_no_vig_ev_pct"],
        "clv_computed_share": clv["computed_share"],
        "beat_close_share": clv["beat_close_share"],
        "calibration_error": calibration.get("error"),
        **{column: result.luck[name] for name, column in LUCK.items()},
        "content": json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False),
        "ran_at": ran_at,
    }


def _ends(result: BacktestResult, name: str) -> dict[str, float | None]:
    interval = result.intervals.get(name, {})
    return {f"{name}_low": interval.get("low"), f"{name}_high": interval.get("high")}


def _bet_row(run_id: UUID, number: int, bet: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "bet_number": number,
        **bet,
        **{name: UUID(bet[name]) if bet[name] else None for name in (*IDS, "game_id")},
    }


def _bet_of(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in COLUMNS}
    for name in DAYS:
        found[name] = None if row[name] is None else row[name].isoformat()
    for name in MOMENTS:
        at = row[name]
        found[name] = None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    for name in (*IDS, "game_id"):
        found[name] = "" if row[name] is None else str(row[name])
    return found


def luck_row(row: Mapping[str, Any], luck: Mapping[str, Any]) -> dict[str, Any]:
    """A row of strategy_results with what another number of variants makes of its luck."""
    return {
        **row,
        "parameters": Jsonb(row["parameters"]),
        **{column: luck[name] for name, column in LUCK.items()},
    }


def equity_of(run: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The equity of a row of strategy_results (see `BacktestResult.equity`)."""
    found: Sequence[Mapping[str, Any]] = json.loads(run["content"])["equity"]
    return found
