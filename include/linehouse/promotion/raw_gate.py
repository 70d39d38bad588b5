"""The raw gate: Great Expectations judges each landed batch by its own rows.

A batch that passes is accepted and becomes pending; one that fails is held until a person decides,
and everything else goes on without it.
"""

import importlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

from linehouse import clock, database
from linehouse.promotion.judgement import Judgement, store
from linehouse.settings import Mode

if TYPE_CHECKING:
    from expectations.raw_data import RawBatch, Snapshot
    from linehouse.sources.base import Source

USUAL_SNAPSHOTS = 7
"""Since 2026-11-20: how many accepted snapshots tell what is usual; one bad one is outvoted."""
USUAL_WITHIN = timedelta(days=2)
"""Since 2026-11-20: what was offered longer ago says nothing about now."""
NEAREST_WITHIN = timedelta(days=1)
"""Since 2026-11-20: in a longer time favourites change in earnest."""


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

    Each is judged against accepted snapshots near it, so a later one of the same call sees an
    earlier one's acceptance. Batches that were decided already keep their state.
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
                row_count, revision
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

    try:
        module = _suite_module(row["source"], row["feed"])
    except NoSuiteError as none:
        sentence = f"nobody can judge batch {row['batch_id']}: {none}."
        return _decide(connection, row["batch_id"], False, sentence)
    batch = _raw_batch(connection, mode, row, now, getattr(module, "VOLUME_FEEDS", {}))
    judgements = gx.validate(
        mode, "raw_data", module.TABLE, _suite(module, batch), row["row_count"], lasting=True
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
    return _decide(connection, batch.batch_id, not failed, sentence)


def _decide(
    connection: psycopg.Connection[Any], batch_id: uuid.UUID, accepted: bool, sentence: str
) -> BatchVerdict:
    connection.execute(
        """
        update ops.batches
        set state = %s, state_reason = %s, state_changed_at = clock_timestamp(),
            revision = revision + 1, decided_by = 'raw_gate'
        where batch_id = %s and state = 'landed'
        """,
        ("accepted" if accepted else "held", sentence, batch_id),
    )
    return BatchVerdict(batch_id, accepted, sentence)


def _sentence(
    batch: "RawBatch", judgements: Sequence[Judgement], failed: Sequence[Judgement]
) -> str:
    if failed:
        others = f"; and {len(failed) - 1} more" if len(failed) > 1 else ""
        return f"{failed[0].sentence()}{others} (batch {batch.batch_id})."
    return f"All {len(judgements)} expectations let batch {batch.batch_id} pass."


def _suite_module(source: str, feed: str) -> Any:
    """The module of `expectations/raw_data/` that judges a source. Raises `NoSuiteError`."""
    name = f"expectations.raw_data.{getattr(_reader(source, feed), 'suite', source)}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise NoSuiteError(f"source {source} has no suite in expectations/raw_data/") from error


def _suite(module: Any, batch: "RawBatch") -> Any:
    """What the source's module demands, and that there are rows unless there need be none."""
    from expectations import ExpectationSuite
    from expectations.raw_data.readable import holds_rows

    suite = module.suite(batch)
    if batch.may_be_empty:
        return suite
    return ExpectationSuite(name=suite.name, expectations=[*suite.expectations, holds_rows(batch)])


def _may_be_empty(source: str, feed: str) -> bool:
    return feed in getattr(_reader(source, feed), "may_be_empty", ())


def _reader(source: str, feed: str) -> "Source | None":
    """What reads this feed of this source; None where nothing does any more."""
    from linehouse.sources import registry

    try:
        return registry.for_feed(source, feed)
    except KeyError:
        return None


def _raw_batch(
    connection: psycopg.Connection[Any],
    mode: Mode,
    row: dict[str, Any],
    now: datetime,
    volume_feeds: Mapping[str, tuple[str, ...]],
) -> "RawBatch":
    from expectations.raw_data import RawBatch

    usual: tuple[Snapshot, ...] = ()
    nearest: tuple[Snapshot, ...] = ()
    row = row | {"sport_key": row["sport_key"] or _only_sport(connection, row["payload_id"])}
    if row["observed_at"] is not None and row["sport_key"] is not None:
        if row["feed"] in volume_feeds:
            usual = _accepted_near(
                connection, row, USUAL_WITHIN, USUAL_SNAPSHOTS, volume_feeds[row["feed"]]
            )
        nearest = usual[:1] if usual else _accepted_near(connection, row, NEAREST_WITHIN, 1)
        nearest = tuple(
            one for one in nearest if abs(one.observed_at - row["observed_at"]) <= NEAREST_WITHIN
        )
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
        landed_at=row["landed_at"] if mode is Mode.LIVE else None,
        judged_before=mode is not Mode.LIVE and row["revision"] > 1,
        usual=usual,
        nearest=nearest[0] if nearest else None,
        may_be_empty=_may_be_empty(row["source"], row["feed"]),
    )


def _accepted_near(
    connection: psycopg.Connection[Any],
    row: dict[str, Any],
    within: timedelta,
    limit: int,
    feeds: Sequence[str] | None = None,
) -> "tuple[Snapshot, ...]":
    """Accepted snapshots that spoke of all games of the sport, nearest in time first: those before
    the batch, for a historical one on both sides. `feeds` None: of any feed with lines.

    Before one that a person let in against the gate nothing is usual any more.
    """
    from expectations.raw_data import Snapshot

    rows = connection.execute(
        """
        with near as (
            select b.payload_id, b.observed_at, b.overridden_by
            from ops.batches as b
            where
                b.source = %(source)s and b.state = 'accepted' and b.batch_id <> %(batch_id)s
                and (b.feed = any(%(feeds)s) or (%(feeds)s::text[] is null and b.row_count > 0))
                and b.observed_at between %(observed_at)s - %(within)s
                    and %(observed_at)s
                    + case when %(historical)s then %(within)s else interval '0' end
                and exists (
                    select from raw_data.payload_coverage as c
                    where
                        c.payload_id = b.payload_id and c.source_event_id is null
                        and c.sport_key = %(sport_key)s
                )
        ),
        nearest as (
            select * from near
            where
                observed_at >= %(observed_at)s
                or observed_at >= coalesce(
                    (
                        select max(observed_at) from near
                        where overridden_by is not null and observed_at < %(observed_at)s
                    ),
                    '-infinity'
                )
            order by abs(extract(epoch from observed_at - %(observed_at)s)), payload_id
            limit %(limit)s
        )
        select n.payload_id, n.observed_at, array(
            select distinct e.landed_on from raw_data.payload_events as e
            where e.payload_id = n.payload_id
        )
        from nearest as n
        order by abs(extract(epoch from n.observed_at - %(observed_at)s)), n.payload_id
        """,
        {
            **row,
            "within": within,
            "limit": limit,
            "feeds": list(feeds) if feeds is not None else None,
        },
    ).fetchall()
    return tuple(Snapshot(payload, at, tuple(days)) for payload, at, days in rows)


def _only_sport(connection: psycopg.Connection[Any], payload_id: int) -> str | None:
    """The sport that a file speaks of, where it speaks of one."""
    rows = connection.execute(
        "select distinct sport_key from raw_data.payload_coverage where payload_id = %s",
        (payload_id,),
    ).fetchall()
    return rows[0][0] if len(rows) == 1 else None


def _landed_on(connection: psycopg.Connection[Any], payload_id: int) -> tuple[date, ...]:
    rows = connection.execute(
        "select distinct landed_on from raw_data.payload_events where payload_id = %s",
        (payload_id,),
    ).fetchall()
    return tuple(day for (day,) in rows)
