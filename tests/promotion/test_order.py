"""The published zones are a function of the set of batches, whatever the order of their coming."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from slate import NOON, TEAMS, Warehouse, events

from linehouse.promotion import hash_published

HOURS = range(4)


def body(hour: int) -> list:
    """Prices move, a game is taken down for an hour, one start is moved, the last is in play."""
    found = events(0.01 * (hour % 3), games=len(TEAMS) - (hour == 2))
    if hour >= 3:
        found[0]["commence_time"] = f"{NOON + timedelta(hours=12):%Y-%m-%dT%H:%M:%SZ}"
    return found


def at(hour: int) -> object:
    return NOON + timedelta(hours=4 * hour)


@pytest.mark.slow
def test_any_order_gives_the_same_zones_as_one_promotion(renew: Callable[[], Warehouse]) -> None:
    found = []
    for order, one_by_one in (
        (HOURS, True),
        ([3, 1, 2, 0], True),
        (HOURS, False),
    ):
        warehouse = renew()
        warehouse.now = at(5)  # type: ignore[assignment]
        for hour in order:
            warehouse.land(at(hour), body(hour))  # type: ignore[arg-type]
            warehouse.execute(  # the order of landing is no reason to hold any
                "update ops.batches set historical = true, state = 'accepted',"
                " revision = revision + 1 where state = 'landed'"
            )
            if one_by_one:
                warehouse.promote_both()
        if not one_by_one:
            warehouse.promote_both()
        found.append(hash_published(warehouse.mode))
    for other in found[1:]:
        assert other == found[0]
