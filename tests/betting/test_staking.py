"""Stakes by hand: each rule, each limit, and what a bankroll cannot pay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.betting.odds import InvalidOddsError
from linehouse.betting.staking import Sizing, StakeNote, Stakes, Staking
from tests.betting.properties import quick

P, D = [0.6, 0.5], [2.0, 1.9]


def stakes(staking: Staking, bankroll: float = 1000, p: list[float] = P, d: list[float] = D):  # type: ignore[no-untyped-def]
    found = staking.stakes(bankroll, p, d)
    return found.amounts.tolist(), [StakeNote(note).name.lower() for note in found.notes]


def test_each_rule_by_hand() -> None:
    assert stakes(Staking(Sizing.FLAT, 10)) == ([10, 10], ["as_ruled", "as_ruled"])
    assert stakes(Staking(Sizing.PERCENTAGE, 0.02)) == ([20, 20], ["as_ruled", "as_ruled"])
    amounts, notes = stakes(Staking(Sizing.KELLY, 0.25))
    assert amounts == pytest.approx([50, 0])  # a quarter of 20 %
    assert notes == ["as_ruled", "no_edge"]


def test_the_default_is_a_quarter_of_kelly() -> None:
    assert Staking() == Staking(Sizing.KELLY, 0.25)
    assert Staking("kelly", 0.25).sizing is Sizing.KELLY  # type: ignore[arg-type]


def test_kelly_stakes_nothing_on_what_has_no_probability() -> None:
    amounts, notes = stakes(Staking(), p=[float("nan"), 0.6], d=[2.0, 2.0])
    assert amounts == pytest.approx([0, 50]) and notes == ["no_probability", "as_ruled"]
    assert stakes(Staking("flat", 10), p=[float("nan")] * 2)[1] == ["as_ruled"] * 2


def test_a_stake_is_cut_to_the_maximum_and_never_raised_to_the_minimum() -> None:
    rule = Staking(Sizing.KELLY, 1.0, minimum=30, maximum=150)
    amounts, notes = stakes(rule, p=[0.6, 0.51, 0.55], d=[2.0, 2.0, 2.0])
    assert amounts == pytest.approx([150, 0, 100])
    assert notes == ["cut_to_maximum", "below_minimum", "as_ruled"]


def test_a_stake_of_just_the_minimum_or_the_maximum_is_as_ruled() -> None:
    for bounds in ((20, 100), (5, 20)):
        assert stakes(Staking(Sizing.FLAT, 20, *bounds))[1] == ["as_ruled", "as_ruled"]


def test_what_the_bankroll_cannot_pay_is_not_placed() -> None:
    amounts, notes = stakes(Staking(Sizing.FLAT, 40), 100, [0.5] * 3, [2.0] * 3)
    assert (amounts, notes) == ([40, 40, 0], ["as_ruled", "as_ruled", "unaffordable"])
    assert stakes(Staking(Sizing.FLAT, 40), 0)[1] == ["unaffordable"] * 2
    assert stakes(Staking(Sizing.PERCENTAGE, 0.5), 0)[1] == ["no_edge"] * 2


def test_shares_placed_together_are_scaled_down_to_the_cap() -> None:
    amounts, _ = stakes(Staking(Sizing.KELLY, 1.0, cap=0.5), p=[0.8, 0.7], d=[2.0, 2.0])
    assert amounts == pytest.approx([300, 200])  # 60 % and 40 % into 50 %
    amounts, notes = stakes(Staking(Sizing.FLAT, 300, cap=0.5), p=P, d=D)
    assert (amounts, notes) == ([300, 0], ["as_ruled", "unaffordable"])


@quick
@given(
    st.sampled_from(list(Sizing)), st.floats(0.01, 1), st.floats(0, 50), st.floats(50, 500),
    st.floats(0.1, 1), st.floats(0, 2000),
    st.lists(st.tuples(st.floats(0, 1), st.floats(1.01, 20)), min_size=1, max_size=20),
)  # fmt: skip
def test_limits_hold_whatever_is_bet(
    sizing: Sizing, size: float, minimum: float, maximum: float, cap: float, bankroll: float,
    bets: list[tuple[float, float]],
) -> None:  # fmt: skip
    rule = Staking(sizing, size * (100 if sizing is Sizing.FLAT else 1), minimum, maximum, cap)
    found = rule.stakes(bankroll, [p for p, _ in bets], [d for _, d in bets])
    placed = found.amounts[found.amounts > 0]
    assert ((placed >= minimum) & (placed <= maximum)).all()
    assert placed.sum() <= cap * bankroll * (1 + 1e-9)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"size": 0}, "a stake of 0"),
        ({"size": 1.5}, "kelly of 1.5"),
        ({"minimum": 10, "maximum": 5}, "no range"),
        ({"cap": 0}, "a cap of 0"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(InvalidOddsError, match=message):
        Staking(**wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidOddsError, match="bankroll"):
        Staking().stakes(-1, P, D)
    with pytest.raises(ValueError, match="no_such_rule"):
        Staking("no_such_rule")  # type: ignore[arg-type]


def test_stakes_that_cannot_be_right_cannot_be_made() -> None:
    for amounts, notes, message in (
        ([60.0, 60.0], [0, 0], "from a bankroll of 100"),
        ([0.0], [0], "has a stake"),
        ([10.0], [StakeNote.NO_EDGE], "has a stake"),
        ([-1.0], [0], "not negative"),
        ([1.0], [0, 0], "one note a stake"),
    ):
        with pytest.raises(ValueError, match=message):
            Stakes(100, np.array(amounts), np.array(notes, dtype=np.int8))
