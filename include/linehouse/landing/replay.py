"""Parse again what was landed: a mended parser reads the stored bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from linehouse import database
from linehouse.landing.batch_rows import describe_batch
from linehouse.landing.copy_rows import Place, delete_parsed
from linehouse.landing.reading import read
from linehouse.landing.store import copy_reading
from linehouse.promotion.concern import concerned_games
from linehouse.promotion.lock import lock_out_promotions
from linehouse.settings import Mode
from linehouse.sources import registry
from linehouse.sources.base import Payload, Source


@dataclass
class _Stored:
    """A payload as it lies in its table."""

    source: str
    feed: str
    sport_key: str | None
    name: str | None
    params: dict[str, str]
    http_status: int | None
    response_headers: dict[str, str]
    observed_at: datetime | None
    url: str | None
    body: bytes

    def payload(self) -> Payload:
        return Payload(
            source=self.source,
            feed=self.feed,
            body=self.body,
            observed_at=self.observed_at,
            name=self.name,
            sport_key=self.sport_key,
            params=self.params,
            headers=self.response_headers,
            status=self.http_status,
            url=self.url,
        )


def reparse(
    mode: Mode | str,
    source_name: str | None = None,
    batch_ids: Sequence[UUID] | None = None,
    *,
    source: Source | None = None,
) -> list[UUID]:
    """Replace the parsed rows of batches by what the parser makes of their bytes today.

    All batches, those that one of the registry's sources reads, or those named; one transaction
    each, in order of landing, and none while a promotion runs. Each gets the next revision and is
    `landed` again, for the raw gate to judge; one that is retracted stays so, and so does one that
    a person or a promotion holds. Where the payload itself tells of which moment it is, batch and
    rows get that moment as it is read today; the payload's own row stays as it was received.
    `source` stands in for the registry's.
    Returns the ids done. Raises KeyError for a source that the registry does not have.
    """
    mode = Mode(mode)
    done: list[UUID] = []
    wanted = source
    if wanted is None and source_name is not None:
        wanted = registry.get(source_name)
    with database.connect(mode, autocommit=True) as connection:
        found = connection.execute(
            """
            select batch_id from ops.batches
            where (%(source)s::text is null or source = %(source)s)
                and (%(feeds)s::text[] is null or feed = any(%(feeds)s))
                and (%(batches)s::uuid[] is null or batch_id = any(%(batches)s))
            order by landed_at, payload_id
            """,
            {
                "source": (
                    None
                    if wanted is None or getattr(wanted, "reads_any_source", False)
                    else wanted.name
                ),
                "feeds": list(wanted.payload_tables) if wanted is not None else None,
                "batches": list(batch_ids) if batch_ids is not None else None,
            },
        ).fetchall()
        for (batch,) in found:
            with connection.transaction():
                _reparse_one(connection, batch, source)
            done.append(batch)
    return done


def _reparse_one(connection: psycopg.Connection[Any], batch: UUID, source: Source | None) -> None:
    lock_out_promotions(connection)  # a build must not lose half of what it reads
    row = connection.execute(
        """
        select payload_id, payload_table, source, feed, landed_at from ops.batches
        where batch_id = %s for update
        """,
        [batch],
    ).fetchone()
    assert row is not None
    payload_id, table, source_name, feed, landed_at = row
    parser = source if source is not None else registry.for_feed(source_name, feed)
    payload = _stored_payload(connection, table, payload_id)
    landed_on: date = landed_at.astimezone(UTC).date()
    connection.execute("select raw_data.ensure_lines_month(%s)", [landed_on])
    events, games = _events(connection, payload_id), concerned_games(connection, [payload_id])
    delete_parsed(connection, payload_id, landed_on)
    reading = read(parser, payload)
    observed_at = reading.parsed.observed_at or payload.observed_at
    place = Place(payload_id, payload.source, observed_at, landed_on)
    counts = copy_reading(connection, reading, place)
    describe_batch(connection, batch, parser, reading, counts)
    connection.execute(
        "update ops.batches set observed_at = %s where batch_id = %s", [observed_at, batch]
    )
    _keep_vacated(connection, batch, payload_id, events, games)
    connection.execute(
        """
        update ops.batches
        set revision = revision + 1, state = 'landed', state_reason = 'reparsed',
            decided_by = null, overridden_by = null, state_changed_at = clock_timestamp()
        where batch_id = %(batch)s
            and (state in ('landed', 'accepted') or (state = 'held' and decided_by = 'raw_gate'))
        """,
        {"batch": batch},
    )
    connection.execute(
        """
        update ops.batches set revision = revision + 1
        where batch_id = %(batch)s and state <> 'landed'
        """,
        {"batch": batch},
    )


def _events(connection: psycopg.Connection[Any], payload_id: int) -> set[tuple[str, str]]:
    rows = connection.execute(
        """
        select source, source_event_id from raw_data.games_raw where payload_id = %(id)s
        union
        select source, source_event_id from raw_data.payload_events where payload_id = %(id)s
        """,
        {"id": payload_id},
    ).fetchall()
    return {(source, event) for source, event in rows}


def _keep_vacated(
    connection: psycopg.Connection[Any],
    batch: UUID,
    payload_id: int,
    events: set[tuple[str, str]],
    games: set[UUID],
) -> None:
    """Leave behind what the earlier reading spoke about and this one does not: published rows and
    the registry may rest on it until a promotion has looked."""
    gone = events - _events(connection, payload_id)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.vacated_events (batch_id, source, source_event_id)"
            " values (%s, %s, %s) on conflict do nothing",
            [(batch, source, event) for source, event in sorted(gone)],
        )
        cursor.executemany(
            "insert into ops.vacated_games (batch_id, game_id) values (%s, %s)"
            " on conflict do nothing",
            [(batch, game) for game in games - concerned_games(connection, [payload_id])],
        )


def _stored_payload(connection: psycopg.Connection[Any], table: str, payload_id: int) -> Payload:
    with connection.cursor(row_factory=class_row(_Stored), binary=True) as cursor:
        stored = cursor.execute(
            sql.SQL(
                """
                select source, feed, sport_key, name, params, http_status, response_headers,
                    observed_at, url, body
                from raw_data.{} where payload_id = %s
                """
            ).format(sql.Identifier(table)),
            [payload_id],
        ).fetchone()
    if stored is None:
        raise LookupError(f"raw_data.{table} does not hold payload {payload_id}")
    return stored.payload()
