"""Every figure of a backtest, by hand."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linehouse.backtest.metrics import (
    Metrics,
    SettledBets,
    equity_by_day,
    longest_streak,
    measure,
    profit_factor,
    summary_by_group,
)
from linehouse.betting.settlement import Result

W, HW, P, HL, L, V = (
    Result.WON, Result.HALF_WON, Result.PUSH, Result.HALF_LOST, Result.LOST, Result.VOID,
)  # fmt: skip


def settled(*rows: tuple[str, float, float, Result, float]) -> SettledBets:
    return SettledBets(*(list(column) for column in zip(*rows, strict=True)))  # type: ignore[arg-type]


BETS = settled(
    ("2026-04-01", 100, 2.0, W, 100),
    ("2026-04-01", 100, 1.5, L, -100),
    ("2026-04-02", 100, 2.5, W, 150),
    ("2026-04-02", 50, 2.0, P, 0),
    ("2026-04-05", 100, 1.9, L, -100),
    ("2026-04-05", 100, 1.9, L, -100),
    ("2026-04-05", 40, 1.9, V, 0),
    ("2026-04-08", 100, 1.8, HW, 40),
    ("2026-04-10", 60, 1.9, HL, -30),
)
"""A bankroll of 1000 goes 1000, 1000, 1150, 950, 990, 960."""


def test_every_figure_by_hand() -> None:
    found = measure(BETS, 1000)
    assert (found.bets, found.won, found.half_won, found.pushed) == (9, 2, 1, 1)
    assert (found.half_lost, found.lost, found.voided) == (1, 3, 1)
    assert found.turnover == 750
    assert found.profit == -40
    assert found.yield_ == pytest.approx(-40 / 750)
    assert found.roi == pytest.approx(-0.04)
    assert found.win_rate == pytest.approx(3 / 7)
    assert found.average_decimal == pytest.approx((2 + 1.5 + 2.5 + 2 + 1.9 * 3 + 1.8 + 1.9) / 9)
    assert found.days == 5
    daily = np.array([0, 150 / 1000, -200 / 1150, 40 / 950, -30 / 990])
    sharpe = daily.mean() / daily.std(ddof=1)
    assert found.sharpe == pytest.approx(sharpe)
    assert found.sharpe_annual == pytest.approx(sharpe * (5 * 365.25 / 10) ** 0.5)
    assert found.sortino == pytest.approx(
        daily.mean() / (((200 / 1150) ** 2 + (30 / 990) ** 2) / 5) ** 0.5
    )
    assert found.max_drawdown == pytest.approx(200 / 1150)
    assert found.max_drawdown_days == 8  # from 2 April, never reached again by the 10th
    assert found.calmar is None  # of ten days no year can be made
    assert found.profit_factor == pytest.approx(290 / 330)
    assert (found.longest_winning_streak, found.longest_losing_streak) == (1, 2)
    assert found.final_bankroll == 960


@pytest.mark.parametrize(("last", "told"), [("2026-04-29", False), ("2026-04-30", True)])
def test_a_return_a_year_needs_thirty_days(last: str, told: bool) -> None:
    found = measure(
        settled(("2026-04-01", 100, 2.0, L, -100), (last, 900, 2.0, W, 900)), 1000
    )  # fmt: skip
    assert found.calmar == (
        pytest.approx((1.8 ** (365.25 / 30) - 1) / 0.1) if told else None
    )  # fmt: skip


def test_pushes_and_voids_are_bets() -> None:
    found = measure(settled(("2026-04-01", 100, 2.0, P, 0), ("2026-04-01", 50, 2.0, V, 0)), 1000)
    assert (found.bets, found.turnover, found.yield_) == (2, 150, 0)
    assert found.win_rate is None and found.profit_factor is None


def test_no_bet_at_all_is_a_result() -> None:
    found = measure(SettledBets(*([] for _ in range(5))), 1000)  # type: ignore[arg-type]
    assert (found.bets, found.turnover, found.roi, found.days) == (0, 0, 0, 0)
    assert found.yield_ is None and found.sharpe is None and found.average_decimal is None
    assert found.final_bankroll == 1000


def test_a_drawdown_that_is_made_good_ends_on_that_day() -> None:
    found = measure(
        settled(
            ("2026-04-01", 100, 2.0, L, -100),
            ("2026-04-04", 100, 3.0, W, 200),
            ("2026-04-09", 10, 2.0, L, -10),
        ),
        1000,
    )
    assert found.max_drawdown == pytest.approx(0.1)
    assert found.max_drawdown_days == 4  # from before 1 April to the 4th


def test_streaks_are_not_ended_by_pushes() -> None:
    profit = np.array([1.0, 0, 2, -1, 0, -1, -1, 3])
    assert longest_streak(profit, 1) == 2
    assert longest_streak(profit, -1) == 3
    assert longest_streak(np.array([0.0, 0]), 1) == 0
    assert longest_streak(np.array([]), -1) == 0


def test_profit_factor_by_hand() -> None:
    assert profit_factor(np.array([10.0, -4, 0, -1])) == pytest.approx(2)
    assert profit_factor(np.array([10.0])) is None


def test_equity_by_day_by_hand() -> None:
    days, equity = equity_by_day(BETS, 1000)
    assert days.astype(str).tolist() == [
        "2026-04-01", "2026-04-02", "2026-04-05", "2026-04-08", "2026-04-10",
    ]  # fmt: skip
    assert equity.tolist() == [1000, 1000, 1150, 950, 990, 960]


def test_a_breakdown_adds_up() -> None:
    found = summary_by_group(BETS, np.array([0, 1, 0, 0, 1, 1, 0, 0, 1]), ["a", "b", "nobody"])
    assert list(found) == ["a", "b"]
    assert found["a"] == {
        "bets": 5, "turnover": 390, "profit": 290, "yield": pytest.approx(290 / 390),
        "win_rate": 1.0, "average_decimal": pytest.approx(10.2 / 5),
    }  # fmt: skip
    assert found["b"]["profit"] == -330 and found["b"]["win_rate"] == 0
    assert sum(one["bets"] or 0 for one in found.values()) == 9


def test_json_calls_the_yield_by_its_name() -> None:
    found = measure(BETS, 1000).as_dict()
    assert found["yield"] == pytest.approx(-40 / 750) and "yield_" not in found
    assert {"bets", "turnover", "roi", "win_rate", "max_drawdown_days"} <= found.keys()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("2026-04-01", 100, 2.0, W, 90)], "does not follow"),
        ([("2026-04-01", 100, 2.0, V, -100)], "does not follow"),
        ([("2026-04-01", 0, 2.0, P, 0)], "above 0"),
        ([("2026-04-01", 100, 2.0, Result.OPEN, 0)], "open bet"),
        ([("2026-04-02", 1, 2.0, P, 0), ("2026-04-01", 1, 2.0, P, 0)], "in the order"),
    ],
)
def test_bets_that_cannot_be_are_refused(rows: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        settled(*rows)


def test_a_bankroll_that_cannot_be_is_refused() -> None:
    for bankroll in (0, 99):
        with pytest.raises(ValueError, match="a path of bankrolls"):
            measure(settled(("2026-04-01", 100, 2.0, L, -100)), bankroll)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"won": 3}, "9 bets whose results are 10"),
        ({"yield_": 0.1}, "yield is not profit over turnover"),
        ({"win_rate": 1.1}, "a win rate"),
        ({"max_drawdown": -0.1}, "a drawdown"),
        ({"longest_winning_streak": 4}, "longer than all wins"),
        ({"longest_losing_streak": 5}, "longer than all losses"),
        ({"sharpe": float("nan")}, "sharpe is nan"),
        ({"turnover": 0.0}, "belong to bets"),
    ],
)
def test_figures_that_cannot_be_right_cannot_be_made(change: dict[str, Any], message: str) -> None:
    good: Metrics = measure(BETS, 1000)
    with pytest.raises(ValueError, match=message):
        replace(good, **change)


def test_ten_thousand_bets_take_milliseconds() -> None:
    rng = np.random.default_rng(3)
    result = rng.choice([W, L, P], 10_000, p=[0.5, 0.47, 0.03]).astype(np.int8)
    stake, decimal = rng.uniform(1, 10, 10_000), rng.uniform(1.5, 3, 10_000)
    profit = np.select([result == W, result == L], [stake * (decimal - 1), -stake], 0.0)
    day = np.datetime64("2020-01-01") + np.sort(rng.integers(0, 1500, 10_000))
    bets = SettledBets(day, stake, decimal, result, profit)
    times = []
    for _ in range(5):
        began = time.process_time()
        measure(bets, 100_000)
        times.append(time.process_time() - began)
    assert min(times) < 0.01
