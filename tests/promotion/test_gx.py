"""Great Expectations in a long-lived process: connections that the server closed are not used."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from slate import NOON, Warehouse

from linehouse.runtime.postgres import EmbeddedPostgres


def judged(warehouse: Warehouse, batch_id: uuid.UUID) -> int:
    """How many expectations a batch met; it broke none."""
    ((met, broken),) = warehouse.ask(
        "select count(*) filter (where success), count(*) filter (where not success)"
        " from ops.gate_results where batch_id = %s",
        batch_id,
    )
    assert broken == 0
    return int(met)


def test_a_process_judges_on_after_its_database_was_made_anew(
    warehouse: Warehouse, renew: Callable[[], Warehouse]
) -> None:
    warehouse.take_in(NOON)
    anew = renew()
    assert anew.one("select count(*) from ops.gate_results") == 0
    assert judged(anew, anew.take_in(NOON)) > 10


def test_a_process_judges_on_after_a_restart_of_the_server(
    warehouse: Warehouse, postgres_server: EmbeddedPostgres
) -> None:
    warehouse.take_in(NOON)
    postgres_server.stop("immediate")
    postgres_server.start()
    batch_id = warehouse.take_in(NOON + timedelta(hours=1), move=0.01)
    assert judged(warehouse, batch_id) > 10
