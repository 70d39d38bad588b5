"""Arbitrage, synthetic hold, hedge and middle by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linehouse.betting import arbitrage as books
from linehouse.betting.odds import InvalidOddsError, decimal_from_american
from tests.betting.properties import quick

PAIR = decimal_from_american([160, -140])


def test_the_published_arbitrage() -> None:
    found = books.arbitrage(PAIR)
    assert found.profit_pct == pytest.approx(3.3112582781457, abs=1e-10)
    assert found.shares == pytest.approx([0.397350993377483, 0.602649006622517], abs=1e-10)
    assert books.arbitrage_profit_pct([PAIR, [1.9, 1.9], [2.0, np.nan]]) == pytest.approx(
        [3.3112582781457, -5, np.nan], abs=1e-10, nan_ok=True
    )


@quick
@given(st.lists(st.floats(1.05, 30), min_size=2, max_size=5), st.floats(1, 10_000))
def test_an_arbitrage_pays_the_same_whatever_happens(prices: list[float], outlay: float) -> None:
    assume(sum(1 / price for price in prices) < 0.999)
    found = books.arbitrage(prices, outlay)
    assert found.stakes.sum() == pytest.approx(outlay)
    for price, stake in zip(prices, found.stakes, strict=True):
        assert price * stake == pytest.approx(outlay * (1 + found.profit_pct / 100))


@pytest.mark.parametrize(
    ("prices", "outlay", "message"),
    [
        ([1.9, 1.9], 1, "no arbitrage: implied probabilities sum to 1.05"),
        ([2.0, 2.0], 1, "no arbitrage"),
        ([2.5], 1, "at least two"),
        ([2.5, 2.5], 0, "an outlay of 0"),
        ([2.5, 1.0], 1, "not a decimal price"),
    ],
)
def test_what_is_no_arbitrage_is_refused(prices: list[float], outlay: float, message: str) -> None:
    with pytest.raises(InvalidOddsError, match=message):
        books.arbitrage(prices, outlay)


def test_the_best_prices_of_several_books() -> None:
    nan = np.nan
    market = [[1.95, 1.87], [1.87, 2.05], [nan, 2.05]]  # three books, two outcomes
    found = books.best_prices([market, [[nan, 1.9]] * 3])
    assert found.decimals[0].tolist() == [1.95, 2.05]
    assert found.books.tolist() == [[0, 1], [-1, 0]]
    total = 1 / 1.95 + 1 / 2.05
    assert found.synthetic_hold[0] == pytest.approx(1 - 1 / total)
    assert np.isnan(found.synthetic_hold[1])
    assert books.best_prices([[PAIR, [2.0, 1.5]]]).synthetic_hold[0] < 0  # an arbitrage
    with pytest.raises(InvalidOddsError, match="markets, books and outcomes"):
        books.best_prices([PAIR])


def test_a_hedge_by_hand() -> None:
    """100 at 3.0, the other side now 1.8: 166.67 on it leaves 33.33 either way."""
    full = books.hedge(100, 3.0, 1.8)
    assert full.stake == pytest.approx(300 / 1.8)
    assert full.profit_if_first == pytest.approx(200 - 300 / 1.8)
    assert full.profit_if_second == pytest.approx(full.profit_if_first)
    assert full.locked_in == pytest.approx(100 / 3)
    half = books.hedge(100, 3.0, 1.8, 0.5)
    assert (half.profit_if_first, half.profit_if_second) == pytest.approx((350 / 3, -100 / 3))
    none = books.hedge(100, 3.0, 1.8, 0)
    assert (none.stake, none.locked_in) == (0, -100)
    with pytest.raises(InvalidOddsError, match="a stake of 0"):
        books.hedge(0, 3.0, 1.8)
    with pytest.raises(InvalidOddsError, match="of a hedge"):
        books.hedge(100, 3.0, 1.8, 2)


def test_a_middle_by_hand() -> None:
    """Home -3 and away +7 at -110 each, 110 on both: +200 in between, +100 on 3 or 7, else -10."""
    found = books.middle(3, 21 / 11, 7, 21 / 11, 220)
    assert found.stakes == pytest.approx((110, 110))
    assert found.width == 4
    assert found.profit_in == pytest.approx(200)
    assert found.profit_on_edge == pytest.approx((100, 100))
    assert found.profit_out == pytest.approx(-10)
    assert found.break_even_prob == pytest.approx(10 / 210)
    assert found.profit([2, 3, 4, 6, 7, 8]) == pytest.approx([-10, 100, 200, 200, 100, -10])
    assert found.profit(5) == pytest.approx(200)
    uneven = books.middle(210.5, 2.0, 214, 1.8, 100)
    # 1/2.0 + 1/1.8 = 1.0556: the payout is 94.74, stakes 47.37 and 52.63
    assert uneven.stakes == pytest.approx((100 / 2.0 / 1.0555555556, 100 / 1.8 / 1.0555555556))
    assert uneven.profit(214) == pytest.approx(47.3684210526)  # over wins, under is returned
    assert books.middle(3, 2.2, 7, 2.2).break_even_prob == 0


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [(7, 3, "no result lies"), (3, 3, "no result lies"), (3.25, 7, "a quarter point is two bets")],
)
def test_what_is_no_middle_is_refused(low: float, high: float, message: str) -> None:
    with pytest.raises(InvalidOddsError, match=message):
        books.middle(low, 1.9, high, 1.9)


def test_results_that_cannot_be_right_cannot_be_made() -> None:
    two = np.array([2.2, 2.2])
    with pytest.raises(ValueError, match="the same whatever happens"):
        books.Arbitrage(two, np.array([0.6, 0.4]), np.array([0.6, 0.4]), 1, 1.1, 10)
    with pytest.raises(ValueError, match="is no arbitrage"):
        books.Arbitrage(two, np.array([0.5, 0.5]), np.array([0.5, 0.5]), 2, 1.1, 10)
    with pytest.raises(ValueError, match="no window"):
        books.Middle(7, 3, (1, 1), 1, (0, 0), -1, 0.5)
    with pytest.raises(ValueError, match="more is won between"):
        books.Middle(3, 7, (1, 1), -1, (0, 0), 1, 0.5)
    with pytest.raises(ValueError, match="a price has a book"):
        books.BestPrices(np.array([[2.0, np.nan]]), np.array([[0, 0]]), np.array([0.0]))
