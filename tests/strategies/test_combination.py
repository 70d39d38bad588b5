"""Combinations: who agrees, at which line, and whose probability is told."""

from typing import Any

import pytest

from linehouse.market.view import MarketView
from linehouse.strategies import registry
from linehouse.strategies.base import Proposals
from tests.backtest.asking import asked
from tests.strategies.by_hand import outcomes, pair, view

SPREAD_OF_HOME = {"flat": {"market": "spreads", "side": "home"}}


def chosen(board: MarketView, /, **parameters: Any) -> Proposals:
    return registry.get("combination").propose(
        board, registry.resolved("combination", parameters), None
    )


def two_points() -> MarketView:
    """Sharp books make -3 even; DraftKings pays 2.10 there, FanDuel 2.60 for -7."""
    lines = [
        row
        for book in ("pinnacle", "circasports")
        for row in pair(2.0, 2.0, market="spreads", point=-3.0, bookmaker=book)
    ]
    lines += pair(2.10, 1.75, market="spreads", point=-3.0, bookmaker="draftkings")
    lines += pair(2.60, 1.50, market="spreads", point=-7.0, bookmaker="fanduel")
    return view(lines)


@pytest.mark.parametrize("members", ["positive_ev,flat", "flat,positive_ev"])
def test_a_probability_is_told_of_the_line_that_it_was_stated_for(members: str) -> None:
    market = two_points()
    found = chosen(market, members=members, member_parameters=SPREAD_OF_HOME)
    (row,) = found.rows.tolist()
    assert (market.bookmaker[row], market.point[row], market.decimal[row]) == (
        "draftkings", -3.0, 2.10,
    )  # fmt: skip
    assert found.probability[0] == pytest.approx(0.5)
    # the home side wins by five: -3 is won, -7 would have been lost
    run = asked(
        market, outcomes(market, {"g1": (105.0, 100.0)}), "combination",
        parameters={"members": members, "member_parameters": SPREAD_OF_HOME},
    )  # fmt: skip
    assert [(bet["point"], bet["result"]) for bet in run.bets] == [(-3.0, "won")]
    assert run.bets[0]["ev_pct"] == pytest.approx(5.0)


def test_probabilities_are_averaged_within_a_line_alone() -> None:
    market = two_points()
    both = {"members": "flat,positive_ev", "minimum_agreeing": 1}
    found = chosen(market, **both, member_parameters=SPREAD_OF_HOME)
    assert market.point[found.rows].tolist() == [-3.0] and found.probability.tolist() == [0.5]


def test_without_any_probability_members_at_one_line_outvote_a_higher_price_elsewhere() -> None:
    lines = pair(1.91, 1.91, market="spreads", point=-3.0, bookmaker="betmgm")
    lines += pair(1.90, 1.92, market="spreads", point=-3.0, bookmaker="draftkings")
    lines += pair(2.60, 1.50, market="spreads", point=-7.0, bookmaker="fanduel")
    for number, row in enumerate(lines):
        row |= {"tickets_pct": 20 if number % 2 == 0 else 80}
    market = view(lines)
    found = chosen(market, members="fade_public,flat", member_parameters=SPREAD_OF_HOME)
    assert market.decimal[found.rows].tolist() == [1.91]


def test_members_without_probabilities_are_staked_flat() -> None:
    market = view(pair(2.0, 1.8))
    won = outcomes(market, {"g1": (110.0, 100.0)})
    for members in ("flat,fade_public", "fade_public,follow_steam"):
        run = asked(market, won, "combination", parameters={"members": members})
        assert run.request["sizing"] == "flat"


def test_a_bet_for_which_no_member_states_a_probability_is_no_bet_of_kelly() -> None:
    market = view(pair(2.0, 1.8))
    run = asked(
        market, outcomes(market, {"g1": (110.0, 100.0)}), "combination",
        parameters={"members": "flat,positive_ev", "minimum_agreeing": 1},
    )  # fmt: skip
    assert run.request["sizing"] == "kelly"
    assert run.skipped == {"no_probability": 1} and not run.bets
