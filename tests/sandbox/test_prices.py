"""Prices as a bookmaker would post them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.sandbox.league.outcomes import Expectation, Score, chances
from linehouse.sandbox.league.prices import american, decimal_of, half_point, prices_american


def implied(price: int) -> float:
    return 100 / (100 + price) if price > 0 else -price / (100 - price)


@given(st.floats(0, 1), st.floats(1.01, 1.08))
def test_every_chance_has_a_postable_price_with_a_margin(prob: float, overround: float) -> None:
    first, second = prices_american(prob, overround)
    assert 100 <= abs(first) <= 10_000 and 100 <= abs(second) <= 10_000
    assert -100 not in (first, second)
    if 0.1 < prob < 0.9:
        assert implied(first) + implied(second) == pytest.approx(overround, abs=0.006)
        assert implied(first) / (implied(first) + implied(second)) == pytest.approx(prob, abs=0.02)


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_a_likelier_side_never_pays_more(one: float, other: float) -> None:
    if one < other:
        assert decimal_of(american(one)) >= decimal_of(american(other))


@given(st.floats(-400, 400))
def test_half_points_are_never_minus_zero(value: float) -> None:
    point = half_point(value)
    assert point * 2 == int(point * 2) and abs(point - value) <= 0.25
    assert str(point) != "-0.0"


@pytest.mark.parametrize("sport", ["basketball_nba", "baseball_mlb"])
def test_chances_agree_with_each_other(sport: str) -> None:
    total = 226.0 if sport == "basketball_nba" else 8.7
    for margin in (-2.0, -0.3, 0.0, 0.7, 2.5):
        one = chances(sport, Expectation(margin, total))
        mirrored = chances(sport, Expectation(-margin, total))
        # One thing differs for the side at home: it wins a little more often in extra innings
        assert one.home_wins() + mirrored.home_wins() == pytest.approx(1, abs=0.006)
        assert one.home_covers(2.5) > one.home_wins() > one.home_covers(-2.5)
        assert one.goes_over(one.even_total()) == pytest.approx(0.5, abs=0.07)
        assert one.goes_over(total - 3) > one.goes_over(total + 3)


@pytest.mark.parametrize("sport", ["basketball_nba", "baseball_mlb"])
def test_a_lead_grows_heavier_towards_the_end(sport: str) -> None:
    total = 226.0 if sport == "basketball_nba" else 8.7
    early, late, last = (
        chances(sport, Expectation(0.0, total), Score(4, 2, played)).home_wins()
        for played in (0.1, 0.7, 0.99)
    )
    assert 0.5 < early < late < last
