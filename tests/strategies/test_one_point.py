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
