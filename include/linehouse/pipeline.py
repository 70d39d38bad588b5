"""The steps from an upstream to the card, as functions. DAG tasks and the command line call the
same ones; each is safe to repeat."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from linehouse.days import EASTERN
from linehouse.settings import Mode, get_settings

log = logging.getLogger(__name__)

FEEDS = ("odds", "scores")
SCORES_DAYS = 3
"""Scores are asked for as many days back as the vendor allows, so that a missed run loses none."""
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
    """Ask The Odds API for one feed (`odds`, `scores`) of one sport now and land the answer.

    Returns: `batch_id`, `outcome`, `rows`, `events` (small enough for an XCom).
    Raises: the `SourceError` that fits, after its attempt was logged.
    """
    from linehouse.landing import land
    from linehouse.sources.the_odds_api import SOURCE

    request = (
        SOURCE.odds_request(sport_key)
        if feed == "odds"
        else SOURCE.scores_request(sport_key, SCORES_DAYS)
    )
    return _brief(land(request, SOURCE, mode=mode, run_key=run_key))


def land_snapshot(mode: Mode, sport_key: str, at: datetime, run_key: str) -> dict[str, Any]:
    """Ask The Odds API for the odds of one sport as they stood at `at` (UTC); as `land_feed`."""
    from linehouse.landing import land
    from linehouse.sources.the_odds_api import SOURCE

    request = SOURCE.historical_odds_request(sport_key, at)
    return _brief(land(request, SOURCE, mode=mode, run_key=run_key))


Landing = tuple[str, Callable[[], dict[str, Any]]]
"""What is asked for, in words, and the call that lands it."""


def landings(
    mode: Mode, first_day: date | None, last_day: date | None, run_key: str
) -> list[Landing]:
    """The history that the days ask for, oldest first, then every feed of every sport as it is."""
    window = history_window(mode, first_day, last_day)
    sports = get_settings().sports
    past: list[Landing] = [
        (
            f"odds of {sport_key} at {at:%Y-%m-%dT%H:%MZ}",
            partial(land_snapshot, mode, sport_key, at, run_key),
        )
        for at in (snapshot_times(*window) if window else ())
        for sport_key in sports
    ]
    present: list[Landing] = [
        (f"{feed} of {sport_key}", partial(land_feed, mode, sport_key, feed, run_key))
        for sport_key in sports
        for feed in FEEDS
    ]
    return past + present


def land_all(
    mode: Mode,
    first_day: date | None,
    last_day: date | None,
    run_key: str,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Land the history that the days ask for, then every feed of every sport as it is now.

    A request that fails does not stop the others. `on_progress` is told how many requests are
    done, of how many.
    Returns: `batch_ids` and `failed`, one sentence for each request that failed.
    """
    from linehouse.sources.base import SourceError

    batch_ids: list[str] = []
    failed: list[str] = []
    wanted = landings(mode, first_day, last_day, run_key)
    for done, (what, land) in enumerate(wanted, start=1):
        try:
            batch_ids.append(land()["batch_id"])
        except SourceError as error:
            log.warning("%s: %s", what, error)
            failed.append(f"{what}: {error}")
        if on_progress:
            on_progress(done, len(wanted))
    return {"batch_ids": batch_ids, "failed": failed}


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
    mode: Mode, path: Path, archive_format: str | None, run_key: str
) -> Iterator[dict[str, Any]]:
    """Land every file at `path`, one by one; yields what became of each as it goes.

    The format is told by what is in a file, unless `archive_format` says it. A file that cannot be
    loaded stops none of the others: it comes last, without `batch_id`, with the reason in `error`.
    Raises `ArchiveError` where there is nothing to load, or nothing that can be loaded.
    """
    from linehouse import archives
    from linehouse.landing import land_payload
    from linehouse.sources.base import SourceError

    landed_any = False
    failed: list[str] = []
    try:
        for source, payload in archives.payloads(path, archive_format):
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
