"""What a process of its own lands, for tests that race or kill it. Not a test itself.

A step `before:f` or `after:f` kills the process (signal 9) there, f a function of the landing.
"""

import importlib
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from linehouse import database
from linehouse.landing import land, land_payload
from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Payload
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed
from linehouse.sources.the_odds_api.source import SOURCE

STEPS = {
    "begin": ("linehouse.landing.attempts", "begin"),
    "fetch": ("linehouse.landing.over_http", "fetch"),
    "read": ("linehouse.landing.store", "read"),
    "claim_batch": ("linehouse.landing.store", "claim_batch"),
    "insert_payload": ("linehouse.landing.store", "insert_payload"),
    "copy_parsed": ("linehouse.landing.store", "copy_parsed"),
    "copy_lines": ("linehouse.landing.copy_rows", "_copy_lines"),
    "describe_batch": ("linehouse.landing.store", "describe_batch"),
    "finish": ("linehouse.landing.attempts", "finish"),
    "store": ("linehouse.landing.over_http", "store"),
    "store_file": ("linehouse.landing.payloads", "store"),
}


class ManyLines:
    """An archive of 4,000 lines whatever its bytes say."""

    name = "many_lines"
    payload_tables = {"files": "archive_files"}

    def parse(self, payload: Payload) -> Parsed:
        events = [f"e{number}" for number in range(200)]
        return Parsed(
            games=[GameRow(event, "baseball_mlb", "Away", "Home") for event in events],
            lines=[
                LineRow(event, f"book{book}", "h2h", side, "-110", None)
                for event in events
                for book in range(10)
                for side in ("Away", "Home")
            ],
            coverage=[Coverage("baseball_mlb", ("h2h",))],
            historical=True,
        )


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(step: str) -> None:
    """Replace the step's function by one that dies before or after it."""
    when, name = step.split(":")
    module_name, function_name = STEPS[name]
    module = importlib.import_module(module_name)
    function: Callable[..., Any] = getattr(module, function_name)

    def armed(*arguments: Any, **options: Any) -> Any:
        if when == "before":
            die()
        function(*arguments, **options)
        die()

    setattr(module, function_name, armed)


def run(
    environment: dict[str, str], told: Connection, what: str, name: str, step: str | None
) -> None:
    """Land an answer (`request`, name: run key), a file (`file`) or make months (`months`)."""
    os.environ.update(environment)
    get_settings.cache_clear()
    if step is not None:
        arm(step)
    if what == "months":
        with database.connect(Mode.SANDBOX, autocommit=True) as connection:
            for month in range(1, 13):
                connection.execute(
                    "select raw_data.ensure_lines_month(make_date(%s, %s, 1))", [int(name), month]
                )
        told.send(None)
        return
    if what == "request":
        request = SOURCE.odds_request("baseball_mlb")
        result = land(request, SOURCE, mode=Mode.SANDBOX, run_key=name)
    else:
        payload = Payload("many_lines", "files", b"x" * 100_000, None, name=name)
        result = land_payload(payload, ManyLines(), mode=Mode.SANDBOX, run_key="file")
    told.send((result.outcome, result.batch_id))
