"""Closing line value against published numbers; never across points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.betting.closing import ClosingLineValue, Coverage, closing_line_value
from linehouse.betting.odds import InvalidOddsError, decimal_from_american
from tests.betting.properties import quick

D = decimal_from_american


def moneyline(bet: float, close: float, other: float | None = None) -> ClosingLineValue:
    return closing_line_value(
        ["h2h"], ["home"], [None], [D(bet)], [None], [D(close)],
        None if other is None else [[D(other)]],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bet", "close", "implied_points"),
    [(-125, -150, 4.44444444444444), (150, 130, 3.47826086956522), (-120, -150, 5.45454545454545)],
)
def test_published_implied_points(bet: float, close: float, implied_points: float) -> None:
    assert moneyline(bet, close).implied_points[0] == pytest.approx(implied_points, abs=1e-10)


def test_published_price_ev_with_and_without_the_margin_of_the_close() -> None:
    found = moneyline(-125, -150, 130)
    assert found.price_ev_pct[0] == pytest.approx(8.0, abs=1e-10)
    assert found.no_vig_ev_pct[0] == pytest.approx(4.36974789915966, abs=1e-10)
    assert np.isnan(moneyline(-125, -150).no_vig_ev_pct[0])
    assert np.isnan(found.points[0])


@pytest.mark.parametrize(
    ("market", "side", "point", "close_point", "points"),
    [
        ("spreads", "home", -3, -4.5, 1.5),
        ("spreads", "home", -3, -2, -1),
        ("spreads", "away", 3, 4.5, -1.5),
        ("spreads", "away", 7, 6.5, 0.5),
        ("totals", "over", 210, 213.5, 3.5),
        ("totals", "under", 210, 213.5, -3.5),
        ("totals", "under", 215, 213.5, 1.5),
    ],
)
def test_a_point_that_moved_is_told_in_points_and_in_no_price(
    market: str, side: str, point: float, close_point: float, points: float
) -> None:
    found = closing_line_value([market], [side], [point], [1.9], [close_point], [1.95], [[1.87]])
    assert found.coverage[0] == Coverage.POINTS
    assert found.points[0] == points
    assert np.isnan([found.implied_points, found.price_ev_pct, found.no_vig_ev_pct]).all()


def test_at_the_same_point_prices_are_compared() -> None:
    found = closing_line_value(["spreads"], ["home"], [-3], [2.0], [-3], [1.9], [[1.92]])
    assert found.coverage[0] == Coverage.PRICE and found.points[0] == 0
    assert found.price_ev_pct[0] == pytest.approx(100 * (2 / 1.9 - 1))
    assert found.no_vig_ev_pct[0] == pytest.approx(100 * (2 * (1.92 / 3.82) - 1))


def test_what_has_no_close_says_so() -> None:
    found = closing_line_value(
        ["h2h", "spreads", "spreads", "spreads"], ["home"] * 4, [None, -3, -3, -3], [1.9] * 4,
        [None, None, -3, -4], [None] * 4,
    )  # fmt: skip
    assert [Coverage(one).name for one in found.coverage] == [
        "NO_CLOSE", "NO_CLOSE", "NO_CLOSING_PRICE", "POINTS",
    ]  # fmt: skip
    assert np.isnan(found.implied_points).all()


def test_a_close_of_which_nothing_is_known_is_a_close_without_a_price() -> None:
    found = closing_line_value(
        ["h2h", "totals", "totals", "h2h"], ["home", "over", "over", "home"],
        [None, 210, 210, None], [1.9] * 4, [None] * 4, [None, None, 1.9, None],
        exists=[True, True, True, False],
    )  # fmt: skip
    assert [Coverage(one).name for one in found.coverage] == [
        "NO_CLOSING_PRICE", "NO_CLOSING_PRICE", "NO_CLOSING_PRICE", "NO_CLOSE",
    ]  # fmt: skip


def test_a_close_without_its_other_side_costs_only_the_no_vig_figure() -> None:
    found = closing_line_value(
        ["h2h"] * 2, ["home"] * 2, [None] * 2, [2.0] * 2, [None] * 2, [1.9] * 2, [[1.9], [None]]
    )
    assert found.no_vig_ev_pct == pytest.approx([0, np.nan], nan_ok=True)
    assert np.isfinite(found.price_ev_pct).all()


@quick
@given(st.floats(1.01, 50), st.floats(1.01, 50))
def test_a_better_price_beats_the_close_in_every_figure(bet: float, close: float) -> None:
    found = closing_line_value(["h2h"], ["away"], [None], [bet], [None], [close])
    assert (found.price_ev_pct[0] > 0) == (bet / close > 1)
    assert found.implied_points[0] * found.price_ev_pct[0] >= 0


def test_a_spread_without_a_point_is_refused() -> None:
    with pytest.raises(InvalidOddsError, match="bet 0 is on a spread"):
        closing_line_value(["spreads"], ["home"], [None], [1.9], [-3], [1.9])
    with pytest.raises(InvalidOddsError, match="not a decimal price"):
        closing_line_value(["h2h"], ["home"], [None], [None], [None], [1.9])


def test_a_comparison_across_points_cannot_be_made() -> None:
    one = np.array([1.0])
    with pytest.raises(ValueError, match="different points were compared"):
        ClosingLineValue(np.array([Coverage.PRICE]), one, one, one, one)
    with pytest.raises(ValueError, match="and nowhere else"):
        ClosingLineValue(np.array([Coverage.POINTS]), one, one, one, one)
    with pytest.raises(ValueError, match="disagree"):
        ClosingLineValue(np.array([Coverage.PRICE]), one, -one, one, 0 * one)
    nothing = np.array([np.nan])
    with pytest.raises(ValueError, match="has its distance"):
        ClosingLineValue(np.array([Coverage.POINTS]), nothing, nothing, nothing, nothing)
