"""Intervals and tests of luck: by hand where there is a formula, else by how often they hold."""

from statistics import NormalDist

import numpy as np
import pytest

from linehouse.backtest.luck import (
    Interval,
    bonferroni,
    bootstrap_by_day,
    chance_of_record,
    deflated_sharpe,
    expected_best_sharpe,
    reality_check,
    wilson,
)

START = np.datetime64("2026-01-01")


def test_an_interval_is_the_same_for_the_same_seed() -> None:
    rng = np.random.default_rng(1)
    day = START + np.repeat(np.arange(50), 4)
    profit, stake = rng.normal(0.05, 1, 200), np.ones(200)
    one, again = (bootstrap_by_day(day, profit, stake, seed=9) for _ in range(2))
    assert one == again
    assert one != bootstrap_by_day(day, profit, stake, seed=10)
    assert one.value == pytest.approx(profit.mean())
    assert one.low < one.value < one.high


def test_two_days_by_hand() -> None:
    """Days of +1 and -1 on one unit: of two draws a quarter is +1, a half 0, a quarter -1."""
    found = bootstrap_by_day(
        START + np.arange(2), np.array([1.0, -1.0]), np.ones(2), seed=1, draws=20_000
    )
    assert (found.value, found.low, found.high) == (0, -1, 1)
    assert found.not_above_zero == pytest.approx(0.75, abs=0.015)


def test_days_are_drawn_and_not_bets() -> None:
    """Ten bets a day that end alike are one piece of evidence, not ten."""
    rng = np.random.default_rng(2)
    fate = rng.choice([-1.0, 1.0], 100)
    day, profit = START + np.repeat(np.arange(100), 10), np.repeat(fate, 10)
    clustered = bootstrap_by_day(day, profit, np.ones(1000), seed=3)
    alone = bootstrap_by_day(START + np.arange(1000), profit, np.ones(1000), seed=3)
    ratio = (clustered.high - clustered.low) / (alone.high - alone.low)
    assert ratio == pytest.approx(10**0.5, rel=0.15)


def test_the_true_yield_lies_inside_as_often_as_is_said() -> None:
    inside = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        day = START + rng.integers(0, 120, 600)
        profit = np.where(rng.random(600) < 0.55, 0.9, -1.0)
        found = bootstrap_by_day(day, profit, np.ones(600), seed=seed, draws=400)
        inside += found.low <= 0.55 * 1.9 - 1 <= found.high
    assert 88 <= inside <= 100


def test_wilson_by_hand() -> None:
    """60 of 100 at z = 1.959964: centre (0.6 + z^2/200)/(1 + z^2/100) = 0.5963."""
    low, high = wilson(60, 100)
    assert (low, high) == pytest.approx((0.5020025868, 0.6905987136), abs=1e-9)
    assert wilson(0, 10)[0] == 0 and wilson(10, 10)[1] == 1
    with pytest.raises(ValueError, match="11 of 10"):
        wilson(11, 10)


def test_one_variant_is_expected_to_be_no_better_than_nothing() -> None:
    assert expected_best_sharpe(1, 0.1) == 0
    # (1-g)*Phi^-1(0.9) + g*Phi^-1(1 - 1/(10e)), by tables 1.28155 and 1.78925
    assert expected_best_sharpe(10, 1.0) == pytest.approx(
        0.4227843351 * 1.2815515655 + 0.5772156649 * 1.7892384936, abs=1e-3
    )


def test_the_best_of_many_nothings_is_about_as_good_as_expected() -> None:
    rng = np.random.default_rng(4)
    best = rng.normal(0, 0.1, (4000, 50)).max(axis=1).mean()
    assert best == pytest.approx(expected_best_sharpe(50, 0.1), rel=0.02)


def test_the_probabilistic_sharpe_ratio_by_hand() -> None:
    """Returns 0.1, -0.1, 0.2, -0.1, 0.1: SR 0.298142, skewness 0, kurtosis of the five moments."""
    returns = np.array([0.1, -0.1, 0.2, -0.1, 0.1])
    ratio = 0.298142396999972
    centred = returns - 0.04
    second, third, fourth = ((centred**k).mean() for k in (2, 3, 4))
    skew, kurtosis = third / second**1.5, fourth / second**2
    variance = 1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2
    expected = NormalDist().cdf(ratio * 2 / variance**0.5)
    assert deflated_sharpe(returns) == pytest.approx(expected, abs=1e-9)
    assert deflated_sharpe(returns[:2]) is None
    assert deflated_sharpe(np.full(10, 0.1)) is None


def test_more_variants_deflate_more() -> None:
    drawn = np.random.default_rng(5).normal(0, 1, 400)
    returns = (drawn - drawn.mean()) / drawn.std(ddof=1) + 0.1
    found = [deflated_sharpe(returns, variants) for variants in (1, 5, 50, 500)]
    assert all(one is not None for one in found)
    assert found == sorted(found, reverse=True)  # type: ignore[type-var]
    assert found[0] > 0.9 > found[-1]  # type: ignore[operator]


def test_the_best_of_many_nothings_is_called_luck_and_an_edge_is_not() -> None:
    rng = np.random.default_rng(6)
    nothing = rng.normal(0, 1, (300, 30))
    assert reality_check(nothing, seed=1, draws=500) > 0.05
    edge = nothing.copy()
    edge[:, 7] += 0.4
    assert reality_check(edge, seed=1, draws=500) < 0.01
    assert reality_check(edge + 9, seed=1, draws=99) == 0.01  # never 0
    alone = nothing[:, [nothing.mean(axis=0).argmax()]]
    assert reality_check(alone, seed=1, draws=500) < reality_check(nothing, seed=1, draws=500)


def test_a_reality_check_does_not_hear_the_size_of_stakes() -> None:
    profits = np.random.default_rng(7).normal([0.3, 0], 1, (100, 2))
    found = reality_check(profits, seed=1, draws=500)
    assert reality_check(profits * [1, 1000], seed=1, draws=500) == found
    assert reality_check(np.column_stack([profits, np.zeros(100)]), 1, 500) == found
    assert reality_check(np.zeros((10, 2)), seed=1) == 1


def test_a_reality_check_calls_nothing_a_find_about_as_often_as_it_may() -> None:
    found = sum(
        reality_check(np.random.default_rng(seed).normal(0, 1, (80, 10)), seed, 200) < 0.1
        for seed in range(100)
    )
    assert 3 <= found <= 19


def test_a_reality_check_is_the_same_for_the_same_seed() -> None:
    profits = np.random.default_rng(8).normal(0, 1, (50, 3))
    assert reality_check(profits, 1) == reality_check(profits, 1)
    with pytest.raises(ValueError, match="days and variants are needed"):
        reality_check(np.ones(3), 1)


def test_a_record_by_hand() -> None:
    assert chance_of_record(2, 3, 0.5) == pytest.approx(0.5)
    assert chance_of_record(3, 3, 0.5) == pytest.approx(0.125)
    assert chance_of_record(0, 10, 0.3) == pytest.approx(1)
    # 60.6 % of 422 at the 52.38 % of -110: about z = 3.4
    assert chance_of_record(256, 422, 110 / 210) == pytest.approx(0.000375, rel=0.2)
    with pytest.raises(ValueError, match="4 of 3"):
        chance_of_record(4, 3, 0.5)


def test_many_looks_cost() -> None:
    assert bonferroni(0.01, 5) == pytest.approx(0.05)
    assert bonferroni(0.5, 5) == 1
    with pytest.raises(ValueError, match="0 variants"):
        bonferroni(0.5, 0)


def test_an_interval_that_cannot_be_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="an interval from 1 to 0"):
        Interval(0.5, 1, 0, 0.95, 0.5)
    with pytest.raises(ValueError, match="outside 0 to 1"):
        Interval(0.5, 0, 1, 0.95, 1.5)
    with pytest.raises(ValueError, match="needs bets"):
        bootstrap_by_day(START + np.arange(0), np.empty(0), np.empty(0), 1)
