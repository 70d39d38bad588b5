"""Published and hand-checked numbers for price conversions and expected value."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.betting import odds

CONVERSIONS = [
    (-110, 1.909090909090909, 0.523809523809524),
    (100, 2.0, 0.5),
    (-100, 2.0, 0.5),
    (150, 2.5, 0.4),
    (-150, 1.666666666666667, 0.6),
    (130, 2.3, 0.434782608695652),
    (-125, 1.8, 0.555555555555556),
    (-140, 1.714285714285714, 0.583333333333333),
    (160, 2.6, 0.384615384615385),
    (115, 2.15, 0.465116279069767),
    (-10000, 1.01, 0.99009900990099),
    (10000, 101, 0.0099009900990099),
]
prices = st.floats(1.001, 1000)


@pytest.mark.parametrize(("american", "decimal", "implied"), CONVERSIONS)
def test_published_conversions(american: int, decimal: float, implied: float) -> None:
    assert odds.decimal_from_american(american) == pytest.approx(decimal, abs=1e-12)
    assert odds.implied_prob(odds.decimal_from_american(american)) == pytest.approx(
        implied, abs=1e-12
    )


@pytest.mark.parametrize("american", [0, 99, -99, 99.9, math.nan, math.inf, -math.inf])
def test_what_is_no_american_price_is_refused(american: float) -> None:
    with pytest.raises(odds.InvalidOddsError):
        odds.decimal_from_american(american)


@pytest.mark.parametrize("decimal", [1.0, 0.5, -2, math.nan, math.inf])
def test_what_is_no_decimal_price_is_refused(decimal: float) -> None:
    for function in (odds.implied_prob, odds.american_from_decimal):
        with pytest.raises(odds.InvalidOddsError):
            function(decimal)
    with pytest.raises(odds.InvalidOddsError):
        odds.expected_value(0.5, decimal)


@pytest.mark.parametrize("probability", [-0.01, 1.01, math.nan])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(odds.InvalidOddsError):
        odds.expected_value(probability, 2.0)


def test_a_standard_spread_holds_four_and_a_half_per_cent() -> None:
    pair = [odds.decimal_from_american(-110)] * 2
    assert odds.overround(pair) == pytest.approx(1.0476190476, abs=1e-9)
    assert odds.hold(pair) == pytest.approx(0.0454545455, abs=1e-9)


def test_published_expected_values() -> None:
    assert odds.expected_value(0.58, 2.15) == pytest.approx(0.247)
    assert odds.expected_value(0.4957, 2.00) == pytest.approx(-0.0086)


def test_one_outcome_is_no_market() -> None:
    with pytest.raises(odds.InvalidOddsError):
        odds.overround([2.0])


@given(prices)
def test_american_and_back_is_the_same_price(decimal: float) -> None:
    american = odds.american_from_decimal(decimal)
    assert odds.decimal_from_american(american) == pytest.approx(decimal, rel=1e-9)


@given(st.lists(prices, min_size=2, max_size=6))
def test_no_vig_probabilities_sum_to_one_and_keep_the_order(decimals: list[float]) -> None:
    fair = odds.multiplicative_no_vig(decimals)
    assert sum(fair) == pytest.approx(1, abs=1e-12)
    assert all(0 < probability < 1 for probability in fair)
    by_price = sorted(range(len(fair)), key=lambda i: -decimals[i])
    assert [fair[i] for i in by_price] == sorted(fair)


@given(prices)
def test_a_fair_price_is_worth_nothing(decimal: float) -> None:
    assert odds.expected_value(odds.implied_prob(decimal), decimal) == pytest.approx(0, abs=1e-12)
