"""Bundles: both sides of an arbitrage are placed whole or not at all, whatever the bounds."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linehouse.backtest.bankroll import Wagers, follow
from linehouse.backtest.limits import Limits
from linehouse.backtest.verdicts import Verdict
from linehouse.betting.staking import Sizing, Staking
from tests.betting.properties import quick

DAY = np.datetime64("2026-01-05", "D")


def legs(*prices: tuple[float, float], alone: tuple[float, float] | None = None) -> Wagers:
    """Arbitrages of one day, each a pair of prices at books 0 and 1, and perhaps a bet of its own
    (its probability and price) at book 2 after them."""
    cost = [1 / one + 1 / other for one, other in prices]
    share = [1 / one / whole for pair, whole in zip(prices, cost, strict=True) for one in pair]
    decimal = [one for pair in prices for one in pair]
    count = len(decimal)
    probability = [np.nan] * count
    bundle, book = [n // 2 for n in range(count)], [n % 2 for n in range(count)]
    if alone is not None:
        probability, decimal = [*probability, alone[0]], [*decimal, alone[1]]
        share, bundle, book = [*share, np.nan], [*bundle, -1], [*book, 2]
    size = len(decimal)
    return Wagers(
        np.full(size, DAY), np.full(size, DAY), np.array(decimal), np.array(probability),
        np.zeros(size), np.array([n // 2 for n in range(size)]), np.array(book), np.array(share),
        np.array(bundle),
    )  # fmt: skip


@quick
@given(
    st.floats(1.05, 20), st.floats(1.05, 20), st.floats(10, 1e6), st.floats(0.01, 1e5),
    st.floats(0.01, 1), st.sampled_from([Sizing.KELLY, Sizing.PERCENTAGE]),
)  # fmt: skip
def test_no_maximum_takes_a_bundle_apart(
    one: float, other: float, bankroll: float, maximum: float, size: float, sizing: Sizing
) -> None:
    assume(1 / one + 1 / other < 1)
    wagers = legs((one, other))
    path = follow(wagers, Staking(sizing, size, 0.0, maximum), Limits(), bankroll)
    assert (path.verdict == Verdict.PLACED).all()
    assert path.stake.max() <= maximum
    assert path.stake[0] * one == pytest.approx(path.stake[1] * other, rel=1e-9)


def test_three_hundred_bundles_at_one_maximum_are_all_placed() -> None:
    rng = np.random.default_rng(0)
    for one, other in rng.uniform(2.01, 2.6, (300, 2)):
        path = follow(
            legs((one, other)), Staking("kelly", 0.25, 0.0, 7.3), Limits(),
            float(rng.uniform(900, 1100)),
        )  # fmt: skip
        assert (path.verdict == Verdict.PLACED).all() and path.stake.max() <= 7.3


def test_a_bundle_that_falls_takes_no_room_from_the_bets_after_it() -> None:
    # legs of 12.5 %, of which 14 % a day have room for one only; the bet after them is of 2.5 %
    wagers = legs((2.1, 2.1), alone=(0.55, 2.0))
    path = follow(wagers, Staking(), Limits(per_day=0.14), 1000.0)
    assert [Verdict(one).name for one in path.verdict] == ["OTHER_LEG", "LIMIT_PER_DAY", "PLACED"]
    assert path.stake.tolist() == pytest.approx([0, 0, 25])


def test_a_bundle_of_which_one_leg_is_too_small_is_not_placed() -> None:
    path = follow(legs((1.05, 30.0)), Staking("flat", 10.0, 1.0), Limits(), 1000.0)
    assert [Verdict(one).name for one in path.verdict] == ["OTHER_LEG", "BELOW_MINIMUM"]


def test_legs_that_were_scaled_to_the_maximum_say_so() -> None:
    whole = follow(legs((2.1, 2.1)), Staking(maximum=125.0), Limits(), 1000.0)
    scaled = follow(legs((2.1, 2.1)), Staking(maximum=60.0), Limits(), 1000.0)
    assert whole.stake.tolist() == [125, 125] and not whole.cut.any()
    assert scaled.stake.tolist() == pytest.approx([60, 60]) and scaled.cut.all()
