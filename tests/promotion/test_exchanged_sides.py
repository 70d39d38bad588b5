"""A book whose sides were exchanged before the raw gate knew of it is stopped in staging."""

import pytest
from slate import NOON, Warehouse, american, events

from linehouse.promotion import GateFailed

CLOSE = (0.57, 0.56, 0.44, 0.55, 0.45, 0.42)


def test_a_book_with_exchanged_sides_is_stopped_in_close_games(warehouse: Warehouse) -> None:
    body = events()
    for event, chance in zip(body, CLOSE, strict=True):
        for place, book in enumerate(event["bookmakers"]):
            own = chance + 0.004 * place
            if book["key"] == "fanduel":
                own = 1 - own
            for outcome, prob in zip(book["markets"][0]["outcomes"], (own, 1 - own), strict=True):
                outcome["price"] = american(prob)
            book["markets"] = book["markets"][:1]
    batch = warehouse.land(NOON, body)
    warehouse.execute(
        "update ops.batches set state = 'accepted', revision = revision + 1 where batch_id = %s",
        batch,
    )
    with pytest.raises(GateFailed, match=r"home and away exchanged.*bookmaker=fanduel"):
        warehouse.promote("staging")
