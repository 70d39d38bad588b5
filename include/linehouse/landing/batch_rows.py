"""The rows of a batch itself: its claim in ops.batches, its bytes, what was read from them."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from linehouse.landing.arrival import Arrival, LandingResult
from linehouse.landing.attempts import LONGEST_ERROR
from linehouse.landing.copy_rows import Counts
from linehouse.landing.reading import REPAIRED, Reading, storable
from linehouse.sources.base import Source


def claim_batch(
    connection: psycopg.Connection[Any],
    source: Source,
    arrival: Arrival,
    batch: UUID,
    observed_at: datetime | None,
    landed_at: datetime,
) -> int | None:
    """Insert the batch; its new payload id, or None where another has it (then it is committed:
    an insert under way elsewhere is waited for)."""
    payload = arrival.payload
    row = connection.execute(
        """
        insert into ops.batches (
            batch_id, payload_id, payload_table, source, feed, sport_key, observed_at, landed_at,
            state_changed_at, request_key, run_id
        )
        values (
            %s, nextval('raw_data.payload_id_seq'), %s, %s, %s, %s, %s, %s, %s, %s, %s
        )
        on conflict do nothing
        returning payload_id
        """,
        [
            batch,
            source.payload_tables[payload.feed],
            payload.source,
            payload.feed,
            payload.sport_key,
            observed_at,
            landed_at,
            landed_at,
            arrival.request_key,
            arrival.run_id,
        ],
    ).fetchone()
    return int(row[0]) if row is not None else None


def insert_payload(
    connection: psycopg.Connection[Any],
    table: str,
    arrival: Arrival,
    *,
    payload_id: int | None = None,
    batch: UUID | None = None,
    observed_at: datetime | None = None,
) -> int:
    """Keep the bytes as received; without a batch for an answer that is an error."""
    payload = arrival.payload
    if payload_id is None:
        row = connection.execute("select nextval('raw_data.payload_id_seq')").fetchone()
        assert row is not None
        payload_id = int(row[0])
    connection.execute(
        sql.SQL(
            """
            insert into raw_data.{} (
                payload_id, batch_id, source, feed, sport_key, name, url, params, http_status,
                response_headers, observed_at, received_at, body, body_sha256, body_bytes
            )
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %b, %b, %s)
            """
        ).format(sql.Identifier(table)),
        [
            payload_id,
            batch,
            payload.source,
            payload.feed,
            payload.sport_key,
            payload.name,
            arrival.url,
            json.dumps(dict(payload.params)),
            payload.status,
            json.dumps(dict(payload.headers)),
            observed_at,
            arrival.received_at,
            payload.body,
            hashlib.sha256(payload.body).digest(),
            len(payload.body),
        ],
    )
    return payload_id


def describe_batch(
    connection: psycopg.Connection[Any],
    batch: UUID,
    source: Source,
    reading: Reading,
    counts: Counts,
) -> None:
    """Write what the parser made of a payload into its batch."""
    connection.execute(
        """
        update ops.batches
        set row_count = %s, event_count = %s, historical = %s, parse_error = %s,
            parse_error_type = %s, drift = %s, parser_version = %s
        where batch_id = %s
        """,
        [
            counts.rows,
            counts.events,
            reading.parsed.historical,
            storable(reading.error)[:LONGEST_ERROR] if reading.error else None,
            reading.error_type,
            drift_of(reading, counts),
            getattr(source, "parser_version", None),
            batch,
        ],
    )


def drift_of(reading: Reading, counts: Counts) -> list[str]:
    """Unknown fields that the parser reported, and the repair of text, if there was one."""
    return [*map(storable, reading.parsed.drift), *([REPAIRED] if counts.repaired else [])]


def find(
    connection: psycopg.Connection[Any], *, batch: UUID | None = None, request: UUID | None = None
) -> LandingResult | None:
    """The batch with this id, or the one that answered this request, as `duplicate`."""
    row = connection.execute(
        """
        with ids as (
            select batch_id from ops.batches
            where batch_id = %(batch)s or request_key = %(request)s
            union
            select batch_id from raw_data.collection_log
            where request_key = %(request)s and batch_id is not null
        )

        select batch_id, payload_id, state, row_count, event_count, observed_at, drift,
            parse_error, parse_error_type
        from ops.batches
        where batch_id in (select batch_id from ids)
        order by batch_id = %(batch)s desc nulls last, landed_at
        limit 1
        """,
        {"batch": batch, "request": request},
    ).fetchone()
    if row is None:
        return None
    return LandingResult(
        batch_id=row[0],
        payload_id=row[1],
        outcome="duplicate",
        state=row[2],
        row_count=row[3],
        event_count=row[4],
        observed_at=row[5],
        drift=tuple(row[6]),
        parse_error=row[7],
        parse_error_type=row[8],
    )
