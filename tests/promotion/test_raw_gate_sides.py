"""Prices at the wrong side are held, of one book or of all; what news does is not."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from slate import BOOKS, NOON, TEAMS, Warehouse, american, events

from linehouse.promotion import gate_raw
from linehouse.promotion.raw_gate import BatchVerdict

LATER = NOON + timedelta(hours=1)
CLOSE = (0.57, 0.56, 0.44, 0.55, 0.45, 0.42)
"""Home chances of an evening of close games."""

Body = list[dict[str, Any]]


def slate(chances: Collection[float], books: tuple[str, ...] = BOOKS) -> Body:
    """Games with these home chances; each book is off by a little of its own."""
    body = events(games=len(chances))
    for event, chance in zip(body, chances, strict=True):
        event["bookmakers"] = [book for book in event["bookmakers"] if book["key"] in books]
        for place, book in enumerate(event["bookmakers"]):
            moneyline, spread, total = (market["outcomes"] for market in book["markets"])
            own = chance + 0.004 * place
            moneyline[0]["price"], moneyline[1]["price"] = american(own), american(1 - own)
            sign = -1 if chance > 0.5 else 1
            spread[0] |= {"point": 1.5 * sign, "price": american(0.5 + 0.1 * sign)}
            spread[1] |= {"point": -1.5 * sign, "price": american(0.5 - 0.1 * sign)}
            total[0]["price"], total[1]["price"] = american(0.53), american(0.47)
    return body


def swap(
    body: Body,
    market: int | None,
    books: Collection[str] = BOOKS,
    games: Collection[int] = range(len(TEAMS)),
) -> Body:
    """Exchange the names of both sides (market None: moneyline and spread), or a total's."""
    for number, event in enumerate(body):
        for book in event["bookmakers"]:
            if number in games and book["key"] in books:
                for place in (0, 1) if market is None else (market,):
                    one, other = book["markets"][place]["outcomes"]
                    one["name"], other["name"] = other["name"], one["name"]
    return body


def swap_prices(body: Body, market: int, books: Collection[str] = BOOKS) -> Body:
    """Exchange the prices of both sides; the points stay."""
    for event in body:
        for book in event["bookmakers"]:
            if book["key"] in books:
                one, other = book["markets"][market]["outcomes"]
                one["price"], other["price"] = other["price"], one["price"]
    return body


def judge(warehouse: Warehouse, body: Body) -> BatchVerdict:
    (verdict,) = gate_raw(warehouse.mode, [warehouse.land(LATER, body)], now=LATER)
    return verdict


@pytest.mark.parametrize("market", [None, 0], ids=["moneyline and spread", "moneyline"])
def test_one_book_of_many_is_caught_by_name_in_close_games(
    warehouse: Warehouse, market: int | None
) -> None:
    verdict = judge(warehouse, swap(slate(CLOSE), market, ["fanduel"]))
    assert not verdict.accepted and "bookmaker=fanduel" in verdict.sentence


@pytest.mark.parametrize("market", [1, 2], ids=["run line", "total"])
def test_prices_of_one_book_are_compared_at_the_same_points(
    warehouse: Warehouse, market: int
) -> None:
    verdict = judge(warehouse, swap_prices(slate(CLOSE), market, ["betmgm"]))
    assert not verdict.accepted and "bookmaker=betmgm" in verdict.sentence


@pytest.mark.parametrize("games", [2, 6])
def test_sides_of_all_books_are_compared_with_the_last_snapshot(
    warehouse: Warehouse, games: int
) -> None:
    warehouse.take_in(NOON, body=slate(CLOSE[:games]))
    verdict = judge(warehouse, swap(slate(CLOSE[:games]), None))
    assert not verdict.accepted and "sides stay where they were" in verdict.sentence


def test_totals_of_all_books_are_compared_with_the_last_snapshot(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON, body=slate(CLOSE))
    verdict = judge(warehouse, swap_prices(slate(CLOSE), 2))
    assert not verdict.accepted and "market=totals" in verdict.sentence


def test_a_clear_favourite_alone_cannot_change_sides(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON, body=slate([0.72]))
    assert not judge(warehouse, swap(slate([0.72]), None)).accepted


def test_one_book_is_caught_on_a_slate_of_one_game(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON, body=slate([0.58]))
    assert not judge(warehouse, swap(slate([0.58]), None, ["draftkings"])).accepted


@pytest.mark.parametrize("books", [BOOKS[:1], BOOKS[:2]], ids=["one book", "one of two"])
def test_few_books_are_judged_too(warehouse: Warehouse, books: tuple[str, ...]) -> None:
    warehouse.take_in(NOON, body=slate(CLOSE, books))
    assert not judge(warehouse, swap(slate(CLOSE, books), None, books[:1])).accepted


def test_every_third_game_is_caught(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON, body=slate(CLOSE))
    assert not judge(warehouse, swap(slate(CLOSE), None, games=(0, 3))).accepted


def test_a_star_ruled_out_turns_one_game_round(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON, body=slate([0.62]))
    assert judge(warehouse, slate([0.44])).accepted


def test_a_book_that_is_late_with_the_news_is_let_in(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON, body=slate([0.62]))
    late = slate([0.44])
    late[0]["bookmakers"][1] = slate([0.62])[0]["bookmakers"][1]
    assert judge(warehouse, late).accepted


def test_one_game_of_six_may_turn_round(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON, body=slate(CLOSE))
    assert judge(warehouse, slate((0.40, *CLOSE[1:]))).accepted
