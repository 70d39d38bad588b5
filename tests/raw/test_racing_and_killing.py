"""Real processes that race for the same work, and processes killed at every step."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any
from uuid import UUID

import pytest

from linehouse import database
from linehouse.landing import land, land_payload
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import PROJECT_ROOT, Mode
from linehouse.sources.base import Payload
from linehouse.sources.errors import BadKeyError
from linehouse.sources.the_odds_api.source import SOURCE
from tests.raw import landing_process
from tests.raw.conftest import OWN_VARIABLES, Answer, Upstream, log_rows, odds_body, rows

ANSWER = Answer(odds_body(20), headers={"x-sandbox-now": "2026-04-18T16:00:00+00:00"})
EXPECTED = {"games_raw": 20, "betting_lines_raw": 160, "payload_events": 20}
EXPECTED_FILE = {"games_raw": 200, "betting_lines_raw": 4000, "payload_events": 200}


class Landing:
    """A landing in a process of its own."""

    def __init__(self, context: ForkServerContext, what: str, name: str, step: str | None) -> None:
        self._told, told = context.Pipe(duplex=False)
        environment = {key: os.environ[key] for key in OWN_VARIABLES if key in os.environ}
        self.process: BaseProcess = context.Process(
            target=landing_process.run, args=(environment, told, what, name, step)
        )
        self.process.start()
        told.close()

    def result(self) -> Any:
        """What it says at its end: outcome and batch."""
        told = self._told.recv()
        self.process.join(60)
        assert self.process.exitcode == 0
        return told

    def outcome(self) -> str:
        return str(self.result()[0])

    def was_killed(self) -> None:
        self.process.join(60)
        assert self.process.exitcode == -signal.SIGKILL, "it was not killed at this step"


@pytest.fixture(scope="module")
def processes() -> Iterator[ForkServerContext]:
    """Processes that begin with the landing's modules imported, forked from a clean one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.raw.landing_process"])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join((str(PROJECT_ROOT), str(PROJECT_ROOT / "include")))
    try:
        context.Process(target=int).start()  # starts the server with this PYTHONPATH
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    yield context


@pytest.fixture
def start(processes: ForkServerContext) -> Any:
    """`start(what, name, step)`: a landing in a process of its own."""
    return lambda what, name, step=None: Landing(processes, what, name, step)


def land_here(run_key: str) -> str:
    """The same landing in this process."""
    request = SOURCE.odds_request("baseball_mlb")
    return land(request, SOURCE, mode=Mode.SANDBOX, run_key=run_key).outcome


def load_here(name: str) -> str:
    """The same file in this process."""
    payload = Payload("many_lines", "files", b"x" * 100_000, None, name=name)
    source = landing_process.ManyLines()
    return land_payload(payload, source, mode=Mode.SANDBOX, run_key="file").outcome


def counts(mode: Mode, payload_table: str = "odds_api_responses") -> dict[str, int]:
    """Rows of each table that landing writes."""
    tables = ("games_raw", "betting_lines_raw", "payload_events", "payload_coverage", payload_table)
    found = {table: rows(mode, f"select count(*) from raw_data.{table}")[0][0] for table in tables}
    return found | {"batches": rows(mode, "select count(*) from ops.batches")[0][0]}


def fingerprint(mode: Mode) -> list[tuple[Any, ...]]:
    """What landed, without the numbers and times that differ from run to run."""
    return rows(
        mode,
        """
        select 'line', l.position, l.source_event_id, l.bookmaker, l.market, l.outcome, l.price,
            l.point, b.batch_id::text
        from raw_data.betting_lines_raw l join ops.batches b using (payload_id)
        union all
        select 'game', g.position, g.source_event_id, g.home_team, g.away_team, g.commence_text,
            g.observed_at::text, g.sport_key, b.batch_id::text
        from raw_data.games_raw g join ops.batches b using (payload_id)
        union all
        select 'payload', body_bytes::int, encode(body_sha256, 'hex'), source, feed, sport_key,
            observed_at::text, params::text, batch_id::text
        from raw_data.odds_api_responses
        union all
        select 'batch', row_count, state, source, feed, payload_table, observed_at::text,
            event_count::text, batch_id::text
        from ops.batches
        order by 1, 2, 3
        """,
    )


def wait_for_quiet(mode: Mode) -> None:
    """Until the server has noticed that the killed clients are gone."""
    for _ in range(100):
        with database.connect(mode, "owner") as connection:
            alive = connection.execute(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and pid <> pg_backend_pid()"
            ).fetchone()
        if alive == (0,):
            return
        time.sleep(0.05)
    raise AssertionError("a backend of a killed process is still there")


def landed_once(landings: list[Landing]) -> UUID:
    """One of them landed, all others tell its batch as a duplicate. Returns the batch."""
    results = [landing.result() for landing in landings]
    assert sorted(outcome for outcome, _ in results) == ["duplicate"] * (len(results) - 1) + [
        "landed"
    ]
    (batch,) = {batch for _, batch in results}
    return UUID(str(batch))


def test_processes_with_one_request_send_it_once(
    raw_database: Mode, upstream: Upstream, start: Any
) -> None:
    upstream.play(ANSWER)
    landed_once([start("request", "same") for _ in range(4)])
    assert len(upstream.seen) == 1
    assert counts(raw_database) == EXPECTED | {
        "payload_coverage": 1,
        "odds_api_responses": 1,
        "batches": 1,
    }
    assert sorted(row[0] for row in log_rows(raw_database)) == ["duplicate"] * 3 + ["landed"]


def test_processes_that_get_the_same_content_land_it_once(
    raw_database: Mode, upstream: Upstream, start: Any
) -> None:
    upstream.play(ANSWER)
    landed_once([start("request", f"run{number}") for number in range(4)])
    assert len(upstream.seen) == 4
    assert counts(raw_database)["odds_api_responses"] == 1
    assert counts(raw_database)["betting_lines_raw"] == 160


def test_processes_with_one_file_land_it_once(raw_database: Mode, start: Any) -> None:
    landed_once([start("file", "season.xlsx") for _ in range(4)])
    assert counts(raw_database, "archive_files") == EXPECTED_FILE | {
        "payload_coverage": 1,
        "archive_files": 1,
        "batches": 1,
    }


def test_processes_with_different_files_all_land(raw_database: Mode, start: Any) -> None:
    landings = [start("file", f"{number}.xlsx") for number in range(3)]
    assert [landing.outcome() for landing in landings] == ["landed"] * 3
    assert counts(raw_database, "archive_files")["betting_lines_raw"] == 12_000


@pytest.mark.parametrize(
    "step",
    [
        "after:begin",
        "after:fetch",
        "after:read",
        "after:claim_batch",
        "after:insert_payload",
        "after:copy_lines",
        "after:copy_parsed",
        "after:describe_batch",
        "after:finish",
    ],
)
def test_a_process_killed_at_any_step_leaves_nothing_half_done(
    raw_database: Mode, upstream: Upstream, start: Any, step: str
) -> None:
    upstream.play(ANSWER)
    start("request", "run", step).was_killed()
    wait_for_quiet(raw_database)
    assert set(counts(raw_database).values()) == {0}
    assert log_rows(raw_database) == [("started", None)]
    assert land_here("run") == "landed"
    assert [row[0] for row in log_rows(raw_database)] == ["interrupted", "landed"]
    retried = fingerprint(raw_database)
    assert len(retried) == 160 + 20 + 1 + 1
    with database.connect(raw_database, "owner") as connection:
        connection.execute("truncate raw_data.odds_api_responses, raw_data.betting_lines_raw")
        connection.execute("truncate raw_data.games_raw, raw_data.payload_events, ops.batches")
        connection.execute("truncate raw_data.collection_log, raw_data.payload_coverage")
    land_here("run")
    assert fingerprint(raw_database) == retried, "an undisturbed run gives something else"


def test_a_process_killed_after_the_commit_is_not_repeated(
    raw_database: Mode, upstream: Upstream, start: Any
) -> None:
    upstream.play(ANSWER)
    start("request", "run", "after:store").was_killed()
    landed = fingerprint(raw_database)
    assert counts(raw_database)["betting_lines_raw"] == 160
    assert land_here("run") == "duplicate"
    assert fingerprint(raw_database) == landed
    assert len(upstream.seen) == 1
    assert [row[0] for row in log_rows(raw_database)] == ["landed", "duplicate"]


@pytest.mark.parametrize("step", ["after:copy_lines", "before:finish"])
def test_a_file_whose_loader_was_killed_loads_the_next_time(
    raw_database: Mode, start: Any, step: str
) -> None:
    start("file", "season.xlsx", step).was_killed()
    wait_for_quiet(raw_database)
    assert set(counts(raw_database, "archive_files").values()) == {0}
    assert load_here("season.xlsx") == "landed"
    assert counts(raw_database, "archive_files")["betting_lines_raw"] == 4000
    assert [row[0] for row in log_rows(raw_database)] == ["interrupted", "landed"]


def wait_for_request(upstream: Upstream) -> None:
    for _ in range(400):
        if upstream.seen:
            return
        time.sleep(0.05)
    raise AssertionError("the upstream was never asked")


def test_a_kill_in_the_middle_of_the_answer(
    raw_database: Mode, upstream: Upstream, start: Any
) -> None:
    upstream.play(replace(ANSWER, trickle_seconds=0.01), ANSWER)
    landing = start("request", "run")
    wait_for_request(upstream)
    landing.process.kill()
    landing.was_killed()
    assert land_here("run") == "landed"
    assert [row[0] for row in log_rows(raw_database)] == ["interrupted", "landed"]


def test_a_process_that_only_seems_dead_is_waited_for(
    raw_database: Mode, upstream: Upstream, start: Any
) -> None:
    upstream.play(replace(ANSWER, hang_seconds=1.0), ANSWER)
    first = start("request", "run")
    wait_for_request(upstream)
    assert land_here("run") == "duplicate"
    assert first.outcome() == "landed"
    assert len(upstream.seen) == 1


def test_racing_processes_make_a_month_once(raw_database: Mode, start: Any) -> None:
    landings = [start("months", "2031") for _ in range(4)]
    assert [landing.result() for landing in landings] == [None] * 4
    made = rows(
        raw_database,
        "select count(*) from pg_inherits"
        " where inhparent = 'raw_data.betting_lines_raw'::regclass"
        " and inhrelid::regclass::text ~ '2031'",
    )
    assert made == [(12,)]


@pytest.mark.parametrize("answer", [ANSWER, Answer(b"oops", status=401)])
def test_an_answer_outlives_a_crash_of_the_database(
    raw_database: Mode, upstream: Upstream, postgres_server: EmbeddedPostgres, answer: Answer
) -> None:
    upstream.play(answer)
    restarts: list[threading.Thread] = []

    def crash() -> None:
        postgres_server.stop("immediate")
        restart = threading.Thread(target=lambda: (time.sleep(0.5), postgres_server.start()))
        restart.start()
        restarts.append(restart)

    upstream.on_request = crash
    try:
        if answer.status == 200:
            assert land_here("run") == "landed"
        else:
            with pytest.raises(BadKeyError):
                land_here("run")
    finally:
        for restart in restarts:
            restart.join()
    assert len(upstream.seen) == 1
    kept = rows(raw_database, "select http_status, body from raw_data.odds_api_responses")
    assert [(status, bytes(body)) for status, body in kept] == [(answer.status, answer.body)]
    outcome = "landed" if answer.status == 200 else "failed"
    assert [row[0] for row in log_rows(raw_database)] == [outcome]


def test_a_crash_of_the_database_in_the_middle_of_landing_leaves_nothing_half_done(
    raw_database: Mode, postgres_server: EmbeddedPostgres, start: Any
) -> None:
    blocker = database.connect(raw_database)
    blocker.execute("lock table raw_data.games_raw in exclusive mode")
    landing = start("file", "season.xlsx")
    waiting = (
        "select count(*) from pg_locks where not granted"
        " and relation = 'raw_data.games_raw'::regclass"
    )
    for _ in range(400):
        if rows(raw_database, waiting) == [(1,)]:
            break
        time.sleep(0.05)
    else:
        raise AssertionError("the landing never came to its games")
    postgres_server.stop("immediate")
    blocker.close()
    landing.process.join(60)
    assert landing.process.exitcode == 1
    postgres_server.start()
    assert set(counts(raw_database, "archive_files").values()) == {0}
    assert load_here("season.xlsx") == "landed"
    assert counts(raw_database, "archive_files")["betting_lines_raw"] == 4000
    assert [row[0] for row in log_rows(raw_database)] == ["interrupted", "landed"]
