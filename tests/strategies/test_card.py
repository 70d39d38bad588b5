"""Which rows the card gets, and which it keeps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from linehouse.strategies.base import Bet
from linehouse.strategies.card import rows_of

AT = datetime(2026, 4, 18, 21, 0, tzinfo=UTC)
BET = Bet(
    strategy="positive_ev",
    game_id="11111111-1111-5111-8111-111111111111",
    sport_key="basketball_nba",
    commence_at=datetime(2026, 4, 19, 2, 0, tzinfo=UTC),
    home_team="Boston Celtics",
    away_team="New York Knicks",
    bookmaker="fanduel",
    market="h2h",
    period="full",
    side="home",
    point=None,
    price_american=115,
    price_decimal=2.15,
    probability=0.5,
    ev_pct=7.5,
    stake_units=1.0,
    rationale="",
    confidence=0.7,
    source_observed_at=AT - timedelta(minutes=5),
    batch_id="22222222-2222-5222-8222-222222222222",
    quality_score=1.0,
)


def test_a_card_bears_the_eastern_date_of_its_game() -> None:
    (row,) = rows_of([BET], AT, {})
    assert row["card_date_et"] == date(2026, 4, 18)
    assert row["chosen_at"] == AT
    assert row["game_id"] == UUID(BET.game_id)


def test_a_bet_chosen_again_at_its_price_keeps_what_was_known_when_it_was_chosen() -> None:
    (first,) = rows_of([BET], AT, {})
    later = AT + timedelta(minutes=30)
    seen_again = replace(BET, source_observed_at=later, probability=0.49, ev_pct=5.35)
    (again,) = rows_of([seen_again], later, {first["card_id"]: first})
    assert again == first


def test_another_price_is_another_bet() -> None:
    (first,) = rows_of([BET], AT, {})
    moved = replace(BET, price_american=120, price_decimal=2.2)
    (row,) = rows_of([moved], AT + timedelta(minutes=30), {first["card_id"]: first})
    assert row["card_id"] != first["card_id"]
    assert row["chosen_at"] == AT + timedelta(minutes=30)
