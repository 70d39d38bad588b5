"""raw_data.collection_log: one row per attempt, written before it begins and when it ends."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

log = logging.getLogger(__name__)

LONGEST_ERROR = 2000
LONGEST_WAIT_FOR_ANOTHER = "15min"


@dataclass(frozen=True)
class Attempt:
    """An attempt that has begun."""

    attempt_id: int
    started_at: datetime


def begin(
    connection: psycopg.Connection[Any],
    *,
    source: str,
    feed: str,
    sport_key: str | None,
    url: str | None,
    request_key: UUID | None,
    run_id: str,
    key_fingerprint: str | None = None,
) -> Attempt:
    """Write the row `started`; the caller commits it before anything else happens."""
    started_at = datetime.now(UTC)
    row = connection.execute(
        """
        insert into raw_data.collection_log
            (started_at, source, feed, sport_key, url, outcome, request_key, run_id,
            key_fingerprint)
        values (%s, %s, %s, %s, %s, 'started', %s, %s, %s)
        returning attempt_id
        """,
        [started_at, source, feed, sport_key, url, request_key, run_id, key_fingerprint],
    ).fetchone()
    assert row is not None
    return Attempt(row[0], started_at)


def finish(
    connection: psycopg.Connection[Any],
    attempt: Attempt,
    outcome: str,
    *,
    error: BaseException | str | None = None,
    error_type: str | None = None,
    http_status: int | None = None,
    url: str | None = None,
    latency_ms: int | None = None,
    quota: dict[str, float] | None = None,
    event_count: int | None = None,
    bookmaker_count: int | None = None,
    batch_id: UUID | None = None,
    payload_id: int | None = None,
    circuit: str | None = None,
    ask_again_at: datetime | None = None,
) -> None:
    """Write how an attempt ended (`landed`, `duplicate`, `failed`, `skipped`). Texts must hold no
    secret. `circuit` and `ask_again_at`: for whom this failure opens the circuit, until when."""
    if isinstance(error, BaseException):
        error_type = type(error).__name__
    quota = quota or {}
    connection.execute(
        """
        update raw_data.collection_log
        set finished_at = clock_timestamp(), outcome = %s, error_type = %s, error = %s,
            http_status = %s, url = coalesce(%s, url), latency_ms = %s,
            quota_remaining = %s, quota_used = %s, quota_cost = %s,
            event_count = %s, bookmaker_count = %s, batch_id = %s, payload_id = %s,
            circuit = %s, ask_again_at = %s
        where attempt_id = %s
        """,
        [
            outcome,
            error_type,
            str(error).replace("\0", "\ufffd")[:LONGEST_ERROR] if error is not None else None,
            http_status,
            url,
            latency_ms,
            quota.get("remaining"),
            quota.get("used"),
            quota.get("cost"),
            event_count,
            bookmaker_count,
            batch_id,
            payload_id,
            circuit,
            ask_again_at,
            attempt.attempt_id,
        ],
    )


def close_stale(connection: psycopg.Connection[Any], request_key: UUID) -> int:
    """Mark attempts of this request whose process died. The caller holds the request's lock, so
    nobody can be at work on one of them. Returns how many there were."""
    return connection.execute(
        """
        update raw_data.collection_log
        set outcome = 'interrupted', finished_at = clock_timestamp(),
            error_type = 'Interrupted', error = 'its process ended before the answer was landed'
        where request_key = %s and outcome = 'started'
        """,
        [request_key],
    ).rowcount


def note_failure(connection: psycopg.Connection[Any], attempt: Attempt, error: Exception) -> None:
    """Write an outcome for an error of our own side, where the database still answers."""
    try:
        finish(connection, attempt, "failed", error=error)
    except psycopg.Error:
        log.warning("The outcome of attempt %d could not be written", attempt.attempt_id)


@contextmanager
def alone(connection: psycopg.Connection[Any], request_key: UUID) -> Iterator[None]:
    """One process at a time works on one request or file. The lock ends with the session: a killed
    process leaves none, and one that only seems dead is waited for.

    Raises psycopg.errors.LockNotAvailable when another holds it for a quarter of an hour.
    """
    connection.execute(f"set lock_timeout = '{LONGEST_WAIT_FOR_ANOTHER}'")
    connection.execute(
        "select pg_advisory_lock(hashtextextended(%s, 0))", [f"landing:{request_key}"]
    )
    connection.execute("reset lock_timeout")
    yield
