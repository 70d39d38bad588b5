"""The raw gate: Great Expectations judges each landed batch by its own rows.

A batch that passes is accepted and becomes pending; one that fails is held until a person decides,
and everything else goes on without it.
"""

import importlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

from linehouse import clock, database
from linehouse.promotion.judgement import Judgement, store
from linehouse.settings import Mode

if TYPE_CHECKING:
    from expectations.raw_data import RawBatch

SUITES = {"the_odds_api": "the_odds_api", "sbro": "archives"}
"""Source to its module in `expectations/raw_data/`."""


class NoSuiteError(LookupError):
    """A source has no suite: nothing of it may be accepted."""


@dataclass(frozen=True)
class BatchVerdict:
    """What the raw gate decided on a batch."""

    batch_id: uuid.UUID
    accepted: bool
    sentence: str


def gate_raw(
    mode: Mode,
    batch_ids: Iterable[uuid.UUID | str] | None = None,
    *,
    now: datetime | None = None,
) -> list[BatchVerdict]:
    """Judge landed batches (all of them where none are named), oldest snapshot first.

    Each is judged against the accepted snapshot before it, so a later one of the same call sees
    an earlier one's acceptance. Batches that were decided already keep their state.
    """
    mode = Mode(mode)
    wanted = None if batch_ids is None else [uuid.UUID(str(one)) for one in batch_ids]
    verdicts = []
    with database.connect(mode, autocommit=True) as connection:
        landed = _landed(connection, wanted)
        moment = now or (_moment(mode, landed) if landed else None)
        for row in landed:
            assert moment is not None
            with connection.transaction():
                verdicts.append(_judge(connection, mode, row, moment))
    return verdicts


def _landed(
    connection: psycopg.Connection[Any], wanted: Sequence[uuid.UUID] | None
) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            """
            select
                batch_id, payload_id, source, feed, sport_key, observed_at, historical, landed_at,
                row_count
            from ops.batches
            where
                state = 'landed' and (%(all)s or batch_id = any(%(ids)s))
            order by observed_at nulls first, batch_id
            """,
            {"all": wanted is None, "ids": wanted or []},
        ).fetchall()


def _moment(mode: Mode, landed: Sequence[dict[str, Any]]) -> datetime:
    """The clock of the mode; it is not asked where only historical batches are judged."""
    if all(row["historical"] for row in landed):
        return max(row["landed_at"] for row in landed)
    return clock.now(mode)


def _judge(
    connection: psycopg.Connection[Any], mode: Mode, row: dict[str, Any], now: datetime
) -> BatchVerdict:
    from linehouse.promotion import gx  # seconds to import: only where it is used

    batch = _raw_batch(connection, row, now)
    module = _suite_module(batch.source)
    judgements = gx.validate(
        mode, "raw_data", module.TABLE, module.suite(batch), elements=row["row_count"]
    )
    failed = [one for one in judgements if one.stops]
    judgements += [
        Judgement(
            suite=f"raw_data.{batch.source}.{batch.feed}",
            name=name,
            severity="info",
            success=True,
            example=f"not judged: {why}",
            detail={"not_judged": why},
        )
        for name, why in module.not_judged(batch).items()
    ]
    store(connection, judgements, zone="raw_data", batch_id=batch.batch_id)
    sentence = _sentence(batch, judgements, failed)
    connection.execute(
        """
        update ops.batches
        set state = %s, state_reason = %s, state_changed_at = clock_timestamp(),
            revision = revision + 1, decided_by = 'raw_gate'
        where batch_id = %s and state = 'landed'
        """,
        ("held" if failed else "accepted", sentence, batch.batch_id),
    )
    return BatchVerdict(batch.batch_id, not failed, sentence)


def _sentence(
    batch: "RawBatch", judgements: Sequence[Judgement], failed: Sequence[Judgement]
) -> str:
    if failed:
        others = f"; and {len(failed) - 1} more" if len(failed) > 1 else ""
        return f"{failed[0].sentence()}{others} (batch {batch.batch_id})."
    return f"All {len(judgements)} expectations let batch {batch.batch_id} pass."


def _suite_module(source: str) -> Any:
    try:
        return importlib.import_module(f"expectations.raw_data.{SUITES[source]}")
    except KeyError as error:
        raise NoSuiteError(f"source {source} has no suite in expectations/raw_data/") from error


def _raw_batch(
    connection: psycopg.Connection[Any], row: dict[str, Any], now: datetime
) -> "RawBatch":
    from expectations.raw_data import RawBatch

    previous = None if row["historical"] else _previous(connection, row)
    return RawBatch(
        batch_id=row["batch_id"],
        payload_id=row["payload_id"],
        source=row["source"],
        feed=row["feed"],
        sport_key=row["sport_key"],
        observed_at=row["observed_at"],
        historical=row["historical"],
        landed_on=_landed_on(connection, row["payload_id"]),
        now=now,
        previous_payload_id=previous,
        previous_landed_on=_landed_on(connection, previous) if previous is not None else (),
        row_count=row["row_count"],
    )


def _previous(connection: psycopg.Connection[Any], row: dict[str, Any]) -> int | None:
    """The accepted payload before it of the same source, feed and sport that spoke of all games."""
    found = connection.execute(
        """
        select b.payload_id
        from ops.batches as b
        where
            b.source = %(source)s and b.feed = %(feed)s and b.sport_key = %(sport_key)s
            and b.observed_at < %(observed_at)s and b.state = 'accepted'
            and exists (
                select from raw_data.payload_coverage as c
                where c.payload_id = b.payload_id and c.source_event_id is null
            )
        order by b.observed_at desc, b.batch_id desc
        limit 1
        """,
        row,
    ).fetchone()
    return found[0] if found else None


def _landed_on(connection: psycopg.Connection[Any], payload_id: int) -> tuple[date, ...]:
    rows = connection.execute(
        "select distinct landed_on from raw_data.payload_events where payload_id = %s",
        (payload_id,),
    ).fetchall()
    return tuple(day for (day,) in rows)
