"""What a claim's numbers say by themselves: each statistic by hand."""

from math import comb, sqrt

import numpy as np
import pytest

from linehouse.backtest.claims.needed import (
    ClosingScale,
    bets_even,
    bets_likely,
    needed,
)
from linehouse.backtest.claims.record import (
    Claim,
    ClaimError,
    chance_of_best,
    clopper_pearson,
    record_of,
    tried,
)

CLAIM = Claim(60.6, 422, yield_pct=15.7)


def at_least(wins: int, bets: int, rate: float) -> float:
    """Of so many wins, term by term."""
    return sum(comb(bets, k) * rate**k * (1 - rate) ** (bets - k) for k in range(wins, bets + 1))


def test_an_exact_interval_ends_where_the_record_becomes_as_rare_as_its_tail() -> None:
    low, high = clopper_pearson(7, 10)
    assert at_least(7, 10, low) == pytest.approx(0.025, abs=1e-9)
    assert 1 - at_least(8, 10, high) == pytest.approx(0.025, abs=1e-9)
    # of no wins the upper end is 1 - 0.025**(1/n), of all wins the lower one 0.025**(1/n)
    assert clopper_pearson(0, 10) == (0.0, pytest.approx(1 - 0.025**0.1))
    assert clopper_pearson(10, 10) == (pytest.approx(0.025**0.1), 1.0)
    with pytest.raises(ValueError, match="3 of 2"):
        clopper_pearson(3, 2)


def test_the_claim_by_hand() -> None:
    said = record_of(CLAIM)
    assert (said.wins, said.bets) == (256, 422)
    assert said.break_even == pytest.approx(110 / 210)
    # 0.606 * (1 + 100/110) - 1
    assert (
        said.implied_yield == pytest.approx(0.606 * 21 / 11 - 1) == pytest.approx(0.1569, abs=1e-4)
    )
    assert said.chance_coin == pytest.approx(at_least(256, 422, 0.5), rel=1e-9)
    assert said.chance_break_even == pytest.approx(at_least(256, 422, 110 / 210), rel=1e-9)
    assert at_least(256, 422, said.exact_low) == pytest.approx(0.025, abs=1e-9)
    assert said.yield_low == pytest.approx(said.exact_low * 21 / 11 - 1)
    assert said.wilson_low < 0.606 < said.wilson_high


def test_what_no_whole_number_of_wins_makes_is_said() -> None:
    """255 of 422 are 60.43 %, 256 are 60.66 %: neither is told as 60.6; 255 of 421 are 60.57 %."""
    said = record_of(CLAIM)
    assert (said.fits, said.nearest_that_fits) == (False, 421)
    # and 15.7 % is the rounded rate at -110: 255 of 421 yield 15.63 %
    assert said.yield_from_rate and said.yield_fits is not None and said.yield_fits < 421
    wins = round(0.606 * said.yield_fits)
    assert round(100 * wins / said.yield_fits, 1) == 60.6
    assert round(100 * (wins / said.yield_fits * 21 / 11 - 1), 1) == 15.7
    assert record_of(Claim(60.0, 100)).fits and record_of(Claim(60.0, 100)).yield_from_rate is None
    assert record_of(Claim(60.0, 100, yield_pct=20.0)).yield_from_rate is False


def test_the_best_of_many_rules_by_hand() -> None:
    """One in ten, three times: 1 - 0.9**3 = 0.271."""
    assert chance_of_best(0.1, 3) == pytest.approx(0.271)
    assert chance_of_best(1e-12, 100) == pytest.approx(1e-10), "small chances are not lost"
    said = record_of(CLAIM)
    rows = tried(said, share_independent=0.1)
    assert [one.rules for one in rows] == [1, 10, 100, 1_000, 10_000]
    assert rows[0].independent == pytest.approx(said.chance_coin)
    assert rows[3].as_measured == pytest.approx(rows[2].independent), "1,000 alike are worth 100"
    assert rows[0].as_measured == rows[0].independent, "one rule is one rule"


def test_bets_that_are_needed_by_hand() -> None:
    """(1.96 / 0.05)**2 * 0.6 * 0.4 = 368.8 for 60 % against 55 %."""
    assert bets_even(0.6, 0.55) == 369
    number = bets_likely(0.6, 0.5)
    # the fewest wins that are rarer than 2.5 % for a coin, and how often 60 % gets them
    wins = next(k for k in range(number + 1) if at_least(k, number, 0.5) < 0.025)
    assert at_least(wins, number, 0.6) >= 0.8
    # by the normal approximation (1.96 * 0.5 + 0.8416 * sqrt(0.24))**2 / 0.1**2 = 194
    approximately = ((1.959964 * 0.5 + 0.841621 * sqrt(0.24)) / 0.1) ** 2
    assert number == pytest.approx(approximately, rel=0.05)
    with pytest.raises(ValueError, match="does not beat"):
        bets_likely(0.5, 0.5238)


def test_points_at_the_close_by_hand() -> None:
    """Of four games that ended 1.5, 0.5, -0.5 and -1.5 off the line, one point more wins three on
    either side; one and a half lose one and push one."""
    scale = ClosingScale(4, np.array([1.5, 0.5, -0.5, -1.5]), np.array([1.0, -1.0, 2.0, -2.0]))
    assert scale.rate(0) == 0.5 and scale.rate(1) == 0.75
    assert scale.rate(1.5) == 1.0, "three won and one pushed on either side"
    assert scale.points(0.75) == pytest.approx(1.0) and scale.points(0.5) == 0
    assert scale.move_spread == pytest.approx(sqrt(10 / 3))


def test_the_close_shows_an_edge_sooner_than_results() -> None:
    rng = np.random.default_rng(1)
    scale = ClosingScale(9000, rng.normal(0, 12, 9000), rng.normal(0, 1.5, 9000))
    rows = needed(0.606, 21 / 11, scale)
    assert [round(one.rate, 3) for one in rows] == [0.53, 0.54, 0.55, 0.57, 0.606]
    for one in rows:
        assert one.closing_bets is not None and one.closing_bets < one.bets_likely / 20
    assert [one.bets_likely for one in rows] == sorted(
        (one.bets_likely for one in rows), reverse=True
    )
    assert needed(0.5, 21 / 11, None)[0].closing_bets is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"win_pct": 0}, "between 0 and 100"),
        ({"bets": 5}, "fewer than 20"),
        ({"market": "h2h"}, "spreads and totals"),
        ({"price_american": -11}, "no American price"),
    ],
)
def test_what_cannot_be_claimed_is_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ClaimError, match=said):
        Claim(**{"win_pct": 60.6, "bets": 422, **wrong})  # type: ignore[arg-type]
