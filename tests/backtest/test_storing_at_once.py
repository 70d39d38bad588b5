"""Results that several processes store at once, and what publishing one leaves alone."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from linehouse import database
from linehouse.backtest import store
from linehouse.backtest.run import run
from linehouse.promotion import GateFailed, hash_published, publish_python
from linehouse.promotion.lock import promotion_lock
from linehouse.settings import PROJECT_ROOT, Mode
from tests.backtest.storing_process import asked

TABLES = ("strategy_results", "bets", "profitability_metrics")


def ask(mode: Mode, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with database.connect(mode) as connection:
        return connection.execute(query.encode(), values).fetchall()


def rows_of(mode: Mode, run_id: str) -> dict[str, list[dict[str, Any]]]:
    """What the tables hold of a run, row by row."""
    return {
        table: [
            row
            for (row,) in ask(
                mode,
                f"select to_jsonb(t) from curated.{table} as t where run_id = %s"
                " order by to_jsonb(t)::text",
                run_id,
            )
        ]
        for table in TABLES
    }


def of_zones(mode: Mode) -> dict[str, str]:
    """Hashes of every published table but those of backtests."""
    found = hash_published(mode)
    return {name: value for name, value in found.items() if name.split(".")[1] not in TABLES}


@contextmanager
def processes(*wanted: tuple[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Each does its part of the work once it is let go; all are ready for it."""
    path = os.pathsep.join([str(PROJECT_ROOT / "include"), str(PROJECT_ROOT)])
    started = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("storing_process.py")), *arguments],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for arguments in wanted
    ]
    try:
        for one in started:
            assert one.stdout is not None and one.stdout.readline() == "ready\n"
        yield started
    finally:
        for one in started:
            if one.poll() is None:
                one.kill()
            one.wait()


def wait_until_all_wait(mode: Mode, number: int, seconds: float = 60.0) -> None:
    """Until so many processes wait for the lock of promotions."""
    end = time.monotonic() + seconds
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    while ask(mode, waiting) != [(number,)]:
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


@pytest.mark.slow
def test_results_stored_at_once_beside_a_rebuild_are_each_there_once(two_seasons: Mode) -> None:
    undisturbed = of_zones(two_seasons)
    work = [("store", "favourite"), ("store", "favourite"), ("store", "underdog"),
            ("rebuild", "curated")]  # fmt: skip
    with processes(*work) as started:
        with promotion_lock(two_seasons):
            for one in started:
                assert one.stdin is not None
                one.stdin.write("go\n")
                one.stdin.flush()
            wait_until_all_wait(two_seasons, len(work))
        said = [one.communicate(timeout=120)[0].strip().splitlines()[-1] for one in started]
        assert [one.returncode for one in started] == [0] * len(work), said
    assert said[0] == said[1] != said[2] and said[3] == "published"
    assert of_zones(two_seasons) == undisturbed

    counted = ask(two_seasons, "select run_id::text, variant_count from curated.strategy_results")
    assert sorted(counted) == sorted([(said[0], 2), (said[2], 2)])
    for run_id, side in ((said[0], "favourite"), (said[2], "underdog")):
        expected = run(asked(side), two_seasons)
        stored = store.load(run_id, two_seasons)
        assert stored.luck["variants"] == 2
        assert (stored.run_id, stored.bets, stored.metrics, stored.breakdowns) == (
            expected.run_id, expected.bets, expected.metrics, expected.breakdowns
        )  # fmt: skip
        assert len(rows_of(two_seasons, run_id)["bets"]) == expected.metrics["bets"] == 64
    left = "select count(*) from pg_namespace where nspname like %s"
    assert ask(two_seasons, left, "%candidate%") == [(0,)]


@pytest.fixture
def two_runs(two_seasons: Mode) -> tuple[str, str]:
    """Ids of two stored results."""
    first, second = (store.keep(run(asked(side), two_seasons), two_seasons).run_id
                     for side in ("favourite", "underdog"))  # fmt: skip
    return first, second


def test_publishing_a_run_writes_that_run_alone(
    two_seasons: Mode, two_runs: tuple[str, str]
) -> None:
    mine, other = two_runs
    zones, before = of_zones(two_seasons), rows_of(two_seasons, other)
    assert all(before.values())
    nothing: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    publish_python(two_seasons, nothing, (), touched_runs=[UUID(mine)])
    assert rows_of(two_seasons, mine) == nothing, "what is not in the candidate leaves"
    assert rows_of(two_seasons, other) == before
    store.keep(run(asked("favourite"), two_seasons), two_seasons)
    assert all(rows_of(two_seasons, mine).values())
    assert rows_of(two_seasons, other) == before
    assert of_zones(two_seasons) == zones


@pytest.mark.parametrize("standing", [True, False], ids=["beside its own rows", "where none stand"])
def test_a_row_of_a_run_that_is_not_touched_is_refused(
    two_seasons: Mode, two_runs: tuple[str, str], standing: bool
) -> None:
    mine, other = two_runs
    before = hash_published(two_seasons)
    rows = store.newest(two_seasons)  # without what is no column of a list
    contents = dict(ask(two_seasons, "select run_id::text, content from curated.strategy_results"))
    strange = [
        {**row, "parameters": "{}", "content": contents[str(row["run_id"])]}
        for row in rows
        if str(row["run_id"]) == other or (standing and str(row["run_id"]) == mine)
    ]
    touched = UUID(mine) if standing else UUID("11111111-1111-5111-8111-111111111111")
    with pytest.raises(GateFailed, match="rows belong to the runs that are promoted"):
        publish_python(two_seasons, {"strategy_results": strange}, (), touched_runs=[touched])
    assert hash_published(two_seasons) == before
