"""The report: every picture shows the numbers of its result, and nothing in it can act."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from linehouse.backtest import charts
from linehouse.backtest.bet_table import PRICE_RANGES
from linehouse.backtest.html_report import page
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.svg import ticks
from linehouse.backtest.synthetic import synthetic_market
from tests.backtest.asking import asked


@pytest.fixture(scope="module")
def result() -> BacktestResult:
    """Some hundred bets with stated probabilities, at prices that closed elsewhere."""
    made = synthetic_market(900, 3, 0.05, 0.4)
    moved = np.exp(np.random.default_rng(1).normal(-0.01, 0.05, len(made.view)))
    closes = replace(made.closes, decimal=1 + (made.closes.decimal - 1) * moved)
    return asked(
        made.view, made.outcomes, "positive_ev", closes, start=date(2024, 1, 1),
        end=date(2024, 12, 31), variants=7,
    )  # fmt: skip


def told(picture: str) -> list[str]:
    """What the parts of a picture say when they are pointed at."""
    return re.findall(r"<title>(.*?)</title>", picture)


def test_all_sections_are_there_with_figures_and_intervals(result: BacktestResult) -> None:
    whole = page(result)
    titles = re.findall(r"<h2>(.*?)</h2>", whole)
    assert titles == [
        "Bankroll", "Drawdown", "Figures", "Calibration", "Closing line value and result", "Months",
        "Where it came from", "What was left out, and why", "Parameters", "How to make it again",
    ]  # fmt: skip
    for name in ("yield", "win_rate"):
        assert f"{100 * result.intervals[name]['low']:.2f} %" in whole
    assert "best of 7 tries" in whole
    assert f"{result.luck['luck']:.3f}" in whole


def test_a_stored_result_has_its_groups_in_their_order(result: BacktestResult) -> None:
    whole = page(BacktestResult.from_json(result.to_json()))
    shown = [place for one in PRICE_RANGES if (place := whole.find(f"<td>{one}</td>")) > 0]
    assert len(shown) > 2 and shown == sorted(shown)


def test_groups_by_closing_value_hold_every_bet_and_months_every_month(
    result: BacktestResult,
) -> None:
    picture, what = charts.closing_value(result)
    counts = [int(one.split()[0]) for one in told(picture)]
    assert what == "value of the price at the close" and len(counts) == charts.BINS
    assert sum(counts) == result.metrics["bets"] == result.clv["bets"]["price"]
    by_month = result.breakdowns["month"]
    cells = told(charts.months(result))
    assert len(cells) == len(by_month) > 1
    first = by_month["2024-01"]
    assert f"Jan 2024: {100 * first['yield']:+.1f} %, {first['bets']} bets" in cells[0]
    stated = [int(one.split()[0]) for one in told(charts.calibration(result))]
    assert result.calibration is not None
    assert stated == [one["bets"] for one in result.calibration["bins"]]


def test_the_band_begins_at_the_bankroll_and_is_as_wide_as_the_days_differ() -> None:
    low, high = charts.band(np.array([100.0, 110.0, 121.0, 133.1]), seed=0)
    assert low == pytest.approx(high)
    assert low == pytest.approx(np.array([100, 110, 121, 133.1]))
    path = 100 * np.cumprod([1, 1.1, 0.9, 1.1, 0.9, 1.1])
    low, high = charts.band(path, seed=0)
    assert low[0] == high[0] == 100
    assert low[1] == pytest.approx(90) and high[1] == pytest.approx(110)
    assert ((high - low)[2:] > 0).all() and high[-1] <= 100 * 1.1**5 * 1.0000001
    assert (charts.band(path, seed=0)[0] == low).all()


def test_ticks_are_round_and_within() -> None:
    assert ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks(-18, 3) == [-15, -10, -5, 0]
    assert ticks(5, 5) == [5]


def test_names_of_the_data_stand_there_as_text(result: BacktestResult) -> None:
    groups = {**result.breakdowns, "side": {"<img src=x>": result.breakdowns["side"]["home"]}}
    whole = page(replace(result, breakdowns=groups, notes=["<script>alert(1)</script>"]))
    assert "<img" not in whole and "<script" not in whole
    assert "&lt;img src=x&gt;" in whole


def test_a_run_without_bets_says_so() -> None:
    made = synthetic_market(30, 1)
    nothing = asked(made.view, made.outcomes, "arbitrage", parameters={"minimum_profit_pct": 50})
    assert nothing.metrics["bets"] == 0
    whole = page(nothing)
    assert "No bet was settled" in whole and "<svg" not in whole
