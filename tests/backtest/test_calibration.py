"""Calibration by hand."""

from math import log

import numpy as np
import pytest

from linehouse.backtest.calibration import Bin, Calibration, calibration
from linehouse.betting.settlement import Result

W, P, L, HW = Result.WON, Result.PUSH, Result.LOST, Result.HALF_WON


def test_two_bins_by_hand() -> None:
    found = calibration(np.array([0.6, 0.4, 0.8, 0.9, 0.5, 0.7]), np.array([W, L, W, L, P, HW]), 2)
    assert found is not None
    assert found.bets == 4  # the push and the half win have no plain outcome
    assert [one.bets for one in found.bins] == [2, 2]
    assert [one.stated for one in found.bins] == pytest.approx([0.5, 0.85])
    assert [one.won for one in found.bins] == pytest.approx([0.5, 0.5])
    assert found.brier == pytest.approx((0.16 + 0.16 + 0.04 + 0.81) / 4)
    assert found.log_loss == pytest.approx(-(log(0.6) + log(0.6) + log(0.8) + log(0.1)) / 4)
    assert found.error == pytest.approx((2 * 0 + 2 * 0.35) / 4)
    assert found.bias == pytest.approx(0.675 - 0.5)


def test_what_is_certain_and_wrong_costs_much_and_not_everything() -> None:
    found = calibration(np.array([1.0, 0.0]), np.array([L, W]))
    assert found is not None and found.brier == 1 and 30 < found.log_loss < 40


def test_nothing_decided_is_no_calibration() -> None:
    assert calibration(np.array([0.5]), np.array([P])) is None


def test_honest_probabilities_are_calibrated() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.3, 0.7, 20_000)
    found = calibration(p, np.where(rng.random(20_000) < p, W, L))
    assert found is not None and len(found.bins) == 10
    assert found.error < 0.02 and abs(found.bias) < 0.01
    assert sum(one.low <= one.stated <= one.high for one in found.bins) >= 8


def test_what_cannot_be_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"won 0\.9"):
        Bin(10, 0.5, 0.9, 0.1, 0.8)
    with pytest.raises(ValueError, match="do not hold all bets"):
        Calibration((), 3, 0.1, 0.1, 0.1, 0.1)
    with pytest.raises(ValueError, match="outside its range"):
        Calibration((), 0, 1.1, 0.1, 0.1, 0.1)
