"""Which prices the positive EV strategy takes, and which it leaves alone."""

from datetime import timedelta
from typing import Any

import pytest

from linehouse.strategies import registry
from linehouse.strategies.card import propose
from tests.strategies.by_hand import game, line, view

SHARP = {"h2h": ("home", "away"), "spreads": ("home", "away"), "totals": ("over", "under")}
DECIDED = game()["decision_at"]


def opportunity(**changes: Any) -> dict[str, Any]:
    """A retail price, with what the sharp books make of it."""
    return {**line("home", 2.15), "sharp_prob": 0.5, "sharps": 2, "quality": 1.0, **changes}


def proposed(*rows: dict[str, Any], **parameters: Any) -> list[Any]:
    """Bets on retail prices; sharp books stand beside them at prices without margin."""
    lines, seen = [], set()
    for row in rows:
        own = {name: value for name, value in row.items() if name not in ("sharp_prob", "sharps")}
        lines.append(own)
        market, point = row["market"], row.get("point")
        key = (market, row.get("period"), abs(point or 0))
        if market not in SHARP or key in seen:
            continue
        seen.add(key)
        for book in ("pinnacle", "circasports")[: row["sharps"]]:
            if book == row["bookmaker"]:
                continue
            for side in SHARP[market]:
                same = side == row["side"]
                lines.append(
                    {
                        **own,
                        "bookmaker": book,
                        "side": side,
                        "decimal": 1 / (row["sharp_prob"] if same else 1 - row["sharp_prob"]),
                        "point": -point if market == "spreads" and not same else point,
                        "observed_at": DECIDED,
                    }
                )
    return propose("positive_ev", view(lines), parameters)


def test_a_price_that_beats_the_sharp_books_is_taken() -> None:
    (bet,) = proposed(opportunity())
    assert bet.ev_pct == pytest.approx(7.5)
    assert (bet.bookmaker, bet.side, bet.stake_units) == ("fanduel", "home", 1.0)
    assert bet.probability == 0.50
    assert "Boston Celtics to win" in bet.rationale
    assert "+115" in bet.rationale and "+7.5 %" in bet.rationale


def test_an_empty_market_gives_no_bets() -> None:
    assert propose("positive_ev", view([])) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"observed_at": DECIDED - timedelta(minutes=61)}, "the price is too old"),
        ({"sharp_prob": 0.478}, "the expected value is 2.8 %"),
        ({"bookmaker": "pinnacle", "sharps": 2}, "a sharp book is not bet at"),
        ({"bookmaker": "bovada"}, "not one of the retail books"),
        ({"period": "h1"}, "bets on halves are not asked for"),
        ({"sharps": 0}, "no sharp book has a price"),
        ({"allowed": False}, "bets are not allowed there"),
    ],
)
def test_what_is_left_alone(changes: dict[str, Any], why: str) -> None:
    assert proposed(opportunity(**changes)) == [], why


def test_exactly_the_minimum_is_enough() -> None:
    assert len(proposed(opportunity(decimal=2.0625), minimum_ev_pct=3.125)) == 1


def test_one_bet_per_game_and_market_the_best() -> None:
    bets = proposed(
        opportunity(bookmaker="betmgm", decimal=2.10),
        opportunity(bookmaker="draftkings", decimal=2.20),
        opportunity(market="totals", side="over", point=221.5),
    )
    assert [(bet.bookmaker, bet.market) for bet in bets] == [
        ("draftkings", "h2h"),
        ("fanduel", "totals"),
    ]


def test_equal_offers_are_decided_by_name_not_by_row_order() -> None:
    rows = [opportunity(bookmaker="fanduel"), opportunity(bookmaker="betmgm")]
    assert [bet.bookmaker for bet in proposed(*rows)] == ["betmgm"]
    assert [bet.bookmaker for bet in proposed(*reversed(rows))] == ["betmgm"]


def test_sharp_prices_at_another_point_say_nothing() -> None:
    retail = opportunity(market="spreads", point=-3.5)
    assert len(proposed(retail)) == 1
    alone = {**retail, "sharps": 0}
    elsewhere = opportunity(market="spreads", point=-4.5, bookmaker="bovada")
    assert proposed(alone, elsewhere) == []


def test_confidence_grows_with_agreement_and_falls_with_age_quality_and_implausible_edges() -> None:
    (best,) = proposed(opportunity(observed_at=DECIDED))
    (one_sharp,) = proposed(opportunity(observed_at=DECIDED, sharps=1))
    (old,) = proposed(opportunity(observed_at=DECIDED - timedelta(minutes=59)))
    (poor,) = proposed(opportunity(observed_at=DECIDED, quality=0.5))
    (wild,) = proposed(opportunity(observed_at=DECIDED, sharp_prob=0.80))
    for weaker in (one_sharp, old, poor, wild):
        assert 0 < weaker.confidence < best.confidence <= 1


def test_points_are_told_with_their_sign() -> None:
    (bet,) = proposed(opportunity(market="spreads", side="away", point=3.5))
    assert "New York Knicks +3.5" in bet.rationale
    (bet,) = proposed(opportunity(market="totals", side="under", point=8.0))
    assert "under 8;" in bet.rationale


def test_an_unknown_strategy_is_named_with_those_that_exist() -> None:
    assert registry.get("positive_ev").NAME == "positive_ev"
    with pytest.raises(KeyError, match="positive_ev"):
        registry.get("martingale")
