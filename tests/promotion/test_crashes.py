"""A promotion that dies anywhere leaves the published zones as they were, and a retry is clean."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from slate import NOON, Warehouse

from linehouse import database
from linehouse.promotion import hash_published
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import PROJECT_ROOT

LATER = NOON + timedelta(hours=1)


def start(warehouse: Warehouse, zone: str) -> subprocess.Popen[str]:
    """Promote in a process of its own."""
    path = os.pathsep.join([str(PROJECT_ROOT / "include"), str(PROJECT_ROOT)])
    return subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("promote_process.py")),
            zone,
            warehouse.now.isoformat(),
        ],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until something holds. Raises AssertionError where it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


@contextmanager
def publish_stopped(warehouse: Warehouse, table: str) -> Iterator[Callable[[], object]]:
    """Keep publish waiting in the middle: it has written some tables and waits for this one.

    Yields whether it waits by now.
    """
    with database.connect(warehouse.mode, "owner") as blocker:
        blocker.execute(f"lock table {table} in share row exclusive mode")
        yield lambda: warehouse.one(
            "select count(*) from pg_locks where not granted and relation = %s::regclass", table
        )
        blocker.rollback()


UNDISTURBED: dict[str, str] = {}


def undisturbed(renew_published: Callable[[], Warehouse]) -> dict[str, str]:
    """What the two snapshots give when nothing goes wrong; found out once."""
    if not UNDISTURBED:
        warehouse = renew_published()
        warehouse.take_in(LATER, move=0.03)
        warehouse.promote_both()
        UNDISTURBED.update(hash_published(warehouse.mode))
    return UNDISTURBED


@pytest.mark.slow
@pytest.mark.parametrize("state", ["building", "gating"])
def test_a_promotion_killed_on_its_way_is_repeated_cleanly(
    renew_published: Callable[[], Warehouse], state: str
) -> None:
    expected = undisturbed(renew_published)
    warehouse = renew_published()
    warehouse.take_in(LATER, move=0.03)
    before = hash_published(warehouse.mode)
    process = start(warehouse, "staging")
    wait_for(lambda: warehouse.one("select count(*) from ops.promotions where state = %s", state))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert hash_published(warehouse.mode) == before
    warehouse.promote_both()
    assert hash_published(warehouse.mode) == expected
    assert warehouse.one("select count(*) from ops.promotions where error like 'interrupted%%'")
    assert not warehouse.one("select count(*) from pg_namespace where nspname like '%%candidate%%'")


@pytest.mark.slow
def test_a_promotion_killed_in_the_middle_of_publish_is_repeated_cleanly(
    renew_published: Callable[[], Warehouse],
) -> None:
    expected = undisturbed(renew_published)
    warehouse = renew_published()
    warehouse.take_in(LATER, move=0.03)
    before = hash_published(warehouse.mode)
    with publish_stopped(warehouse, "staging.line_movements") as waits:
        process = start(warehouse, "staging")
        wait_for(waits)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert hash_published(warehouse.mode) == before
    warehouse.promote_both()
    assert hash_published(warehouse.mode) == expected


@pytest.mark.slow
def test_an_immediate_stop_of_the_server_in_publish_changes_nothing(
    renew_published: Callable[[], Warehouse], postgres_server: EmbeddedPostgres
) -> None:
    expected = undisturbed(renew_published)
    warehouse = renew_published()
    warehouse.take_in(LATER, move=0.03)
    before = hash_published(warehouse.mode)
    # a sequence that was copied from a template reaches the log with the first checkpoint only
    with postgres_server.connect(autocommit=True) as connection:
        connection.execute("checkpoint")
    blocker = database.connect(warehouse.mode, "owner")
    blocker.execute("lock table staging.line_movements in share row exclusive mode")
    process = start(warehouse, "staging")
    wait_for(lambda: warehouse.one("select count(*) from pg_locks where not granted"))
    postgres_server.stop("immediate")
    assert process.wait() != 0
    postgres_server.start()
    assert hash_published(warehouse.mode) == before
    warehouse.promote_both()
    assert hash_published(warehouse.mode) == expected


@pytest.mark.slow
def test_two_promotions_at_once_do_the_work_once(renew_published: Callable[[], Warehouse]) -> None:
    expected = undisturbed(renew_published)
    warehouse = renew_published()
    warehouse.take_in(LATER, move=0.03)
    processes = [start(warehouse, "staging") for _ in range(2)]
    said = sorted(process.communicate()[0].strip().splitlines()[-1] for process in processes)
    assert said == ["nothing", "published"]
    warehouse.promote("curated")
    assert hash_published(warehouse.mode) == expected
