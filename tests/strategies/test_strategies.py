"""What each strategy takes and leaves, on markets made by hand."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from linehouse.backtest.engine import PastResults
from linehouse.market.view import MarketView
from linehouse.strategies import registry
from linehouse.strategies.base import Proposals
from linehouse.strategies.parameters import ParameterError
from tests.strategies.by_hand import game, outcomes, pair, view

DECIDED = game()["decision_at"]


def chosen(strategy: str, board: MarketView, /, **parameters: Any) -> Proposals:
    return registry.get(strategy).propose(board, registry.resolved(strategy, parameters), None)


def told(strategy: str, board: MarketView, /, **parameters: Any) -> list[str]:
    found = registry.resolved(strategy, parameters)
    one = registry.get(strategy)
    return list(one.explain(board, one.propose(board, found, None), found))


def bets(market: MarketView, proposals: Proposals) -> list[tuple[str, str, float]]:
    """Book, side and price of each proposal."""
    names = ("home", "away", "over", "under")
    return [
        (market.bookmaker[row], names[market.side[row]], float(market.decimal[row]))
        for row in proposals.rows
    ]


# flat


@pytest.mark.parametrize(
    ("parameters", "side", "price"),
    [
        ({}, "home", 1.8),
        ({"side": "away"}, "away", 2.1),
        ({"side": "favourite"}, "home", 1.8),
        ({"side": "underdog"}, "away", 2.1),
        ({"market": "spreads", "side": "favourite"}, "away", 1.95),
        ({"market": "spreads", "side": "underdog"}, "home", 1.87),
        ({"market": "totals", "side": "over"}, "over", 1.9),
        ({"market": "totals", "side": "under"}, "under", 1.92),
    ],
)
def test_flat_bets_its_side(parameters: dict[str, str], side: str, price: float) -> None:
    market = view(
        pair(1.8, 2.1)
        + pair(1.87, 1.95, market="spreads", point=2.5)
        + pair(1.9, 1.92, market="totals", point=220.5)
    )
    assert bets(market, chosen("flat", market, **parameters)) == [("fanduel", side, price)]


def test_flat_leaves_equal_prices_and_one_sided_markets_alone() -> None:
    assert len(chosen("flat", view(pair(1.91, 1.91)), side="favourite")) == 0
    assert len(chosen("flat", view(pair(1.91, 1.91)[:1]))) == 0


def test_flat_has_no_home_side_of_a_total() -> None:
    with pytest.raises(ParameterError, match="totals has over and under"):
        chosen("flat", view([]), market="totals")


def test_flat_at_the_best_price_bets_at_the_books_median_point() -> None:
    market = view(
        pair(1.90, 1.92, market="totals", point=220.5)
        + pair(1.95, 1.87, market="totals", point=220.5, bookmaker="betmgm")
        + pair(2.30, 1.60, market="totals", point=224.5, bookmaker="bovada")
    )
    found = chosen("flat", market, market="totals", side="over", bookmaker="best")
    assert bets(market, found) == [("betmgm", "over", 1.95)]


# arbitrage


def test_arbitrage_bets_both_legs_in_proportion() -> None:
    market = view(pair(2.15, 1.80) + pair(1.80, 2.15, bookmaker="betmgm"))
    found = chosen("arbitrage", market)
    assert bets(market, found) == [("fanduel", "home", 2.15), ("betmgm", "away", 2.15)]
    assert found.share.tolist() == [0.5, 0.5] and found.bundle.tolist() == [0, 0]
    assert "every result pays +7.50 %" in told("arbitrage", market)[0]


@pytest.mark.parametrize(
    ("lines", "parameters"),
    [
        (pair(2.01, 1.9) + pair(1.9, 2.01, bookmaker="betmgm"), {}),
        (pair(2.15, 1.45) + pair(1.80, 2.15, bookmaker="betmgm"), {}),
        (pair(2.15, 1.80) + pair(1.80, 2.15, bookmaker="betmgm"), {"bookmakers": "fanduel"}),
        (
            pair(2.15, 1.8, market="spreads", point=2.5)
            + pair(1.8, 2.15, market="spreads", point=3.5, bookmaker="betmgm"),
            {},
        ),
    ],
    ids=["half a per cent", "a hold of 13 per cent", "one book", "different points"],
)
def test_arbitrage_leaves_alone(lines: list[dict[str, Any]], parameters: dict[str, str]) -> None:
    assert len(chosen("arbitrage", view(lines), **parameters)) == 0


# public and moves


def split(tickets: float, money: float) -> list[dict[str, Any]]:
    home, away = pair(1.8, 2.1)
    home |= {"tickets_pct": tickets, "money_pct": money}
    away |= {"tickets_pct": 100 - tickets, "money_pct": 100 - money}
    return [home, away]


def test_fade_public_bets_against_most_tickets() -> None:
    market = view(split(80, 60))
    found = chosen("fade_public", market)
    assert bets(market, found) == [("fanduel", "away", 2.1)]
    assert found.confidence[0] == pytest.approx(0.5 + 0.5 * 15 / 35)
    assert "80 % of the tickets" in told("fade_public", market)[0]
    assert len(chosen("fade_public", view(split(64, 60)))) == 0
    assert len(chosen("fade_public", market, minimum_gap_pct=21)) == 0
    assert len(chosen("fade_public", market, minimum_gap_pct=20)) == 1


def signal(kind: str, side: str, minutes: float, strength: float = 0.75) -> dict[str, Any]:
    return {
        "game_id": "g1", "kind": kind, "market": "h2h", "period": "full", "side": side,
        "detected_at": DECIDED - timedelta(minutes=minutes), "strength": strength,
        "confidence": 0.8, "move_prob": 0.03,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "kind"),
    [("follow_steam", "steam"), ("reverse_line_movement", "reverse_line_movement")],
)
def test_signals_are_followed_while_fresh_strong_and_not_reversed(strategy: str, kind: str) -> None:
    lines = pair(1.8, 2.1) + pair(1.82, 2.05, bookmaker="betmgm")
    market = view(lines, signals=[signal(kind, "home", 30)])
    found = chosen(strategy, market)
    assert bets(market, found) == [("betmgm", "home", 1.82)]
    assert found.confidence[0] == pytest.approx(0.6)
    assert "30 minutes before" in told(strategy, market)[0]
    for signals in (
        [signal(kind, "home", 60 * 24)],
        [signal(kind, "home", 30, strength=0.4)],
        [signal("stale_price", "home", 30)],
    ):
        assert len(chosen(strategy, view(lines, signals=signals))) == 0
    turned = view(lines, signals=[signal(kind, "home", 30), signal(kind, "away", 10)])
    assert bets(turned, chosen(strategy, turned)) == [("fanduel", "away", 2.1)]


def test_steam_can_be_read_from_the_move_since_the_opening() -> None:
    lines = pair(1.9, 1.92, market="spreads", point=-4.5)
    lines[0] |= {"opening_point": -3.0, "opening_decimal": 1.9}
    lines[1] |= {"opening_point": 3.0, "opening_decimal": 1.92}
    market = view(lines)
    found = chosen("follow_steam", market, evidence="opening")
    assert bets(market, found) == [("fanduel", "home", 1.9)]
    assert "it opened at -3" in told("follow_steam", market, evidence="opening")[0]
    assert len(chosen("follow_steam", market, evidence="opening", minimum_move_points=2)) == 0


# combination


def test_a_combination_bets_where_enough_agree() -> None:
    market = view(split(80, 60), signals=[signal("steam", "away", 30)])
    both = {"members": "fade_public,follow_steam"}
    assert bets(market, chosen("combination", market, **both)) == [("fanduel", "away", 2.1)]
    apart = view(split(80, 60), signals=[signal("steam", "home", 30)])
    assert len(chosen("combination", apart, **both)) == 0
    # one voice each for both sides says nothing
    assert len(chosen("combination", apart, **both, minimum_agreeing=1)) == 0
    strict = {"fade_public": {"minimum_tickets_pct": 90}}
    assert len(chosen("combination", market, **both, member_parameters=strict)) == 0


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"members": "flat"}, "minimum_agreeing is 2"),
        ({"members": "combination,flat"}, "cannot be a member"),
        ({"member_parameters": {"flat": {}}}, "no members"),
        ({"members": "flat,arbitrage", "minimum_agreeing": 1}, "arbitrage"),
    ],
)
def test_members_must_fit_together(parameters: dict[str, Any], says: str) -> None:
    market = view(pair(2.15, 1.80) + pair(1.80, 2.15, bookmaker="betmgm"))
    with pytest.raises(ParameterError, match=says):
        chosen("combination", market, **parameters)


# model


def season(games: int) -> tuple[MarketView, dict[str, tuple[float, float] | str]]:
    """Two games a day; the home side wins where its figure is above 0, and the price knows not."""
    figure = np.random.default_rng(5).normal(size=games)
    listed = [
        game(f"g{n:04d}", day=n // 2, feature_home_form=figure[n], feature_away_form=0.0)
        for n in range(games)
    ]
    lines = [row for n in range(games) for row in pair(1.95, 1.95, game_id=f"g{n:04d}")]
    scores = {f"g{n:04d}": (110.0, 100.0) if figure[n] > 0 else (100.0, 110.0)
              for n in range(games)}  # fmt: skip
    return view(lines, listed), scores


def test_a_model_learns_what_decides_games_and_bets_only_after_it_has_seen_enough() -> None:
    market, scores = season(120)
    one = registry.get("model")
    parameters = registry.resolved(
        "model", {"estimator": "logistic", "minimum_games": 40, "refit_days": 10}
    )
    found = one.propose(market, parameters, PastResults(outcomes(market, scores)))
    games = market.game[found.rows]
    assert games.min() >= 40
    won = [scores[market.games.game_id[g]][0] == 110.0 for g in games]
    backed_home = market.side[found.rows] == 0
    assert len(found) > 40 and (backed_home == np.array(won)).mean() > 0.9
    assert (found.probability * market.decimal[found.rows] - 1 >= 0.05).all()
    assert "fitted on the results before that day" in one.explain(market, found, parameters)[0]


def test_a_model_that_does_not_exist_or_has_nothing_to_learn_from_is_refused() -> None:
    market, _ = season(4)
    with pytest.raises(ParameterError, match="gradient_boosting, logistic"):
        chosen("model", market, estimator="oracle")
    with pytest.raises(ParameterError, match="past results"):
        chosen("model", market)
