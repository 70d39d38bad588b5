"""Strategies that take the best of several prices take it at one point."""

from datetime import timedelta
from typing import Any

import pytest

from linehouse.strategies import registry
from tests.strategies.by_hand import game, pair, view

DECIDED = game()["decision_at"]


def signal(kind: str) -> dict[str, Any]:
    return {
        "game_id": "g1", "kind": kind, "market": "spreads", "period": "full", "side": "away",
        "detected_at": DECIDED - timedelta(minutes=20), "strength": 0.9, "confidence": 0.8,
        "move_prob": 0.03,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "kind", "parameters"),
    [
        ("fade_public", "none", {}),
        ("follow_steam", "steam", {}),
        ("follow_steam", "none", {"evidence": "opening"}),
        ("reverse_line_movement", "reverse_line_movement", {}),
    ],
)
def test_the_price_is_the_best_at_the_books_median_point(
    strategy: str, kind: str, parameters: dict[str, str]
) -> None:
    # away +3 at 1.91 and 1.95; the +1 of one book at 2.15 is the worst number of all
    lines = [
        *pair(1.91, 1.91, market="spreads", point=-3.0),
        *pair(1.87, 1.95, market="spreads", point=-3.0, bookmaker="draftkings"),
        *pair(1.70, 2.15, market="spreads", point=-1.0, bookmaker="betmgm"),
    ]
    for place, row in enumerate(lines):
        away = place % 2 == 1
        row |= {"tickets_pct": 20 if away else 80, "money_pct": 50}
        row |= {"opening_point": 6.0 if away else -6.0, "opening_decimal": 1.91}
    market = view(lines, signals=[signal(kind)])
    found = registry.get(strategy).propose(market, registry.resolved(strategy, parameters), None)
    assert [(market.point[row], market.decimal[row]) for row in found.rows] == [(3.0, 1.95)]


def test_where_books_have_moved_apart_nothing_is_followed() -> None:
    lines = [
        *pair(1.91, 1.91, market="totals", point=220.5),
        *pair(1.95, 1.87, market="totals", point=220.5, bookmaker="draftkings"),
    ]
    for row, opened in zip(lines, (218.0, 218.0, 223.0, 223.0), strict=True):
        row |= {"opening_point": opened, "opening_decimal": 1.91}
    market = view(lines)
    parameters = registry.resolved("follow_steam", {"evidence": "opening"})
    assert not len(registry.get("follow_steam").propose(market, parameters, None))


def test_points_are_told_apart_to_a_hundredth_and_in_no_other_market() -> None:
    market = view(
        pair(1.9, 1.9, market="totals", point=9.5)
        + pair(2.3, 1.7, market="totals", point=9.6, bookmaker="betmgm")
        + pair(1.9, 1.9, market="totals", point=2048.0, bookmaker="bovada")
        + pair(1.9, 1.9, market="totals", point=0.0, period="h1", bookmaker="bovada")
    )
    assert len(set(market.pair_key.tolist())) == 4 and len(set(market.line_key.tolist())) == 8
    assert market.other.tolist() == [at + 1 - 2 * (at % 2) for at in range(8)]


# arbitrage: two books, looked at together


def legs(lines: list[dict[str, Any]], **parameters: Any) -> list[tuple[str, float]]:
    market = view(lines)
    found = registry.get("arbitrage").propose(
        market, registry.resolved("arbitrage", parameters), None
    )
    return [(market.bookmaker[row], market.decimal[row]) for row in found.rows]


def test_one_book_that_pays_too_much_on_both_sides_is_no_arbitrage() -> None:
    alone = pair(2.15, 2.15)
    assert legs(alone) == []
    # another book completes it: the better of its two sides is taken
    assert legs(alone + pair(1.80, 2.10, bookmaker="betmgm")) == [
        ("fanduel", 2.15), ("betmgm", 2.10),
    ]  # fmt: skip
    assert legs(alone + pair(2.10, 1.80, bookmaker="betmgm")) == [
        ("betmgm", 2.10), ("fanduel", 2.15),
    ]  # fmt: skip


def test_a_book_whose_hold_is_not_known_is_left_alone() -> None:
    home, away = pair(2.15, 1.80)[0], pair(1.80, 2.15, bookmaker="betmgm")[1]
    assert legs([home, away]) == []


def test_prices_that_were_seen_far_apart_are_no_arbitrage() -> None:
    both = pair(2.15, 1.80) + pair(1.80, 2.15, bookmaker="betmgm")
    for row, minutes in zip(both, (5, 5, 25, 25), strict=True):
        row["observed_at"] = DECIDED - timedelta(minutes=minutes)
    assert legs(both) == []
    assert len(legs(both, maximum_apart_minutes=20)) == 2
