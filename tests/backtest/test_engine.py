"""Bankrolls that can be followed by hand: stakes, days, results, limits."""

from typing import Any

import numpy as np
import pytest

from linehouse.backtest.limits import LimitError, Limits
from linehouse.backtest.verdicts import Verdict
from linehouse.betting.settlement import Result
from linehouse.betting.staking import Staking
from linehouse.market.view import MarketView
from linehouse.strategies.base import Proposals
from tests.backtest.asking import simulated
from tests.strategies.by_hand import NOON, game, outcomes, pair, view

WON, LOST = (110.0, 100.0), (100.0, 110.0)


def homes(market: MarketView) -> list[int]:
    return np.flatnonzero(market.side == 0).tolist()


def evenings(*days: int, decimal: float = 2.0, **changes: Any) -> MarketView:
    """One game on each of these days, at even money both ways."""
    names = [f"g{number}" for number in range(len(days))]
    games = [game(name, day=day, **changes) for name, day in zip(names, days, strict=True)]
    return view([row for name in names for row in pair(decimal, decimal, game_id=name)], games)


def test_a_percentage_follows_the_bankroll_from_day_to_day_and_not_within_one() -> None:
    # day 0: two bets of 10 % of 100, won and lost at 3.0: 100 + 20 - 10 = 110; day 1: 11
    market = evenings(0, 0, 1, decimal=3.0)
    results = outcomes(market, {"g0": WON, "g1": LOST, "g2": WON})
    found = simulated(market, results, homes(market), staking=Staking("percentage", 0.1))
    assert found.path.stake.tolist() == pytest.approx([10, 10, 11])
    assert found.path.available.tolist() == pytest.approx([100, 100, 110])
    assert found.bankroll_after.tolist() == pytest.approx([120, 110, 132])
    assert found.metrics.profit == pytest.approx(32)


def test_a_quarter_of_kelly_by_hand() -> None:
    # p 0.6 at 2.0: f = (0.6 - 0.4)/1 = 0.2, a quarter 0.05
    market = evenings(0, 1)
    results = outcomes(market, {"g0": LOST, "g1": WON})
    found = simulated(market, results, homes(market), staking=Staking())
    assert found.path.stake.tolist() == pytest.approx([5, 4.75])
    assert found.metrics.final_bankroll == pytest.approx(99.75)


def test_what_is_worth_nothing_is_not_bet() -> None:
    market = evenings(0)
    results = outcomes(market, {"g0": WON})
    found = simulated(market, results, homes(market), staking=Staking(), probability=0.4)
    assert found.verdicts() == {"no_edge": 1} and found.metrics.bets == 0


def test_flat_stakes_all_at_once_are_those_of_day_after_day() -> None:
    rng = np.random.default_rng(3)
    days = sorted(rng.integers(0, 40, 200).tolist())
    market = evenings(*days)
    scores = {f"g{n}": WON if rng.random() < 0.5 else LOST for n in range(190)}
    results = outcomes(market, scores)
    quick = simulated(market, results, homes(market), bankroll=5000.0)
    # a limit that never binds takes the way through the days
    slow = simulated(market, results, homes(market), bankroll=5000.0, limits=Limits(drawdown=0.999))
    for name in ("stake", "verdict", "available"):
        assert np.allclose(getattr(quick.path, name), getattr(slow.path, name)), name
    assert quick.metrics == slow.metrics


@pytest.mark.parametrize("limits", [None, Limits(per_day=1.0)])
def test_no_bet_that_the_bankroll_cannot_pay(limits: Limits | None) -> None:
    # 25 units: two bets of 10 on day 0, both lost; 5 are left on day 1
    market = evenings(0, 0, 0, 1)
    results = outcomes(market, dict.fromkeys(("g0", "g1", "g2", "g3"), LOST))
    found = simulated(market, results, homes(market), bankroll=25.0, limits=limits)
    verdicts = [Verdict(one).name for one in found.path.verdict]
    assert verdicts == ["PLACED", "PLACED", "UNAFFORDABLE", "UNAFFORDABLE"]
    assert found.metrics.final_bankroll == 5


def test_bets_stay_paid_while_they_are_open() -> None:
    # both games are played on day 3 and bet on day 0 and 1; the stakes are away until day 4
    market = view(
        pair(2.0, 2.0, game_id="g0") + pair(2.0, 2.0, game_id="g1") + pair(2.0, 2.0, game_id="g2"),
        [
            game("g0", day=3, decision_at=NOON),
            game("g1", day=3, decision_at=NOON + np.timedelta64(1, "D").item()),
            game("g2", day=4),
        ],
    )
    results = outcomes(market, {"g0": WON, "g1": WON, "g2": WON})
    found = simulated(market, results, homes(market), staking=Staking("percentage", 0.5))
    assert found.path.stake.tolist() == pytest.approx([50, 25, 87.5])
    assert found.path.available.tolist() == pytest.approx([100, 50, 175])


def test_pushes_and_voids_are_bets_and_open_ones_are_counted_apart() -> None:
    market = evenings(0, 0, 0, 0)
    results = outcomes(market, {"g0": (100.0, 100.0), "g1": "cancelled", "g2": WON})
    found = simulated(market, results, homes(market))
    by_game = dict(zip(market.games.game_id[found.wagers.game], found.settlement.result,
                       strict=True))  # fmt: skip
    assert by_game == {
        "g0": Result.PUSH, "g1": Result.VOID, "g2": Result.WON, "g3": Result.OPEN,
    }  # fmt: skip
    figures = found.metrics
    assert (figures.bets, figures.pushed, figures.voided, figures.won) == (3, 1, 1, 1)
    assert (figures.turnover, figures.profit) == (30, 10)
    assert len(found.placed) == 4 and np.isnan(found.bankroll_after).sum() == 1


def test_a_total_is_settled_by_points() -> None:
    market = view(pair(1.9, 2.0, market="totals", point=210.0))
    for score, result in (((105.0, 105.0), "PUSH"), ((106.0, 105.0), "WON"), (LOST, "PUSH"),
                          ((100.0, 109.0), "LOST")):  # fmt: skip
        found = simulated(market, outcomes(market, {"g1": score}), [0])
        assert Result(found.settlement.result[0]).name == result


LIMITS = [
    (Limits(per_bet=0.09), ["LIMIT_PER_BET"] * 4),
    (Limits(per_day=0.25), ["PLACED", "PLACED", "LIMIT_PER_DAY", "LIMIT_PER_DAY"]),
    (Limits(per_game=0.1), ["PLACED", "LIMIT_PER_GAME", "PLACED", "LIMIT_PER_GAME"]),
    (Limits(per_book=0.15), ["PLACED", "PLACED", "LIMIT_PER_BOOK", "LIMIT_PER_BOOK"]),
]


@pytest.mark.parametrize(("limits", "verdicts"), LIMITS)
def test_a_limit_vetoes_and_says_which_it_was(limits: Limits, verdicts: list[str]) -> None:
    lines = [
        row
        for name in ("g0", "g1")
        for book in ("betmgm", "fanduel")
        for row in pair(2.0, 2.0, game_id=name, bookmaker=book)
    ]
    market = view(lines, [game("g0"), game("g1")])
    results = outcomes(market, {"g0": WON, "g1": WON})
    found = simulated(market, results, homes(market), limits=limits)
    assert [Verdict(one).name for one in found.path.verdict] == verdicts


def test_a_drawdown_stops_everything_after_it() -> None:
    market = evenings(0, 1, 2, 3)
    results = outcomes(market, {"g0": LOST, "g1": LOST, "g2": WON, "g3": WON})
    found = simulated(market, results, homes(market), limits=Limits(drawdown=0.2))
    assert [Verdict(one).name for one in found.path.verdict] == [
        "PLACED", "PLACED", "DRAWDOWN_STOP", "DRAWDOWN_STOP",
    ]  # fmt: skip
    assert found.metrics.final_bankroll == 80


def test_a_stop_holds_when_an_open_bet_wins_it_all_back() -> None:
    lines = [row for n in range(3) for row in pair(2.0, 2.0, game_id=f"g{n}")]
    games = [game("g0"), game("g1", day=1, decision_at=NOON), game("g2", day=3)]
    market = view(
        [*lines[:2], *pair(9.0, 1.1, game_id="g1"), *pair(2.0, 2.0, game_id="g3"), *lines[4:]],
        [*games, game("g3", day=1)],
    )
    late = outcomes(market, {"g0": LOST, "g1": WON, "g2": WON, "g3": WON})
    found = simulated(market, late, homes(market), limits=Limits(drawdown=0.1))
    by_game = dict(zip(market.games.game_id[found.wagers.game], found.path.verdict, strict=True))
    assert {name: Verdict(one).name for name, one in by_game.items()} == {
        "g0": "PLACED", "g1": "PLACED", "g3": "DRAWDOWN_STOP", "g2": "DRAWDOWN_STOP",
    }  # fmt: skip
    assert found.metrics.final_bankroll == 170


def test_a_stop_sees_the_days_between_days_of_bets() -> None:
    # 100, won to 180 on day 1, lost to 140 on day 2: a fall of 22 % before the bet of day 4
    market = view(
        pair(3.0, 1.4, game_id="g0") + pair(2.0, 2.0, game_id="g1") + pair(2.0, 2.0, game_id="g2"),
        [
            game("g0", day=1, decision_at=NOON),
            game("g1", day=2, decision_at=NOON),
            game("g2", day=4),
        ],
    )
    results = outcomes(market, {"g0": WON, "g1": LOST, "g2": WON})
    for limit, last in ((0.2, "DRAWDOWN_STOP"), (0.23, "PLACED")):
        found = simulated(
            market, results, homes(market), staking=Staking("percentage", 0.4),
            limits=Limits(drawdown=limit),
        )  # fmt: skip
        assert Verdict(found.path.verdict[2]).name == last
        assert (found.metrics.max_drawdown < limit) == (last == "PLACED")


@pytest.mark.parametrize("value", [0, -0.1, 1.5, float("nan")])
def test_what_is_no_limit_is_refused(value: float) -> None:
    with pytest.raises(LimitError, match="limit per_bet is"):
        Limits(per_bet=value)


def both_legs(share: float = 0.5) -> tuple[MarketView, Proposals]:
    market = view(pair(2.1, 1.8) + pair(1.8, 2.1, bookmaker="betmgm"))
    rows = np.array([
        int(np.flatnonzero((market.bookmaker == book) & (market.side == side))[0])
        for book, side in (("fanduel", 0), ("betmgm", 1))
    ])  # fmt: skip
    unstated = np.full(2, np.nan)
    return market, Proposals(
        rows, unstated, np.ones(2), np.array([share, 1 - share]), np.zeros(2, dtype=np.int64)
    )


def test_an_arbitrage_is_paid_from_one_outlay_and_earns_the_same_either_way() -> None:
    market, legs = both_legs()
    for score in (WON, LOST):
        found = simulated(market, outcomes(market, {"g1": score}), legs, staking=Staking())
        assert found.path.stake.tolist() == pytest.approx([12.5, 12.5])
        assert found.metrics.profit == pytest.approx(1.25)


def test_a_maximum_scales_both_legs_and_a_veto_of_one_takes_the_other() -> None:
    market, legs = both_legs(0.75)
    results = outcomes(market, {"g1": WON})
    found = simulated(market, results, legs, staking=Staking(maximum=6.0))
    assert sorted(found.path.stake.tolist()) == pytest.approx([2, 6])
    found = simulated(market, results, legs, limits=Limits(per_bet=0.05))
    assert set(found.verdicts()) == {"limit_per_bet", "other_leg"} and not found.placed.size


def test_bets_where_none_are_allowed_are_refused() -> None:
    market = view(pair(2.0, 2.0, allowed=False))
    with pytest.raises(ValueError, match="no bets are allowed"):
        simulated(market, outcomes(market, {}), [0])


def test_the_order_of_proposals_does_not_matter() -> None:
    market = evenings(0, 0, 0, 1)
    results = outcomes(market, {"g0": WON, "g1": LOST, "g2": WON, "g3": LOST})
    rows = homes(market)
    one = simulated(market, results, rows, staking=Staking())
    other = simulated(market, results, rows[::-1], staking=Staking())
    assert one.path.stake.tolist() == other.path.stake.tolist()
    assert one.metrics == other.metrics
