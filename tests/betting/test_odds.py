"""Published and hand-checked numbers for price conversions and expected value."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.betting import odds
from tests.betting.properties import quick

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


@quick
@given(prices)
def test_american_and_back_is_the_same_price(decimal: float) -> None:
    american = odds.american_from_decimal(decimal)
    assert odds.decimal_from_american(american) == pytest.approx(decimal, rel=1e-9)


@quick
@given(st.lists(prices, min_size=1, max_size=6))
def test_many_prices_convert_as_one_does(decimals: list[float]) -> None:
    many = np.array(decimals)
    for function in (odds.american_from_decimal, odds.implied_prob):
        assert function(many).tolist() == [function(one) for one in decimals]
    assert odds.expected_value(0.5, many).tolist() == [
        odds.expected_value(0.5, one) for one in decimals
    ]


def test_a_batch_names_the_price_that_is_none() -> None:
    with pytest.raises(odds.InvalidOddsError, match=r"99.0 at position 2 .*\(1 of 3 are not\)"):
        odds.decimal_from_american([-110, 120, 99])
    with pytest.raises(odds.InvalidOddsError, match="nan at position 1"):
        odds.decimal_from_american([-110, None])


def test_nulls_stay_null_only_where_asked() -> None:
    assert odds.decimal_from_american([150, None], keep_nulls=True) == pytest.approx(
        [2.5, math.nan], nan_ok=True
    )
    with pytest.raises(odds.InvalidOddsError, match=r"99\.0"):
        odds.decimal_from_american([99, None], keep_nulls=True)


@pytest.mark.parametrize(
    ("fractional", "decimal"),
    [("10/11", 21 / 11), ("5/2", 3.5), ("evens", 2.0), (" 1/100 ", 1.01), (Fraction(13, 8), 2.625)],
)
def test_fractional_prices_are_profit_over_stake(
    fractional: str | Fraction, decimal: float
) -> None:
    assert odds.decimal_from_fractional(fractional) == pytest.approx(decimal, abs=1e-12)
    assert odds.decimal_from_fractional([fractional, "1/1"]).tolist() == pytest.approx([decimal, 2])


@pytest.mark.parametrize("fractional", ["", "0/1", "-1/2", "5/0", "1.5", "two to one", Fraction(0)])
def test_what_is_no_fractional_price_is_refused(fractional: str | Fraction) -> None:
    with pytest.raises(odds.InvalidOddsError):
        odds.decimal_from_fractional(fractional)


def test_the_nearest_fraction_of_a_price() -> None:
    assert odds.fractional_from_decimal(1.909090909) == Fraction(10, 11)
    assert odds.fractional_from_decimal(2.5) == Fraction(3, 2)
    with pytest.raises(odds.InvalidOddsError, match="denominator"):
        odds.fractional_from_decimal(1.001)


def test_overround_and_hold_of_many_markets() -> None:
    markets = np.array([[21 / 11, 21 / 11], [2.1, 2.1]])
    assert odds.overround(markets) == pytest.approx([22 / 21, 2 / 2.1])
    assert odds.hold(markets) == pytest.approx([1 / 22, -0.05])


def test_a_probability_and_its_fair_price() -> None:
    assert odds.fair_decimal(0.4) == 2.5
    assert odds.fair_decimal([0.4, 0.5]).tolist() == [2.5, 2.0]
    with pytest.raises(odds.InvalidOddsError, match="no fair price"):
        odds.fair_decimal(0.0)


@quick
@given(prices)
def test_a_fair_price_is_worth_nothing(decimal: float) -> None:
    assert odds.expected_value(odds.implied_prob(decimal), decimal) == pytest.approx(0, abs=1e-12)
