"""Landed batches are judged by their own rows: what is stopped, and what is not."""

import json
from datetime import timedelta

import pytest
from slate import NOON, Change, Warehouse, events

from linehouse.promotion import approve, gate_raw, hash_published

LATER = NOON + timedelta(hours=1)


def twice(body: list) -> list:
    body[0]["bookmakers"].append(body[0]["bookmakers"][0])
    return body


def swapped(body: list) -> list:
    """Moneylines on the wrong side."""
    for event in body:
        for book in event["bookmakers"]:
            one, other = book["markets"][0]["outcomes"]
            one["price"], other["price"] = other["price"], one["price"]
    return body


def mirrored(body: list) -> list:
    """Every market on the wrong side, so that nothing within the batch disagrees."""
    for event in swapped(body):
        for book in event["bookmakers"]:
            for outcome in book["markets"][1]["outcomes"]:
                outcome["point"] = -outcome["point"]
    return body


def nonsense(body: list) -> list:
    for event in body:
        for book in event["bookmakers"][:2]:
            book["markets"][0]["outcomes"][0]["price"] = 7
    return body


def empty(body: list) -> list:
    return []


def drifted(body: list) -> list:
    for event in body:
        event["teams"] = [event.pop("home_team"), event.pop("away_team")]
    return body


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (twice, "no line is named twice"),
        (swapped, "moneyline and spread name the same favourite"),
        (mirrored, "sides stay where they were"),
        (empty, "still to start are still listed"),
        (drifted, "read as its schema says"),
        (nonsense, "of the rows are valid"),
    ],
)
def test_a_bad_batch_is_held_with_a_sentence(
    warehouse: Warehouse, change: Change, words: str
) -> None:
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    before = hash_published(warehouse.mode)
    batch = warehouse.land(LATER, change(events(0.01)))
    (verdict,) = gate_raw(warehouse.mode, [batch], now=LATER)
    assert not verdict.accepted
    assert words in verdict.sentence and " row" in verdict.sentence
    assert "e.g. " in verdict.sentence
    assert "\n" not in verdict.sentence
    assert warehouse.one(
        "select count(*) from ops.gate_results where batch_id = %s and not success"
        " and severity = 'critical'",
        batch,
    )
    assert warehouse.promote("staging").state == "nothing"
    assert hash_published(warehouse.mode) == before
    warehouse.take_in(LATER + timedelta(minutes=30), move=0.02)
    assert warehouse.promote("staging").state == "published"


def test_a_truncated_body_is_held(warehouse: Warehouse) -> None:
    batch = warehouse.land(NOON, json.dumps(events()).encode()[:500])
    (verdict,) = gate_raw(warehouse.mode, [batch], now=NOON)
    assert not verdict.accepted


def test_one_bad_row_is_flagged_and_not_blocked(warehouse: Warehouse) -> None:
    body = events()
    body[0]["bookmakers"][0]["markets"][0]["outcomes"][0]["price"] = 7
    warehouse.take_in(NOON, body=body)
    warehouse.promote_both()
    flagged = warehouse.ask(
        "select distinct bookmaker, market from curated.betting_lines_enhanced where not is_valid"
        " and 'price_not_american' = any (validation_notes)"
    )
    assert flagged == [("pinnacle", "h2h")]


def test_a_snapshot_out_of_the_future_is_held(warehouse: Warehouse) -> None:
    batch = warehouse.land(NOON + timedelta(hours=1))
    (verdict,) = gate_raw(warehouse.mode, [batch], now=NOON)
    assert not verdict.accepted and "of its time when it landed" in verdict.sentence


def test_a_last_game_may_be_suspended_but_not_vanish_into_an_empty_answer(
    warehouse: Warehouse,
) -> None:
    warehouse.take_in(NOON, games=1)
    suspended = events(games=1)
    suspended[0]["bookmakers"] = []
    warehouse.take_in(LATER, body=suspended)
    batch = warehouse.land(LATER + timedelta(minutes=5), [])
    (verdict,) = gate_raw(warehouse.mode, [batch], now=LATER + timedelta(minutes=5))
    assert not verdict.accepted


def test_what_is_not_judged_is_recorded(warehouse: Warehouse) -> None:
    batch = warehouse.take_in(NOON)
    reasons = warehouse.ask(
        "select expectation, example from ops.gate_results"
        " where batch_id = %s and severity = 'info'",
        batch,
    )
    assert len(reasons) == 4
    assert all("no accepted snapshot" in example for _, example in reasons)


def test_a_held_batch_that_a_person_approves_is_promoted(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    batch = warehouse.land(LATER, events(games=2))
    (verdict,) = gate_raw(warehouse.mode, [batch], now=LATER)
    assert not verdict.accepted
    result = approve(warehouse.mode, batch, by="me", reason="the others were called off")
    assert result.state == "published"
    assert warehouse.one("select count(*) from staging.betting_lines where valid_to is not null")
    assert warehouse.one("select overridden_by from ops.batches where batch_id = %s", batch) == "me"
