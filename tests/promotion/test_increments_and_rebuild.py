"""A full rebuild gives what increments gave, whatever came late, left or was read anew."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from psycopg import sql

from linehouse import database
from linehouse.landing import reparse
from linehouse.landing.of_source import land_source
from linehouse.promotion import hash_published, promote, retract
from linehouse.settings import Mode
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

pytestmark = pytest.mark.slow

SOURCES = ("the_odds_api", "action_network", "vsin", "mlb_stats_api")
HOURS = (0, 2, 5)
STEPS = 3
ZONES = ("staging", "curated")
SEED = 20260418
ACCEPT = (
    "update ops.batches set historical = true, state = 'accepted', revision = revision + 1"
    " where batch_id = any(%s)"
)


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with database.connect(Mode.SANDBOX) as connection:
        return connection.execute(query, values or None).fetchall()


def write(query: Any, *values: Any) -> None:
    with database.connect(Mode.SANDBOX, "owner") as connection:
        connection.execute(query, values or None)


def promote_both(scope: Any = "pending") -> list[str]:
    after = FIRST_MOMENT + timedelta(hours=HOURS[-1] + 1)
    return [promote(Mode.SANDBOX, zone, scope=scope, as_of=after).state for zone in ZONES]


def in_random_order(rng: random.Random) -> Iterator[None]:
    """Batches come in force in parts, in no order; some are retracted, some are read anew."""
    landed = [batch for (batch,) in rows("select batch_id from ops.batches order by batch_id")]
    rng.shuffle(landed)
    size = -(-len(landed) // STEPS)
    arrived: list[Any] = []
    for start in range(0, len(landed), size):
        part = landed[start : start + size]
        write(ACCEPT, part)
        if arrived:
            retract(Mode.SANDBOX, arrived.pop(), "seen to be wrong", "me")
            again = rng.sample(arrived, 4)
            assert set(reparse(Mode.SANDBOX, batch_ids=again)) == set(again)
            write(ACCEPT, again)
        arrived += part
        yield


def test_a_full_rebuild_gives_what_the_increments_gave(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    for hours in HOURS:
        sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
        for source in SOURCES:
            assert land_source(Mode.SANDBOX, source, f"after {hours} h").failed == []
    for _ in in_random_order(random.Random(SEED)):
        assert promote_both() == ["published", "published"]
    increments = hash_published(Mode.SANDBOX)
    for table in ("sharp_action_signals", "betting_splits", "games"):
        assert rows(f"select count(*) > 20 from staging.{table}") == [(True,)], table
    assert rows("select count(*) from ops.batches where state = 'retracted'") == [(STEPS - 1,)]
    promote_both("all")
    assert hash_published(Mode.SANDBOX) == increments
    for zone in ZONES:
        for (table,) in rows("select tablename from pg_tables where schemaname = %s", zone):
            write(sql.SQL("truncate {}").format(sql.Identifier(zone, table)))
    assert hash_published(Mode.SANDBOX) != increments
    assert promote_both("all") == ["published", "published"]
    assert hash_published(Mode.SANDBOX) == increments
