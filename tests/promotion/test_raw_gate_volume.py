"""How much a batch must bring: what is held, and what books and slates do in earnest."""

from datetime import timedelta
from typing import Any

import pytest
from slate import BOOKS, NOON, Warehouse, events

from linehouse.promotion import approve, gate_raw
from linehouse.promotion.raw_gate import BatchVerdict

HOUR = timedelta(hours=1)

Body = list[dict[str, Any]]


def keep(body: Body, books: tuple[str, ...], games: int | None = None) -> Body:
    for event in body[:games]:
        event["bookmakers"] = [book for book in event["bookmakers"] if book["key"] in books]
    return body


def judge(warehouse: Warehouse, hour: float, body: Body) -> BatchVerdict:
    at = NOON + hour * HOUR
    (verdict,) = gate_raw(warehouse.mode, [warehouse.land(at, body)], now=at)
    return verdict


def seen(warehouse: Warehouse, games: int, hours: int = 3) -> None:
    for hour in range(hours):
        warehouse.take_in(NOON + hour * HOUR, games=games)


@pytest.mark.parametrize("games", [1, 2, 6])
def test_half_of_the_rows_of_any_slate_is_missed(warehouse: Warehouse, games: int) -> None:
    seen(warehouse, games)
    verdict = judge(warehouse, 3, keep(events(games=games), BOOKS[:2]))
    assert not verdict.accepted and "60% of their usual lines" in verdict.sentence


@pytest.mark.parametrize("games", [2, 5])
def test_every_second_game_is_missed(warehouse: Warehouse, games: int) -> None:
    seen(warehouse, games)
    body = events(games=games)
    del body[1::2]
    verdict = judge(warehouse, 3, body)
    assert not verdict.accepted and "are still listed" in verdict.sentence


def test_a_suspended_game_is_no_loss_but_a_suspended_slate_is(warehouse: Warehouse) -> None:
    seen(warehouse, 2)
    assert judge(warehouse, 3, keep(events(games=2), (), 1)).accepted
    assert not judge(warehouse, 4, keep(events(games=2), ())).accepted


def test_a_silent_book_is_a_warning(warehouse: Warehouse) -> None:
    two = BOOKS[:2]
    for hour in range(3):
        warehouse.take_in(NOON + hour * HOUR, body=keep(events(), two))
    verdict = judge(warehouse, 3, keep(events(), two[:1]))
    assert verdict.accepted
    ((severity, example),) = warehouse.ask(
        "select severity, example from ops.gate_results where batch_id = %s and not success"
        " and expectation = 'every bookmaker that usually answers does'",
        verdict.batch_id,
    )
    assert severity == "warning" and two[1] in example
    half_a_book = keep(keep(events(), two[:1]), (), 3)
    assert not judge(warehouse, 4, half_a_book).accepted


def test_losses_that_creep_are_seen(warehouse: Warehouse) -> None:
    seen(warehouse, 6, hours=5)
    assert judge(warehouse, 5, keep(events(), BOOKS[:3])).accepted
    assert not judge(warehouse, 6, keep(events(), BOOKS[:2])).accepted


def test_what_a_person_let_in_is_usual_from_then_on(warehouse: Warehouse) -> None:
    seen(warehouse, 2)
    called_off = events(games=1)
    verdict = judge(warehouse, 3, called_off)
    assert not verdict.accepted
    approve(warehouse.mode, verdict.batch_id, by="me", reason="it was called off")
    assert judge(warehouse, 4, called_off).accepted


def test_games_that_have_started_owe_nothing(warehouse: Warehouse) -> None:
    seen(warehouse, 6)
    assert judge(warehouse, 12, events(games=1)).accepted
    assert judge(warehouse, 13, []).accepted


def test_props_and_unknown_markets_do_not_count(warehouse: Warehouse) -> None:
    body = events()
    for event in body:
        for book in event["bookmakers"]:
            for market in ("player_points", "h2h_lay"):
                outcomes = [
                    {"name": side, "description": f"player {n}", "price": -115, "point": n + 0.5}
                    for n in range(9)
                    for side in ("Over", "Under")
                ]
                book["markets"].append({"key": market, "outcomes": outcomes})
    assert judge(warehouse, 0, body).accepted
    for event in body:
        for book in event["bookmakers"][:2]:
            book["markets"][0]["outcomes"][0]["price"] = 7
    verdict = judge(warehouse, 1, body)
    assert not verdict.accepted and "rows are valid" in verdict.sentence


def test_a_blowout_is_no_fault(warehouse: Warehouse) -> None:
    body = events()
    for event in body:
        for book in event["bookmakers"]:
            for outcome, price in zip(book["markets"][0]["outcomes"], (-25000, 4000), strict=True):
                outcome["price"] = price
    assert judge(warehouse, 14, body).accepted
