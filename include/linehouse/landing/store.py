"""Write one payload as a batch: bytes, rows, batch and outcome in one transaction."""

import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from linehouse.batches import batch_id, told_by_name
from linehouse.landing import attempts
from linehouse.landing.arrival import Arrival, LandingResult
from linehouse.landing.attempts import Attempt
from linehouse.landing.batch_rows import (
    claim_batch,
    describe_batch,
    drift_of,
    find,
    insert_payload,
)
from linehouse.landing.copy_rows import Counts, Place, copy_parsed
from linehouse.landing.reading import Reading, read
from linehouse.sources.base import Source

log = logging.getLogger(__name__)


def store(
    connection: psycopg.Connection[Any], source: Source, arrival: Arrival, attempt: Attempt
) -> LandingResult:
    """Land a payload. `connection` is in autocommit mode: the transaction is begun and ended here.

    Of several processes that land the same content, or an answer to the same request, one writes
    and the others get its batch as `duplicate`: they wait at the batch's unique keys.
    """
    payload = arrival.payload
    reading = read(source, payload)
    observed_at = reading.parsed.observed_at or payload.observed_at
    batch = batch_id(payload, arrival.path, observed_at, told_by_name(source, payload))
    landed_at = datetime.now(UTC)
    if reading.parsed.lines:
        ensure_month(connection, landed_at)
    with connection.transaction():
        payload_id = claim_batch(connection, source, arrival, batch, observed_at, landed_at)
        if payload_id is None:
            result = _existing(connection, batch, arrival)
            _finish(connection, attempt, arrival, result, bookmakers=None)
            return result
        insert_payload(
            connection,
            source.payload_tables[payload.feed],
            arrival,
            payload_id=payload_id,
            batch=batch,
            observed_at=observed_at,
        )
        place = Place(payload_id, payload.source, observed_at, landed_at.date())
        counts = copy_reading(connection, reading, place)
        describe_batch(connection, batch, source, reading, counts)
        result = LandingResult(
            batch_id=batch,
            payload_id=payload_id,
            outcome="landed",
            state="landed",
            row_count=counts.rows,
            event_count=counts.events,
            observed_at=observed_at,
            drift=tuple(drift_of(reading, counts)),
            parse_error=reading.error,
            parse_error_type=reading.error_type,
            http_status=payload.status,
            quota=arrival.quota,
        )
        _finish(connection, attempt, arrival, result, counts.bookmakers)
    return result


def ensure_month(connection: psycopg.Connection[Any], landed_at: datetime) -> None:
    """Make the month's partition beforehand and commit, so that no landing waits for another."""
    connection.execute("select raw_data.ensure_lines_month(%s)", [landed_at.date()])


def copy_reading(connection: psycopg.Connection[Any], reading: Reading, place: Place) -> Counts:
    """Write the parsed rows, all or none. Rows that the tables refuse make a parse error of it."""
    if reading.error is not None:
        return Counts()
    try:
        with connection.transaction():
            return copy_parsed(connection, reading.parsed, place)
    except (psycopg.DataError, psycopg.IntegrityError, ValueError, TypeError) as error:
        log.exception("The rows parsed from payload %s cannot be stored", place.payload_id)
        reading.error = f"the parsed rows cannot be stored: {error}"
        reading.error_type = type(error).__name__
        return Counts()


def _existing(connection: psycopg.Connection[Any], batch: UUID, arrival: Arrival) -> LandingResult:
    result = find(connection, batch=batch, request=arrival.request_key)
    assert result is not None, "a batch that conflicts is committed and never deleted"
    return result


def _finish(
    connection: psycopg.Connection[Any],
    attempt: Attempt,
    arrival: Arrival,
    result: LandingResult,
    bookmakers: int | None,
) -> None:
    attempts.finish(
        connection,
        attempt,
        result.outcome,
        error=result.parse_error,
        error_type=result.parse_error_type,
        http_status=arrival.payload.status,
        url=arrival.url,
        latency_ms=arrival.latency_ms,
        quota=arrival.quota,
        event_count=result.event_count,
        bookmaker_count=bookmakers,
        batch_id=result.batch_id,
        payload_id=result.payload_id,
    )
