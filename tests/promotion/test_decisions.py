"""What a person decides about a blocked promotion, and what Python publishes."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from slate import NOON, TEAMS, Warehouse, events
from test_traps import unmirrored

from linehouse.promotion import (
    GateFailed,
    approve,
    build_data_docs,
    hash_published,
    publish_python,
    reject,
)

LATER = NOON + timedelta(hours=1)


def blocked(warehouse: Warehouse) -> GateFailed:
    warehouse.take_in(NOON)
    warehouse.promote_both()
    warehouse.take_in(LATER, body=unmirrored(events(0.01)))
    with pytest.raises(GateFailed) as failed:
        warehouse.promote("staging")
    return failed.value


def test_approval_promotes_anew_and_stays_approved(warehouse: Warehouse) -> None:
    failed = blocked(warehouse)
    assert failed.promotion_id and failed.zone == "staging"
    result = approve(warehouse.mode, failed.promotion_id, by="me")
    assert result.state == "published" and result.promotion_id > failed.promotion_id
    assert (
        warehouse.one(
            "select overridden_by from ops.promotions where promotion_id = %s", failed.promotion_id
        )
        == "me"
    )
    warehouse.take_in(LATER + timedelta(minutes=10), move=0.02)
    assert warehouse.promote("staging").state == "published", "the same rows do not block again"


def test_rejection_leaves_the_batch_out_for_good(warehouse: Warehouse) -> None:
    failed = blocked(warehouse)
    before = hash_published(warehouse.mode)
    reject(warehouse.mode, failed.promotion_id, by="me", reason="nonsense")
    assert warehouse.ask("select state from ops.batches order by observed_at") == [
        ("accepted",),
        ("retracted",),
    ]
    warehouse.promote("staging")
    assert hash_published(warehouse.mode) == before


def test_a_failure_in_curated_holds_its_games_and_no_others(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    warehouse.promote_both()
    before = hash_published(warehouse.mode, ("curated",))
    warehouse.take_in(LATER, move=0.02)
    warehouse.promote("staging")
    game = warehouse.one("select game_id from staging.games where home_team = %s", TEAMS[0][0])
    warehouse.execute(  # something that no gate of staging could see
        "update staging.games set home_score = -5, away_score = 3 where game_id = %s", game
    )
    warehouse.execute(
        "update staging.betting_lines set is_closing = true, last_observed_at = %s"
        " where game_id = %s and valid_to is null",
        NOON + timedelta(days=2),
        game,
    )
    with pytest.raises(GateFailed) as failed:
        warehouse.promote("curated")
    assert str(game) in failed.value.sentence
    assert hash_published(warehouse.mode, ("curated",)) == before
    assert warehouse.ask("select game_id from ops.held_games") == [(game,)]
    result = warehouse.promote("curated")
    assert result.state == "published" and result.touched_games == len(TEAMS) - 1


def card_row(warehouse: Warehouse, **changes: object) -> dict[str, object]:
    (line,) = warehouse.ask(
        "select game_id, line_id, batch_id, home_team, away_team, commence_at from"
        " curated.betting_lines_enhanced where market = 'h2h' order by line_id limit 1"
    )
    game_id, line_id, batch_id, home, away, commence_at = line
    row = {
        "card_id": uuid4(),
        "card_date_et": commence_at.date(),
        "strategy": "positive_ev",
        "game_id": game_id,
        "sport_key": "baseball_mlb",
        "commence_at": commence_at,
        "home_team": home,
        "away_team": away,
        "bookmaker": "draftkings",
        "market": "h2h",
        "period": "full",
        "side": "home",
        "point": None,
        "price_american": 120,
        "price_decimal": 2.2,
        "probability": 0.5,
        "ev_pct": 10,
        "stake_units": 1,
        "rationale": "pays more than it should",
        "confidence": 0.5,
        "chosen_at": NOON,
        "source_observed_at": NOON,
        "line_id": line_id,
        "batch_id": batch_id,
        "quality_score": 1,
    }
    return row | changes


def test_rows_that_python_computes_pass_the_same_gate(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    warehouse.promote_both()
    row = card_row(warehouse)
    game = UUID(str(row["game_id"]))
    assert publish_python(warehouse.mode, {"betting_card": [row]}, [game]).rows.inserted == 1
    before = hash_published(warehouse.mode)
    with pytest.raises(GateFailed, match="stakes lie above 0"):
        publish_python(
            warehouse.mode, {"betting_card": [card_row(warehouse, stake_units=50)]}, [game]
        )
    assert hash_published(warehouse.mode) == before
    assert warehouse.one("select count(*) from ops.held_games") == 0
    assert publish_python(warehouse.mode, {"betting_card": []}, [game]).rows.deleted == 1
    with pytest.raises(ValueError, match="written by dbt"):
        publish_python(warehouse.mode, {"closing_lines": []}, [game])


def test_data_docs_show_the_verdicts(warehouse: Warehouse) -> None:
    failed = blocked(warehouse)
    page = build_data_docs(warehouse.mode)
    assert page.exists()
    pages = [path.read_text(encoding="utf-8") for path in page.parent.rglob("*.html")]
    assert any(f"promotion {failed.promotion_id}" in text for text in pages)
    assert any("of the lines are valid" in text for text in pages)
