"""Great Expectations in a long-lived process: connections that the server closed are not used."""

from collections.abc import Callable

from slate import NOON, Warehouse

from linehouse.runtime.postgres import EmbeddedPostgres


def test_a_process_judges_on_after_its_database_was_made_anew(
    warehouse: Warehouse, renew: Callable[[], Warehouse]
) -> None:
    warehouse.take_in(NOON)
    renew().take_in(NOON)


def test_a_process_judges_on_after_a_restart_of_the_server(
    warehouse: Warehouse, postgres_server: EmbeddedPostgres
) -> None:
    warehouse.take_in(NOON)
    postgres_server.stop("immediate")
    postgres_server.start()
    warehouse.land(NOON, move=0.01)
    warehouse.execute("update ops.batches set state = 'landed'")
    warehouse.accept()
