"""The steps from an upstream to the card, as functions. DAG tasks and the command line call the
same ones; each is safe to repeat."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from linehouse.days import EASTERN
from linehouse.settings import Mode, get_settings

log = logging.getLogger(__name__)

FEEDS = ("odds", "scores")
"""What `land_the_odds_api` asks for about every sport, each on its own."""
HISTORY_SOURCE = "the_odds_api"
SOURCE_SECONDS = 60.0
"""What one source may take of a run that lands all of them, the past that it asks for aside."""
HISTORY_SPACING = timedelta(hours=3)
"""Distance between the historical snapshots that a pipeline run over past days asks for."""
FIRST_HISTORY = timedelta(days=3)
"""How far back the first run goes in an empty sandbox: as far as scores can be asked for."""
ABANDONED_AFTER = timedelta(minutes=15)
"""A batch that has waited for its raw gate for so long was left by a run that did not end."""


class NothingAcceptedError(Exception):
    """The raw gate accepted no batch of this run: later zones have nothing to wait for."""


class RequestsFailedError(Exception):
    """Part of what a run asked for did not arrive, or was held by the raw gate."""


@dataclass
class GateSummary:
    """What the raw gate decided on the batches of one run."""

    accepted: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    """One sentence per held batch."""


def land_feed(mode: Mode, sport_key: str, feed: str, run_key: str) -> dict[str, Any]:
    """Ask The Odds API for one feed (`odds`, `scores`) of one sport now and land the answer. Where
    MARKETS names nothing that the list of odds offers, the free list of games stands for it.

    Returns: `batch_id`, `outcome`, `rows`, `events` (small enough for an XCom).
    Raises: the `SourceError` that fits, after its attempt was logged.
    """
    from linehouse import clock
    from linehouse.days import eastern_day
    from linehouse.landing import land
    from linehouse.landing.of_source import policy_of
    from linehouse.sources.base import Asking
    from linehouse.sources.the_odds_api.requests import asks_for_all
    from linehouse.sources.the_odds_api.source import SOURCE

    now = clock.now(mode)
    if feed == "odds" and not asks_for_all(get_settings()):
        feed = "events"
    (request,) = SOURCE.requests(Asking(sport_key, now, eastern_day(now)), feed)
    return _brief(
        land(
            request,
            SOURCE,
            mode=mode,
            run_key=run_key,
            policy=policy_of(SOURCE),
            heed_circuit=True,
        )
    )


def land_all(
    mode: Mode,
    first_day: date | None,
    last_day: date | None,
    run_key: str,
    on_progress: Callable[[int, int], None] | None = None,
    sources: Sequence[str] | None = None,
    seconds: float = SOURCE_SECONDS,
) -> dict[str, Any]:
    """Land what every source (or those named) has to tell now, all of them at once; of The Odds API
    the history that the days ask for goes first.

    A request that fails does not stop the others, and a source that is dead, hangs or answers
    garbage costs at most `seconds` and fails alone. `on_progress` is told how many requests are
    done, of how many known so far.

    Returns: `batch_ids`; `failed`, one sentence for each request that failed; `off`, each source
    that is off with why; `sources`, each source's `seconds`, `requests`, `batches`, `rows` and
    `failed`.
    """
    from linehouse.landing.all_sources import land_sources
    from linehouse.sources.availability import http_source, http_sources

    wanted = list(http_sources()) if sources is None else list(sources)
    for name in wanted:
        http_source(name)
    past = history_requests(mode, first_day, last_day) if HISTORY_SOURCE in wanted else []
    landed = land_sources(
        mode, wanted, run_key, seconds, before={HISTORY_SOURCE: past}, on_progress=on_progress
    )
    return {
        "batch_ids": landed_by(mode, run_key),
        "failed": [sentence for one in landed for sentence in one.failed],
        "off": {one.source: one.off for one in landed if one.off is not None},
        "sources": {
            one.source: {
                "seconds": one.seconds,
                "requests": one.requests,
                "batches": len(one.batch_ids),
                "rows": one.rows,
                "failed": len(one.failures),
            }
            for one in landed
            if one.off is None
        },
    }


def landed_by(
    mode: Mode, run_key: str, sport_key: str | None = None, feeds: Sequence[str] | None = None
) -> list[str]:
    """The batches that a run landed or found landed, whatever became of the task that did it; of
    one sport or of these feeds alone where they are given."""
    from linehouse.database import connect

    with connect(mode) as connection:
        found = connection.execute(
            """
            select batch_id from raw_data.collection_log
            where
                run_id = %(run_key)s and batch_id is not null
                and (%(sport_key)s::text is null or sport_key = %(sport_key)s)
                and (%(feeds)s::text[] is null or feed = any(%(feeds)s))
            group by batch_id
            order by min(attempt_id)
            """,
            {
                "run_key": run_key,
                "sport_key": sport_key,
                "feeds": list(feeds) if feeds is not None else None,
            },
        ).fetchall()
    return [str(batch_id) for (batch_id,) in found]


def failed_in(mode: Mode, run_key: str) -> list[str]:
    """A sentence for each request of a run that ended in failure, or was not sent."""
    from linehouse.database import connect

    with connect(mode) as connection:
        found = connection.execute(
            """
            select source, feed, sport_key, error from (
                select distinct on (request_key) * from raw_data.collection_log
                where run_id = %s order by request_key, attempt_id desc
            ) as ended
            where outcome in ('failed', 'interrupted', 'skipped')
            order by attempt_id
            """,
            [run_key],
        ).fetchall()
    return [
        f"{source} {feed}{f' of {sport_key}' if sport_key else ''}: {error}"
        for source, feed, sport_key, error in found
    ]


def history_requests(mode: Mode, first_day: date | None, last_day: date | None) -> list[Any]:
    """The snapshots of the past that the days ask for, oldest first."""
    from linehouse.sources.the_odds_api.source import SOURCE

    window = history_window(mode, first_day, last_day)
    return [
        SOURCE.historical_odds_request(sport_key, at)
        for at in (snapshot_times(*window) if window else ())
        for sport_key in get_settings().sports
    ]


def snapshot_times(start: datetime, end: datetime) -> Iterator[datetime]:
    """Times at `HISTORY_SPACING` from `start`, all before `end`."""
    at = start
    while at < end:
        yield at
        at += HISTORY_SPACING


def history_window(
    mode: Mode, first_day: date | None, last_day: date | None
) -> tuple[datetime, datetime] | None:
    """The span (UTC) of past days that a run fetches from history first, or None.

    Days are US Eastern. Only the sandbox has history for nothing: there, an empty database gets
    `FIRST_HISTORY` unasked, so that the first run has moves and closing lines to show. Live, a
    snapshot of the past costs ten times the credits of one of the present, so none is taken.
    """
    from linehouse import clock

    if mode is Mode.LIVE:
        return None
    now = clock.now(mode)
    if first_day is None:
        return None if _is_filled(mode) else (_on_the_hour(now - FIRST_HISTORY), now)
    start, end = day_start(first_day), now
    if last_day is not None:
        end = min(end, day_start(last_day + timedelta(days=1)))
    return (start, end) if start < end else None


def _on_the_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def day_start(day: date) -> datetime:
    """Midnight US Eastern of a day, in UTC."""
    return datetime.combine(day, time(), EASTERN).astimezone(UTC)


def land_archive(
    mode: Mode,
    path: Path,
    archive_format: str | None,
    run_key: str,
    mapping: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """Land every file at `path`, one by one; yields what became of each as it goes.

    The format is told by what is in a file, unless `archive_format` says it or a `mapping`
    describes the tables. A file that cannot be loaded stops none of the others: it comes last,
    without `batch_id`, with the reason in `error`.
    Raises `ArchiveError` where there is nothing to load, or nothing that can be loaded.
    """
    from linehouse import archives
    from linehouse.landing import land_payload
    from linehouse.sources.base import SourceError

    landed_any = False
    failed: list[str] = []
    try:
        for source, payload in archives.payloads(path, archive_format, mapping):
            try:
                landed = land_payload(payload, source, mode=mode, run_key=run_key)
            except SourceError as error:
                failed.append(str(error))
                continue
            landed_any = True
            yield {"file": payload.name, "error": None, **_brief(landed)}
    except archives.NotLoadedError as refusal:
        failed += refusal.sentences
    if failed and not landed_any:
        raise archives.NotLoadedError(failed)
    for sentence in failed:
        log.warning("not loaded: %s", sentence)
        yield {
            "file": None, "error": sentence, "batch_id": None, "outcome": "not_loaded", "rows": 0,
            "events": 0,
        }  # fmt: skip


def gate(mode: Mode, batch_ids: Iterable[str | None]) -> GateSummary:
    """Judge the batches that a run landed; those decided earlier keep their decision.

    Batches that an earlier run left undecided, because it was killed, are judged with them.
    """
    from linehouse.promotion import gate_raw

    summary = GateSummary()
    undecided: list[UUID] = []
    wanted = list(dict.fromkeys(UUID(str(batch_id)) for batch_id in batch_ids if batch_id))
    wanted += [batch_id for batch_id in _left_undecided(mode) if batch_id not in wanted]
    states = _batch_states(mode, wanted)
    for batch_id in wanted:
        state, reason = states[batch_id]
        if state == "accepted":
            summary.accepted.append(str(batch_id))
        elif state == "landed":
            undecided.append(batch_id)
        else:
            summary.held.append(f"batch {batch_id} is {state}: {reason}")
    for verdict in gate_raw(mode, undecided) if undecided else []:
        if verdict.accepted:
            summary.accepted.append(str(verdict.batch_id))
        else:
            summary.held.append(verdict.sentence)
    return summary


def require_accepted(summary: GateSummary) -> None:
    """Raises `NothingAcceptedError` where the raw gate let nothing through."""
    if not summary.accepted:
        why = " ".join(summary.held) or "nothing was landed"
        raise NothingAcceptedError(f"the raw gate accepted no batch of this run: {why}")


def report(failed: Sequence[str], held: Sequence[str]) -> None:
    """Raises `RequestsFailedError` naming what failed or was held, if anything was."""
    if failed or held:
        raise RequestsFailedError("; ".join([*failed, *held]))


def zone_enabled(zone: str) -> bool:
    """Whether settings let this zone be promoted."""
    settings = get_settings()
    return settings.enable_staging if zone == "staging" else settings.enable_curated


def scope_of(
    first_day: date | None,
    last_day: date | None,
    *,
    everything: bool = False,
    whole_pipeline: bool = False,
) -> Any:
    """The scope of a promotion: all, the days asked for (US Eastern), or what is pending.

    In a run of the whole pipeline the days say what is fetched; what it landed is pending then,
    today's snapshot with it.
    """
    if everything:
        return "all"
    if whole_pipeline or (first_day is None and last_day is None):
        return "pending"
    return ("dates", first_day or date(1900, 1, 1), last_day or date(2100, 1, 1))


def _brief(landed: Any) -> dict[str, Any]:
    return {
        "batch_id": str(landed.batch_id) if landed.batch_id else None,
        "outcome": landed.outcome,
        "rows": landed.row_count,
        "events": landed.event_count,
    }


def _batch_states(mode: Mode, batch_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str | None]]:
    from linehouse.database import connect

    if not batch_ids:
        return {}
    with connect(mode) as connection:
        found = connection.execute(
            "select batch_id, state, state_reason from ops.batches where batch_id = any(%s)",
            [list(batch_ids)],
        ).fetchall()
    return {batch_id: (state, reason) for batch_id, state, reason in found}


def _left_undecided(mode: Mode) -> list[UUID]:
    from linehouse.database import connect

    with connect(mode) as connection:
        found = connection.execute(
            "select batch_id from ops.batches where state = 'landed' and landed_at < now() - %s"
            " order by landed_at",
            [ABANDONED_AFTER],
        ).fetchall()
    return [batch_id for (batch_id,) in found]


def _is_filled(mode: Mode) -> bool:
    """Whether a run has ever come as far as curated."""
    from linehouse.database import connect

    with connect(mode) as connection:
        found = connection.execute(
            "select from ops.promotions where zone = 'curated' and state = 'published' limit 1"
        ).fetchone()
    return found is not None
