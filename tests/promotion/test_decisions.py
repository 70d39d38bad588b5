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
    warehouse.take_in(LATER, body=unmirrored(events(0.01)))
    with pytest.raises(GateFailed) as failed:
        warehouse.promote("staging")
    return failed.value


def test_approval_promotes_anew_and_stays_approved(published: Warehouse) -> None:
    failed = blocked(published)
    assert failed.promotion_id and failed.zone == "staging"
    result = approve(published.mode, failed.promotion_id, by="me")
    assert result.state == "published" and result.promotion_id > failed.promotion_id
    assert (
        published.one(
            "select overridden_by from ops.promotions where promotion_id = %s", failed.promotion_id
        )
        == "me"
    )
    published.take_in(LATER + timedelta(minutes=10), move=0.02)
    assert published.promote("staging").state == "published", "the same rows do not block again"


def test_rejection_leaves_the_batch_out_for_good(published: Warehouse) -> None:
    failed = blocked(published)
    before = hash_published(published.mode)
    reject(published.mode, failed.promotion_id, by="me", reason="nonsense")
    assert published.ask("select state from ops.batches order by observed_at") == [
        ("accepted",),
        ("retracted",),
    ]
    published.promote("staging")
    assert hash_published(published.mode) == before


def test_a_failure_in_curated_holds_its_games_and_no_others(published: Warehouse) -> None:
    before = hash_published(published.mode, ("curated",))
    published.take_in(LATER, move=0.02)
    published.promote("staging")
    game = published.one("select game_id from staging.games where home_team = %s", TEAMS[0][0])
    published.execute(  # something that no gate of staging could see
        "update staging.games set home_score = -5, away_score = 3 where game_id = %s", game
    )
    published.execute(
        "update staging.betting_lines set is_closing = true, last_observed_at = %s"
        " where game_id = %s and valid_to is null",
        NOON + timedelta(days=2),
        game,
    )
    with pytest.raises(GateFailed) as failed:
        published.promote("curated")
    assert str(game) in failed.value.sentence
    assert hash_published(published.mode, ("curated",)) == before
    assert published.ask("select game_id from ops.held_games") == [(game,)]
    result = published.promote("curated")
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
        "bundle_id": None,
        "rationale": "pays more than it should",
        "confidence": 0.5,
        "chosen_at": NOON,
        "source_observed_at": NOON,
        "line_id": line_id,
        "batch_id": batch_id,
        "quality_score": 1,
    }
    return row | changes


def test_rows_that_python_computes_pass_the_same_gate(published: Warehouse) -> None:
    row = card_row(published)
    game = UUID(str(row["game_id"]))
    assert publish_python(published.mode, {"betting_card": [row]}, [game]).rows.inserted == 1
    before = hash_published(published.mode)
    with pytest.raises(GateFailed, match="stakes lie above 0"):
        publish_python(
            published.mode, {"betting_card": [card_row(published, stake_units=50)]}, [game]
        )
    assert hash_published(published.mode) == before
    assert published.one("select count(*) from ops.held_games") == 0
    assert publish_python(published.mode, {"betting_card": []}, [game]).rows.deleted == 1
    with pytest.raises(ValueError, match="written by dbt"):
        publish_python(published.mode, {"closing_lines": []}, [game])


def test_data_docs_show_the_verdicts(published: Warehouse) -> None:
    failed = blocked(published)
    page = build_data_docs(published.mode)
    assert page.exists()
    pages = [path.read_text(encoding="utf-8") for path in page.parent.rglob("*.html")]
    assert any(f"promotion {failed.promotion_id}" in text for text in pages)
    assert any("of the lines are valid" in text for text in pages)
