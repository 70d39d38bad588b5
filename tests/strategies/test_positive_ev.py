"""Which prices the positive EV strategy takes, and which it leaves alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from linehouse.strategies import positive_ev, registry

AT = datetime(2026, 4, 18, 21, 0, tzinfo=UTC)


def opportunity(**changes: Any) -> dict[str, Any]:
    row = {
        "game_id": "11111111-1111-5111-8111-111111111111",
        "sport_key": "basketball_nba",
        "commence_at": AT + timedelta(hours=3),
        "home_team": "Boston Celtics",
        "away_team": "New York Knicks",
        "bookmaker": "fanduel",
        "market": "h2h",
        "period": "full",
        "side": "home",
        "point": None,
        "price_american": 115,
        "price_decimal": 2.15,
        "sharp_prob": 0.50,
        "ev_pct": 7.5,
        "sharp_bookmaker_count": 2,
        "observed_at": AT - timedelta(minutes=5),
        "quality_score": 1.0,
        "batch_id": "22222222-2222-5222-8222-222222222222",
        **changes,
    }
    return row


def propose(*rows: dict[str, Any], **parameters: Any) -> list[Any]:
    return positive_ev.propose(pd.DataFrame(list(rows)), parameters, AT)


def test_a_price_that_beats_the_sharp_books_is_taken() -> None:
    (bet,) = propose(opportunity())
    assert bet.ev_pct == pytest.approx(7.5)
    assert (bet.bookmaker, bet.side, bet.stake_units) == ("fanduel", "home", 1.0)
    assert bet.probability == 0.50
    assert "Boston Celtics to win" in bet.rationale
    assert "+115" in bet.rationale and "+7.5 %" in bet.rationale


def test_an_empty_market_gives_no_bets() -> None:
    assert positive_ev.propose(pd.DataFrame(), {}, AT) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"commence_at": AT}, "the game starts now"),
        ({"commence_at": AT - timedelta(minutes=1)}, "the game has started"),
        ({"observed_at": AT - timedelta(minutes=61)}, "the price is too old"),
        ({"observed_at": AT + timedelta(seconds=1)}, "the price is not known yet"),
        ({"sharp_prob": 0.478}, "the expected value is 2.8 %"),
        ({"bookmaker": "pinnacle"}, "a sharp book is not bet at"),
        ({"bookmaker": "bovada"}, "not one of the retail books"),
        ({"market": "outrights"}, "not one of the markets"),
        ({"period": "h1"}, "bets on halves are not asked for"),
    ],
)
def test_what_is_left_alone(changes: dict[str, Any], why: str) -> None:
    assert propose(opportunity(**changes)) == [], why


def test_expected_value_is_computed_from_price_and_probability_not_believed() -> None:
    assert propose(opportunity(sharp_prob=0.40, ev_pct=99.0)) == []


def test_exactly_the_minimum_is_enough() -> None:
    assert (
        len(
            propose(
                opportunity(price_american=106, price_decimal=2.0625, sharp_prob=0.5),
                minimum_ev_pct=3.125,
            )
        )
        == 1
    )


def test_one_bet_per_game_and_market_the_best() -> None:
    bets = propose(
        opportunity(bookmaker="betmgm", price_american=110, price_decimal=2.10),
        opportunity(bookmaker="draftkings", price_american=120, price_decimal=2.20),
        opportunity(market="totals", side="over", point=221.5),
    )
    assert [(bet.bookmaker, bet.market) for bet in bets] == [
        ("draftkings", "h2h"),
        ("fanduel", "totals"),
    ]


def test_equal_offers_are_decided_by_name_not_by_row_order() -> None:
    rows = [opportunity(bookmaker="fanduel"), opportunity(bookmaker="betmgm")]
    assert [bet.bookmaker for bet in propose(*rows)] == ["betmgm"]
    assert [bet.bookmaker for bet in propose(*reversed(rows))] == ["betmgm"]


def test_confidence_grows_with_agreement_and_falls_with_age_quality_and_implausible_edges() -> None:
    (best,) = propose(opportunity(observed_at=AT))
    (one_sharp,) = propose(opportunity(observed_at=AT, sharp_bookmaker_count=1))
    (old,) = propose(opportunity(observed_at=AT - timedelta(minutes=59)))
    (poor,) = propose(opportunity(observed_at=AT, quality_score=0.5))
    (wild,) = propose(opportunity(observed_at=AT, sharp_prob=0.80))
    for weaker in (one_sharp, old, poor, wild):
        assert 0 < weaker.confidence < best.confidence <= 1


def test_points_are_told_with_their_sign() -> None:
    (bet,) = propose(opportunity(market="spreads", side="away", point=3.5))
    assert "New York Knicks +3.5" in bet.rationale
    (bet,) = propose(opportunity(market="totals", side="under", point=8.0))
    assert "under 8;" in bet.rationale


def test_an_unknown_strategy_is_named_with_those_that_exist() -> None:
    assert registry.get("positive_ev") is positive_ev
    with pytest.raises(KeyError, match="positive_ev"):
        registry.get("martingale")
