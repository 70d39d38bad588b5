"""No-vig probabilities against computed references, and what must hold for any market."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linehouse.betting.devig import Method, NoVig, Rejection, no_vig, no_vig_market
from linehouse.betting.odds import InvalidOddsError
from tests.betting.properties import quick
from tests.betting.reference import NO_VIG, PUBLISHED_NAMES

prices = st.floats(1.005, 1000)
markets = st.lists(prices, min_size=2, max_size=6)
methods = st.sampled_from(list(Method))


@pytest.mark.parametrize(("decimals", "method", "probabilities", "coefficient"), NO_VIG)
def test_references_hold_to_ten_digits(
    decimals: list[float], method: str, probabilities: list[float], coefficient: float | None
) -> None:
    found = no_vig([decimals], method)
    assert found.probabilities[0] == pytest.approx(probabilities, abs=1e-10)
    if coefficient is not None:
        assert found.coefficient[0] == pytest.approx(coefficient, abs=1e-10)


def test_the_whole_reference_holds_to_ten_digits(real_data: Path) -> None:
    path = real_data.parent / "reference_maths.json"
    if not path.is_file():
        pytest.skip(f"no reference at {path}")
    rows = json.loads(path.read_text())["novig"]
    assert len(rows) > 40
    for row in rows:
        found = no_vig([row["odds"]], PUBLISHED_NAMES.get(row["method"], row["method"]))
        if min(row["p"]) <= 0:  # ours says so instead of giving it out
            assert found.rejected == [(0, "not_a_probability")]
            continue
        assert found.probabilities[0] == pytest.approx(row["p"], abs=1e-10), row
        if row["coef"] is not None:
            assert found.coefficient[0] == pytest.approx(row["coef"], abs=1e-10), row


@quick
@given(markets, methods, st.randoms(use_true_random=False))
def test_of_any_market(decimals: list[float], method: Method, random: Any) -> None:
    """Sum to 1, between 0 and 1, in the order of the prices, wherever an outcome stands."""
    found = no_vig([decimals], method)
    if found.rejected:
        assert method is Method.ADDITIVE or (method is Method.POWER and found.overround[0] > 1.5)
        assert np.isnan(found.probabilities).all()
        return
    assert not found.rejected
    p = found.probabilities[0]
    assert p.sum() == pytest.approx(1, abs=1e-12)
    assert (p > 0).all() and (p < 1).all()
    by_price = np.lexsort((p, -np.array(decimals)))
    assert (np.diff(p[by_price]) >= -1e-12).all()
    shuffled = list(range(len(decimals)))
    random.shuffle(shuffled)
    again = no_vig([[decimals[place] for place in shuffled]], method).probabilities[0]
    assert again == pytest.approx(p[shuffled], abs=1e-11)


@quick
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6), methods)
def test_a_fair_market_stays_as_it_is(weights: list[float], method: Method) -> None:
    fair = np.array(weights) / sum(weights)
    found = no_vig(1 / fair[None, :], method)
    assert found.probabilities[0] == pytest.approx(fair, abs=1e-9)


@quick
@given(prices, prices)
def test_with_two_outcomes_shin_is_additive(one: float, other: float) -> None:
    pair = [[one, other]]
    shin = no_vig(pair, Method.SHIN)
    assert shin.probabilities == pytest.approx(no_vig(pair, "additive").probabilities, abs=1e-12)


@quick
@given(prices, prices)
def test_the_closed_forms_of_two_outcomes_solve_the_equations(one: float, other: float) -> None:
    r = 1 / np.array([one, other])
    z = no_vig([[one, other]], Method.SHIN).coefficient[0]
    assume(abs(1 - z) > 1e-6)
    p = (np.sqrt(z * z + 4 * (1 - z) * r**2 / r.sum()) - z) / (2 * (1 - z))
    assert p.sum() == pytest.approx(1, abs=1e-8)
    c = no_vig([[one, other]], Method.ODDS_RATIO).coefficient[0]
    assert (r / (c + r - c * r)).sum() == pytest.approx(1, abs=1e-9)


@quick
@given(st.lists(st.floats(0.02, 1), min_size=2, max_size=6), st.floats(1.001, 1.4))
def test_the_margin_weighs_less_on_the_favourite_than_in_proportion(
    weights: list[float], margin: float
) -> None:
    decimals = (np.array(weights) / sum(weights)) ** (-1 / margin)
    assume(decimals.min() > 1.001)
    favourite = int(np.argmin(decimals))
    basic = no_vig_market(decimals)[favourite]
    for method in (Method.ODDS_RATIO, Method.SHIN, Method.POWER):
        assert no_vig_market(decimals, method)[favourite] >= basic - 1e-12


@pytest.mark.parametrize("method", Method)
def test_an_arbitrage_has_probabilities_too(method: Method) -> None:
    found = no_vig([[2.1, 2.1], [2.3, 2.0]], method)
    assert found.probabilities[0] == pytest.approx([0.5, 0.5], abs=1e-12)
    assert found.probabilities[1].sum() == pytest.approx(1, abs=1e-12)
    assert (found.hold < 0).all()
    three = no_vig([[3.2, 3.3, 3.4]], method)
    assert not three.rejected
    if method is Method.SHIN:
        assert found.coefficient[0] < 0 and three.coefficient[0] < 0


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("bad", [None, float("nan"), float("inf"), 1.0, 0.0, -2.0])
def test_what_is_no_price_rejects_its_market_and_no_other(method: Method, bad: Any) -> None:
    alone = no_vig([[2.05, 3.2, 3.8]], method).probabilities[0]
    found = no_vig([[2.05, 3.2, 3.8], [2.05, bad, 3.8], [2.05, 3.2, 3.8]], method)
    assert found.rejected == [(1, "not_a_price")]
    assert np.isnan(found.probabilities[1]).all()
    assert found.probabilities[0] == pytest.approx(alone, abs=1e-14)
    assert found.probabilities[2] == pytest.approx(alone, abs=1e-14)


def test_additive_never_gives_out_a_negative_probability() -> None:
    found = no_vig([[1.2, 5, 51, 101], [2.7, 2.3, 4.4, 30]], Method.ADDITIVE)
    assert found.rejected == [(0, "not_a_probability")]
    assert found.rejection.tolist() == [Rejection.NOT_A_PROBABILITY, Rejection.NONE]
    with pytest.raises(InvalidOddsError, match="not a probability"):
        no_vig_market([1.2, 5, 51, 101], "additive")


@pytest.mark.parametrize("decimals", [[2.0, 2.0], [[2.0], [2.0]]])
def test_what_is_no_table_of_markets_is_refused(decimals: Any) -> None:
    with pytest.raises(InvalidOddsError, match="at least two outcomes"):
        no_vig(decimals)


def test_the_trap_of_a_name_is_no_method() -> None:
    with pytest.raises(ValueError, match="logarithmic"):
        no_vig([[2.0, 2.0]], "logarithmic")


def test_no_market_at_all_is_no_error() -> None:
    assert no_vig(np.empty((0, 3)), "shin").probabilities.shape == (0, 3)


@pytest.mark.parametrize(
    "probabilities", [[[0.6, 0.5]], [[1.2, -0.2]], [[0.4, 0.6]], [[np.nan, np.nan]]]
)
def test_a_result_that_cannot_be_right_cannot_be_made(probabilities: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="not probabilities that sum to 1 in the order"):
        NoVig(
            Method.SHIN,
            np.array([[1.8, 2.2]]),
            np.array(probabilities),
            np.array([1.01]),
            np.array([np.nan]),
            np.zeros(1, dtype=np.int8),
        )
