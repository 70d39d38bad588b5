"""The best of a family of filters: by hand, and against what luck does."""

from math import log
from statistics import NormalDist

import numpy as np
import pytest

from linehouse.backtest.claims.afterwards import afterwards
from linehouse.backtest.claims.filters import Family, family_of
from linehouse.backtest.claims.search import (
    best,
    independent_rules,
    mirrored,
    reached,
    whole,
    windows,
)
from linehouse.backtest.claims.sides import sides_of
from linehouse.backtest.claims.stretch import anywhere
from tests.backtest.asking import rules
from tests.backtest.claimed_league import PLANTED, claimed_league

START = np.datetime64("2026-01-01")


def by_hand(won: list[list[int]], decided: list[list[int]]) -> Family:
    """One filter a column, one day a row, two games a day."""
    w, n = np.array(won, dtype=float), np.array(decided, dtype=float)
    days = START + np.arange(len(w))
    names = tuple("abc"[: w.shape[1]])
    return Family(names, {}, days, np.full(len(w), 2), 2 * w - n, n, np.zeros_like(w))


def test_windows_are_whole_days_and_the_rest_is_in_none() -> None:
    assert windows(np.array([3, 2, 4, 1, 5]), 5).tolist() == [0, 2, 4, 5]
    assert windows(np.array([3, 1]), 5).tolist() == [0]


def test_the_best_has_enough_bets_and_of_equal_rates_the_most() -> None:
    won, decided = np.array([[2.0, 6, 3]]), np.array([[2.0, 8, 4]])
    assert best(won, decided, 1).filter.tolist() == [0]
    found = best(won, decided, 4)
    assert (found.filter[0], found.rate[0], found.bets[0]) == (1, 0.75, 8)
    nothing = best(won, decided, 9)
    assert nothing.filter[0] == -1 and np.isnan(nothing.rate[0])


def test_a_mirrored_day_turns_all_its_bets() -> None:
    family = by_hand([[2, 1], [2, 0]], [[2, 2], [2, 2]])
    nets = {
        tuple(row) for _, net in mirrored(family, np.array([0, 2]), 1, 400) for row in net.tolist()
    }
    # net by day: (2, 0) and (2, -2), each with either sign
    assert nets == {(4, -2), (0, 2), (0, -2), (-4, 2)}


def test_independent_rules_of_a_median_by_hand() -> None:
    """The best of two coins has its median where Phi(m)**2 is one half: Phi(m) = 0.7071."""
    assert independent_rules(NormalDist().inv_cdf(0.5**0.5)) == pytest.approx(2)
    assert independent_rules(-1.0) == 1
    assert independent_rules(2.0) == pytest.approx(log(0.5) / log(NormalDist().cdf(2.0)))


def test_the_best_stretch_by_hand() -> None:
    family = by_hand([[1], [0], [2], [2], [0]], [[1], [1], [2], [2], [1]])
    found = anywhere(family, 0.9, 4, seed=1, draws=50)
    assert found is not None
    assert (found.rate, found.begins, found.ends) == (1.0, "2026-01-03", "2026-01-04")
    assert anywhere(family, 0.9, 8, seed=1, draws=50) is None


def test_a_choice_is_bet_on_the_games_that_follow_by_hand() -> None:
    # windows of a day: a is best on the first, b on the second
    family = by_hand([[2, 1], [0, 2], [2, 1]], [[2, 2], [2, 2], [2, 2]])
    found = afterwards(family, 2, 1, 2.0, seed=1, how="rate")
    assert [(one.name, one.before_rate, one.after_rate) for one in found.steps] == [
        ("a", 1.0, 0.0), ("b", 1.0, 0.5),
    ]  # fmt: skip
    assert (found.bets, found.rate, found.yield_) == (4, 0.25, -0.5)
    # over all games before: a leads after one day, b after two
    errors = afterwards(family, 2, 1, 2.0, seed=1, how="errors")
    assert [one.name for one in errors.steps] == ["a", "b"]
    assert [one.before_bets for one in errors.steps] == [2, 4]


def test_a_filter_holds_the_bets_that_its_name_says() -> None:
    view, outcomes = claimed_league(60, seed=3)
    sides, scale = sides_of(view, outcomes, rules(), "spreads")
    assert len(sides) == 2 * 60 * 8 and sides.games == scale.games == 480
    family = family_of(sides)
    assert len(set(family.names)) == len(family)
    tired = view.games.features["away_rest_days"] == 0
    margin = outcomes.games.home_score - outcomes.games.away_score
    point = view.point[view.side == 0]
    at = family.names.index(PLANTED)
    assert family.decided[:, at].sum() == tired.sum()
    assert family.won[:, at].sum() == (tired & (margin + point > 0)).sum()
    moved = view.opening_point[view.side == 0] - point
    both = tired & (moved >= 1)
    at = family.names.index("home, line moved its way by 1 or more, opponent played the day before")
    assert family.decided[:, at].sum() == both.sum()
    # of both sides of a game one wins
    home, away = family.names.index("home"), family.names.index("away")
    assert (family.net[:, home] == -family.net[:, away]).all()


def test_without_edge_the_real_games_are_one_more_draw() -> None:
    """The chance of the best lies anywhere from 0 to 1: in 30 leagues about a tenth below 0.1."""
    chances = []
    for seed in range(30):
        view, outcomes = claimed_league(50, seed)
        family = family_of(sides_of(view, outcomes, rules(), "spreads")[0])
        found = whole(family, 60, seed, draws=100)
        assert found is not None
        assert 1 <= found.independent <= found.filters
        chances.append(found.chance)
    assert sum(one < 0.1 for one in chances) <= 8
    assert 0.3 < float(np.mean(chances)) < 0.7


def test_small_windows_reach_a_claim_and_large_ones_do_not() -> None:
    view, outcomes = claimed_league(700, seed=5)
    family = family_of(sides_of(view, outcomes, rules(), "spreads")[0])
    small = reached(family, 0.606, 422, 52, seed=1, draws=60)
    large = reached(family, 0.606, 2400, 422, seed=1, draws=60)
    assert small.windows == 13 and small.reached >= 11 and (small.null_share or 0) > 0.95
    assert large.reached == 0 and large.null_share is not None and large.null_share < 0.05
    assert small.best_median == pytest.approx(small.null_median, abs=0.05)
