"""The result of a backtest: everything that was found, as JSON that rebuilds it in full.

Exported, imported and exported again it is the same to the byte: keys are sorted, numbers are
written so that they read back as they were, and what cannot be told is null.
"""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from linehouse.backtest.bet_table import COLUMNS
from linehouse.backtest.request import BacktestRequest

FORMAT = 1
"""Raised where an older result can no longer be read."""


class ResultError(ValueError):
    """Content that is no result of a backtest."""


@dataclass(frozen=True)
class BacktestResult:
    """What a backtest found. All of it is plain: numbers, texts, lists, mappings, null.

    Attributes:
        run_id: follows from the request and the data: the same question on the same data has the
            same id and the same answer.
        request: as `BacktestRequest.from_dict` reads it, every default filled in.
        fingerprint: of what the strategy was shown, of the results and of the rules (SHA-256).
        metrics: figures by name (`metrics.Metrics`); shares, not per cent.
        intervals: of `yield`, `win_rate`, `clv_price_ev_pct` and `clv_no_vig_ev_pct`: `value`,
            `low`, `high`, `confidence` and `not_above_zero`, from drawing days.
        luck: `variants`: how many were tried, where other days make another try; `chance`: share of
            draws whose yield is 0 or less; `deflated_sharpe`: probability that the Sharpe ratio
            beats the best of so many without edge; `luck`: 1 less that, the probability that luck
            alone would do at least as well. Null where too few days tell.
        breakdowns: `market`, `bookmaker`, `season`, `month`, `tier`, `price_range` and `side`, each
            label with its figures (`metrics.summary_by_group`).
        clv: of the settled bets: `bets` by coverage, `computed_share` of those whose book has a
            closing line (in price where the point is the same, in points where it moved or the
            bet's price was assumed), means of the figures, and `beat_close_share` of those compared
            in price.
        calibration: of the stated probabilities (`calibration.Calibration`); null without any.
        equity: `date_et` and `bankroll` after each day of settlement, the first without a date.
        skipped: number of proposals that were not placed, by reason.
        left_out: number of prices and games that the strategy was not shown, by reason.
        games: `listed` on these days, `decided`, `with_bets`.
        open_bets: placed, and no result known; by reason.
        notes: on the quality of the data, in words.
        bets: every bet, columns as `bet_table.COLUMNS`.
    """

    run_id: str
    request: dict[str, Any]
    fingerprint: str
    metrics: dict[str, Any]
    intervals: dict[str, dict[str, float]]
    luck: dict[str, Any]
    breakdowns: dict[str, dict[str, dict[str, Any]]]
    clv: dict[str, Any]
    calibration: dict[str, Any] | None
    equity: list[dict[str, Any]]
    skipped: dict[str, int]
    left_out: dict[str, int]
    games: dict[str, int]
    open_bets: dict[str, int]
    notes: list[str]
    bets: list[dict[str, Any]]
    format: int = FORMAT

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ResultError(f"a result of format {self.format}: this reads format {FORMAT}")
        settled = sum(one["result"] != "open" for one in self.bets)
        if settled != self.metrics["bets"]:
            raise ResultError(f"{settled} settled bets, and metrics of {self.metrics['bets']}")
        if len(self.bets) - settled != sum(self.open_bets.values()):
            raise ResultError("open bets are not all counted")
        if any(list(one) != list(COLUMNS) for one in self.bets):
            raise ResultError(f"bets must have the columns {', '.join(COLUMNS)}")

    @property
    def asked(self) -> BacktestRequest:
        """The request that gave it."""
        return BacktestRequest.from_dict(self.request)

    def to_json(self) -> str:
        """The whole result. Raises ValueError for a number that JSON does not have."""
        content = {item.name: getattr(self, item.name) for item in fields(self)}
        return json.dumps(
            content, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1
        ) + "\n"  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> "BacktestResult":
        """The result that `to_json` wrote.

        Raises:
            ResultError: not such JSON, or one in which something does not agree.
        """
        try:
            content = json.loads(text)
            content["bets"] = [{name: bet[name] for name in COLUMNS} for bet in content["bets"]]
            return cls(**content)
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ResultError(f"no result of a backtest: {error}") from None

    def write(self, path: Path) -> None:
        """Write it to a file, whole or not at all."""
        beside = path.with_name(path.name + ".part")
        beside.write_text(self.to_json(), encoding="utf-8")
        beside.replace(path)
