"""Figures of a path of bankrolls, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.backtest import returns as paths
from tests.betting.properties import quick

EQUITY = np.array([1000, 1100, 990, 1188, 1069.2, 1176.12])
RETURNS = paths.returns_of(EQUITY)


def test_the_published_path() -> None:
    assert RETURNS.tolist() == pytest.approx([0.1, -0.1, 0.2, -0.1, 0.1], abs=1e-12)
    assert paths.sharpe(RETURNS) == pytest.approx(0.298142396999972, abs=1e-10)
    assert paths.sharpe(RETURNS, ddof=0) == pytest.approx(0.333333333333333, abs=1e-10)
    assert paths.sortino(RETURNS) == pytest.approx(0.632455532033676, abs=1e-10)
    assert paths.max_drawdown(EQUITY).depth == pytest.approx(0.1, abs=1e-12)


def test_sortino_against_a_target_by_hand() -> None:
    """0.1 and -0.1 against 0.05: excess 0.05 and -0.15, mean -0.05, downside 0.15/sqrt(2)."""
    found = paths.sortino(np.array([0.1, -0.1]), target=0.05)
    assert found == pytest.approx(-0.05 / (0.15 / 2**0.5))


def test_what_a_path_cannot_tell_is_none() -> None:
    assert paths.sharpe(np.array([0.1])) is None
    assert paths.sharpe(np.array([0.1, 0.1, 0.1])) is None
    assert paths.sortino(np.array([0.1, 0.0])) is None
    assert paths.sortino(np.array([])) is None
    assert paths.calmar(0.5, 0.0) is None
    assert paths.calmar(None, 0.5) is None
    assert paths.annual_return(100, 120, 0) is None


@pytest.mark.parametrize(
    ("equity", "depth", "begins", "ends", "recovered"),
    [
        ([100, 120, 90, 110, 130, 125], 0.25, 1, 4, True),
        ([100, 80, 60, 90], 0.4, 0, 3, False),
        ([100, 110, 120], 0.0, 0, 0, True),
        ([100, 120, 120, 60, 120], 0.5, 2, 4, True),  # from the last day at the peak
        ([100, 50, 100, 50], 0.5, 0, 2, True),  # the first of equals
        ([100, 0], 1.0, 0, 1, False),
    ],
)
def test_the_deepest_drawdown_by_hand(
    equity: list[float], depth: float, begins: int, ends: int, recovered: bool
) -> None:
    found = paths.max_drawdown(np.array(equity, dtype=float))
    assert found.depth == pytest.approx(depth)
    assert (found.begins, found.ends, found.recovered) == (begins, ends, recovered)


@quick
@given(st.lists(st.floats(1, 1000), min_size=1, max_size=40))
def test_no_other_fall_is_deeper(equity: list[float]) -> None:
    path = np.array(equity)
    falls = [1 - path[i:].min() / path[i] for i in range(len(path))]
    assert paths.max_drawdown(path).depth == pytest.approx(max(falls), abs=1e-12)


def test_a_bankroll_that_is_gone_earns_nothing() -> None:
    assert paths.returns_of(np.array([100.0, 0, 0])).tolist() == [-1, 0]


@pytest.mark.parametrize("equity", [[], [0, 10], [10, -1]])
def test_what_is_no_path_is_refused(equity: list[float]) -> None:
    with pytest.raises(ValueError, match="a path of bankrolls"):
        paths.max_drawdown(np.array(equity, dtype=float))


def test_growth_a_year_compounds() -> None:
    assert paths.annual_return(100, 121, 2 * 365.25) == pytest.approx(0.1)
    assert paths.annual_return(100, 0, 100) == -1
    assert paths.calmar(0.1, 0.25) == pytest.approx(0.4)


def test_a_drawdown_that_cannot_be_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"a drawdown of 1\.5"):
        paths.Drawdown(1.5, 0, 1, True)
    with pytest.raises(ValueError, match="ends before it begins"):
        paths.Drawdown(0.5, 2, 1, True)
