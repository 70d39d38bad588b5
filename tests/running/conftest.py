"""A running Linehouse: Airflow with its scheduler, the server, the simulator."""

from collections.abc import Iterator

import pytest

from tests.fixtures.chain import EMPTY, Chain
from tests.fixtures.running import RunningLinehouse, run_linehouse


@pytest.fixture(scope="package")
def running_linehouse() -> Iterator[RunningLinehouse]:
    """Everything up once for this folder; `with running_linehouse.entered():` to work with it."""
    with run_linehouse() as running:
        yield running


@pytest.fixture(scope="module")
def chain(running_linehouse: RunningLinehouse) -> Iterator[Chain]:
    """The running Linehouse's way from the upstream to the card; `renew` empties its database."""
    with running_linehouse.entered():
        one = Chain(running_linehouse)
        one.keep(EMPTY)  # nothing else fills it
        one.sandbox.credits()
        try:
            yield one
        finally:
            one.sandbox.reset()
            one.sandbox.http.close()
