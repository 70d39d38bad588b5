"""Kelly shares against published numbers, and against the optimum found by brute force."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.betting.kelly import (
    KellyShares,
    exclusive_growth,
    kelly_exclusive,
    kelly_raw,
    kelly_share,
)
from linehouse.betting.kelly_joint import kelly_simultaneous
from linehouse.betting.odds import InvalidOddsError
from tests.betting.properties import quick

probabilities = st.floats(0.05, 0.95)
prices = st.floats(1.05, 12)


@pytest.mark.parametrize(
    ("probability", "decimal", "raw"),
    [
        (0.6, 2.0, 0.2),
        (0.5, 3.0, 0.25),
        (0.58, 2.15, 0.214782608695652),
        (0.55, 21 / 11, 0.055),
        (0.5, 1.9, -0.0555555555555556),
    ],
)
def test_published_shares(probability: float, decimal: float, raw: float) -> None:
    assert kelly_raw(probability, decimal) == pytest.approx(raw, abs=1e-10)
    assert kelly_share(probability, decimal) == pytest.approx(max(raw, 0), abs=1e-10)
    assert kelly_share(probability, decimal, 0.25) == pytest.approx(max(raw, 0) / 4, abs=1e-10)


def test_many_bets_as_if_each_were_alone() -> None:
    assert kelly_share([0.6, 0.5], [2.0, 1.9]).tolist() == pytest.approx([0.2, 0])


@quick
@given(probabilities, prices, st.floats(0, 0.05))
def test_nothing_grows_faster_than_the_share(
    probability: float, decimal: float, push: float
) -> None:
    p = probability * (1 - push)
    share = kelly_share(p, decimal, push_probability=push)

    def growth(f: float) -> float:
        return p * np.log1p(f * (decimal - 1)) + (1 - p - push) * np.log1p(-f)

    for other in np.linspace(0, 0.999, 60):
        assert growth(share) >= growth(float(other)) - 1e-12


def test_a_bet_that_always_wins_or_pushes_takes_everything() -> None:
    assert kelly_share(0.3, 2.0, push_probability=0.7) == 1
    assert kelly_share(0.0, 2.0, push_probability=1.0) == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"probability": 1.2, "decimal": 2.0}, "not a probability"),
        ({"probability": 0.5, "decimal": 1.0}, "not a decimal price"),
        ({"probability": 0.5, "decimal": 2.0, "fraction": 1.5}, "fraction of Kelly"),
        ({"probability": 0.6, "decimal": 2.0, "push_probability": 0.5}, "sum to more than 1"),
    ],
)
def test_what_is_no_bet_is_refused(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(InvalidOddsError, match=message):
        kelly_share(**wrong)


def test_sides_of_one_market_by_hand() -> None:
    """0.5 at 2.1 and 0.3 at 3.6: R = 0.2/(1 - 1/2.1 - 1/3.6) = 0.812903, shares p - R/d."""
    found = kelly_exclusive([0.5, 0.3, 0.2], [2.1, 3.6, 4.0])
    reserve = 0.2 / (1 - 1 / 2.1 - 1 / 3.6)
    assert found.shares == pytest.approx([0.5 - reserve / 2.1, 0.3 - reserve / 3.6, 0], abs=1e-12)


def test_a_short_price_is_taken_as_a_hedge_of_a_long_one() -> None:
    """0.55 at 1.8 is worth -1 % alone; beside 0.45 at 3.0 it is part of the fastest growth."""
    assert kelly_share(0.55, 1.8) == 0
    found = kelly_exclusive([0.45, 0.55], [3.0, 1.8])
    assert found.shares[1] > 0
    assert found.growth > kelly_exclusive([0.45], [3.0]).growth


def test_an_arbitrage_is_staked_in_full() -> None:
    found = kelly_exclusive([0.5, 0.5], [2.1, 2.1])
    assert found.shares == pytest.approx([0.5, 0.5])
    assert found.growth == pytest.approx(np.log(1.05))


@quick
@given(
    st.lists(st.tuples(st.floats(0.02, 1), st.floats(0.8, 1.4)), min_size=2, max_size=5),
    st.floats(0.5, 1),
    st.integers(0, 2**32 - 1),
)
def test_no_other_shares_of_one_market_grow_faster(
    outcomes: list[tuple[float, float]], covered: float, seed: int
) -> None:
    weights = np.array([weight for weight, _ in outcomes])
    p = covered * weights / weights.sum()
    d = np.maximum(np.array([value for _, value in outcomes]) / p, 1.01)
    found = kelly_exclusive(p, d)
    rng = np.random.default_rng(seed)
    for shares in rng.dirichlet(np.ones(len(p) + 1), 40)[:, :-1]:
        assert found.growth >= exclusive_growth(p, d, shares) - 1e-12
    near = np.maximum(found.shares + rng.normal(0, 1e-3, len(p)), 0)
    near *= min(1, 0.999 / max(near.sum(), 1e-9))
    assert found.growth >= exclusive_growth(p, d, near) - 1e-12


def growth_of(p: np.ndarray, d: np.ndarray, shares: np.ndarray) -> float:
    """Expected log of growth over all 2**n ways in which independent bets can end."""
    total = 0.0
    for ends in product((0, 1), repeat=len(p)):
        won = np.array(ends)
        total += np.prod(np.where(won, p, 1 - p)) * np.log(1 + (shares * (won * d - 1)).sum())
    return float(total)


@quick
@given(st.lists(st.tuples(st.floats(0.1, 0.9), st.floats(0.9, 1.3)), min_size=1, max_size=5),
       st.floats(0.05, 0.95), st.integers(0, 2**32 - 1))  # fmt: skip
def test_no_other_shares_of_bets_at_once_grow_faster(
    bets: list[tuple[float, float]], cap: float, seed: int
) -> None:
    p = np.array([probability for probability, _ in bets])
    d = np.maximum(np.array([value for _, value in bets]) / p, 1.01)
    found = kelly_simultaneous(p, d, cap)
    assert found.growth == pytest.approx(growth_of(p, d, found.shares), abs=1e-12)
    assert found.total <= cap + 1e-9
    assert (found.shares[p * d <= 1] == 0).all()
    rng = np.random.default_rng(seed)
    for shares in cap * rng.dirichlet(np.ones(len(p) + 1), 15)[:, :-1]:
        assert found.growth >= growth_of(p, d, shares) - 1e-10


def test_one_bet_at_once_is_a_single_bet() -> None:
    for p, d in ((0.6, 2.0), (0.002, 1000.0), (0.55, 21 / 11)):
        found = kelly_simultaneous([p], [d], 0.9)
        assert found.shares == pytest.approx([kelly_share(p, d)], abs=1e-10)


def test_a_bet_that_cannot_lose_takes_what_the_cap_allows() -> None:
    found = kelly_simultaneous([1.0, 0.5, 0.5], [1.5, 2.5, 2.5], 0.9, ["a", "b", "b"])
    assert found.total == pytest.approx(0.9, abs=1e-9)
    assert found.growth == pytest.approx(np.log1p(0.45), abs=1e-9)


def test_two_even_bets_by_hand() -> None:
    """p = 0.6 at evens, twice: the derivative of the growth in a common share f vanishes where
    0.36/(1+2f) = 0.16/(1-2f), so f = 0.2/1.04."""
    found = kelly_simultaneous([0.6, 0.6], [2.0, 2.0], 0.9)
    assert found.shares == pytest.approx([0.2 / 1.04] * 2, abs=1e-9)


def test_bets_at_once_take_less_than_each_alone_and_keep_to_the_cap() -> None:
    p, d = np.array([0.6, 0.55, 0.58, 0.3]), np.array([2.0, 2.0, 1.9, 4.0])
    free = kelly_simultaneous(p, d, 0.95)
    assert (free.shares < kelly_share(p, d)).all() and (free.shares > 0).all()
    capped = kelly_simultaneous(p, d, 0.2)
    assert capped.total == pytest.approx(0.2, abs=1e-9)
    assert capped.growth < free.growth


def test_a_group_at_once_is_the_solution_of_its_market() -> None:
    p, d = [0.5, 0.3, 0.2], [2.1, 3.6, 4.0]
    alone = kelly_exclusive(p, d)
    assert kelly_simultaneous(p, d, 0.99, ["a"] * 3).shares == pytest.approx(alone.shares, abs=1e-8)
    hedged = kelly_simultaneous([0.45, 0.55, 0.6], [3.0, 1.8, 2.0], 0.99, ["a", "a", "b"])
    assert (hedged.shares > 0).all()


def test_forty_bets_at_once_are_no_matter_of_two_to_the_forty() -> None:
    rng = np.random.default_rng(7)
    p = rng.uniform(0.3, 0.6, 40)
    d = rng.uniform(0.98, 1.08, 40) / p
    found = kelly_simultaneous(p, d, 0.5)
    assert found.total <= 0.5 + 1e-9 and 0 < (found.shares > 0).sum() <= (p * d > 1).sum()
    # at the optimum every bet that is taken is worth the same at the margin
    ends = np.random.default_rng(8).random((200_000, 40)) < p
    margin = ends * d - 1
    worth = (margin / (1 + margin @ found.shares)[:, None]).mean(axis=0)
    assert np.ptp(worth[found.shares > 0.001]) < 0.02


def test_no_bet_worth_taking_is_no_error() -> None:
    assert kelly_simultaneous([0.4, 0.5], [2.0, 1.9], 0.5).shares.tolist() == [0, 0]
    assert kelly_simultaneous([], [], 0.5).shares.size == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.6], [2.0], 1.0), "a cap of 1.0"),
        (([0.6, 0.6], [2.0], 0.5), "no list of bets"),
        (([0.6, 0.6], [2.0, 2.0], 0.5, ["a", "a"]), "exclude each other sum to more than 1"),
        (([0.6, 0.3], [2.0, 2.0], 0.5, ["a"]), "1 groups for 2 bets"),
    ],
)
def test_what_cannot_be_staked_at_once_is_refused(arguments: tuple, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(InvalidOddsError, match=message):
        kelly_simultaneous(*arguments)
    with pytest.raises(InvalidOddsError, match="more than 1"):
        kelly_exclusive([0.6, 0.6], [2.0, 2.0])


def test_shares_that_cannot_be_right_cannot_be_made() -> None:
    good = {"probabilities": np.array([0.6]), "decimals": np.array([2.0]),
            "shares": np.array([0.2]), "growth": 0.02, "cap": 0.5}  # fmt: skip
    assert KellyShares(**good).scaled(0.25) == pytest.approx([0.05])
    for change, message in (
        ({"shares": np.array([-0.1])}, "not negative"),
        ({"shares": np.array([0.6])}, "more than the cap"),
        ({"growth": -0.1}, "betting nothing would be better"),
        ({"shares": np.array([0.1, 0.1])}, "one probability, price and share"),
    ):
        with pytest.raises(ValueError, match=message):
            KellyShares(**(good | change))
