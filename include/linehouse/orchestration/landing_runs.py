"""What the runs of the DAGs that land a source do: ask what is due, judge what the run landed, fail
for what failed.

What a run has landed the log tells by the run's key, so that a task which was killed after an
answer, and is tried again, neither asks again nor loses the batch.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from linehouse import pipeline
from linehouse.orchestration.dag_runs import (
    gate_raw,
    is_scheduled,
    modes_of,
    report_held,
    run_key_of,
)
from linehouse.scheduling import event_odds
from linehouse.settings import Mode

ODDS_SOURCE = "the_odds_api"
NOT_DUE = "not due"
STANDING_FOR = {"odds": ("odds", "events")}
"""A feed to those that a scheduled run asks in its place: the free list where only that is due."""


def skip_if_off(context: Mapping[str, Any], source_name: str) -> None:
    """Skip a task whose source is off in the mode of the run.

    Raises:
        AirflowSkipException: saying why it is off, and how it is turned on.
    """
    from linehouse.sources.availability import http_source, off_because

    (mode,) = modes_of(context)
    reason = off_because(http_source(source_name), mode)
    if reason is not None:
        raise AirflowSkipException(f"{source_name} is off: {reason}")


def sports_of(context: Mapping[str, Any], sports: Sequence[str]) -> list[str]:
    """Those of these sports that the run asks for: all without a parameter."""
    asked = context["params"].get("sports") or sports
    return [sport_key for sport_key in sports if sport_key in asked]


def is_asked(context: Mapping[str, Any], sport_key: str, feed: str | None = None) -> bool:
    """Whether the run asks for this sport and feed."""
    feeds = context["params"].get("feeds")
    return bool(sports_of(context, [sport_key])) and (not feeds or feed is None or feed in feeds)


def skip_unless_asked(context: Mapping[str, Any], sport_key: str, feed: str | None = None) -> None:
    """Skip a task for what the run does not ask for.

    Raises:
        AirflowSkipException: it asks for other sports or feeds.
    """
    if not is_asked(context, sport_key, feed):
        raise AirflowSkipException(f"this run does not ask for {feed or 'it'} of {sport_key}")


def land_feed(context: Mapping[str, Any], sport_key: str, feed: str) -> dict[str, Any]:
    """Land one feed of The Odds API; in a scheduled run what is due in its place. What an attempt
    of the run that was killed has landed already is told again, without a request.

    Returns `batch_id` (of games that were looked at one by one `batch_ids`) and `outcome`, which is
    `not due` where nothing was asked.

    Raises:
        AirflowSkipException: the source is off, or the run asks for other sports or feeds.
        SourceError: the request failed.
    """
    skip_if_off(context, ODDS_SOURCE)
    skip_unless_asked(context, sport_key, feed)
    (mode,) = modes_of(context)
    run_key = run_key_of(context)
    wanted: str | None = feed
    if is_scheduled(context) and feed == event_odds.FEED:
        return _due_events(mode, sport_key, run_key)
    if is_scheduled(context):
        before = pipeline.landed_by(mode, run_key, sport_key, STANDING_FOR.get(feed, (feed,)))
        if before:
            return {"batch_id": before[0], "outcome": "landed by an attempt before"}
        wanted = _due_feed(mode, sport_key, feed)
    if wanted is None:
        return {"batch_id": None, "outcome": NOT_DUE}
    if wanted == event_odds.FEED:
        return event_odds.land_events(mode, sport_key, run_key)
    return pipeline.land_feed(mode, sport_key, wanted, run_key)


def _due_events(mode: Mode, sport_key: str, run_key: str) -> dict[str, Any]:
    from linehouse.scheduling import runs

    events = runs.due_events(mode, sport_key)
    if not events:
        return {"batch_ids": [], "outcome": NOT_DUE}
    return event_odds.land_events(mode, sport_key, run_key, events)


def _due_feed(mode: Mode, sport_key: str, feed: str) -> str | None:
    from linehouse.scheduling import runs

    return runs.due_feed(mode, sport_key) if feed == "odds" else None


def land_source(context: Mapping[str, Any], source_name: str, sport_key: str) -> dict[str, Any]:
    """Land what a source has to tell about a sport: the feeds that the run names, those that are
    due in a scheduled run, else all. Returns `requests`, `batches`, `rows`, `seconds`.

    Raises:
        AirflowSkipException: the source is off, or the run asks for other sports.
        SourceError: a request failed, after all others were tried; of a type that is worth a
            repetition if one of them is.
    """
    from linehouse.landing import land_source as land
    from linehouse.landing.due import due_feeds

    skip_if_off(context, source_name)
    skip_unless_asked(context, sport_key)
    (mode,) = modes_of(context)
    feeds = (context.get("params") or {}).get("feeds") or None
    due = None
    if not feeds and is_scheduled(context):
        due = due_feeds(mode, source_name, sport_key)
    landed = land(
        mode, source_name, run_key_of(context), feeds=feeds, sports=[sport_key], among=due
    )
    landed.raise_failure()
    return {
        "requests": landed.requests,
        "batches": len(landed.batch_ids),
        "rows": landed.rows,
        "seconds": landed.seconds,
    }


def gate_source(context: Mapping[str, Any], source_name: str, missing: int) -> dict[str, Any]:
    """As `gate_raw`, of what this run landed of a source, also in tasks that failed (`missing` of
    them) or were killed.

    Raises:
        AirflowSkipException: the source is off, or nothing of it was due.
        AirflowFailException: nothing was accepted.
    """
    skip_if_off(context, source_name)
    (mode,) = modes_of(context)
    batch_ids = pipeline.landed_by(mode, run_key_of(context))
    if not batch_ids and not missing:
        raise AirflowSkipException("nothing was due")
    return gate_raw(context, batch_ids)


def report_source(
    context: Mapping[str, Any], source_name: str, missing: int, judged: Mapping[str, Any] | None
) -> None:
    """Fail where a request failed, or a batch was held, so that the run shows red.

    Raises:
        AirflowSkipException: the source is off, or nothing of it was due.
        AirflowFailException: naming what failed.
    """
    skip_if_off(context, source_name)
    (mode,) = modes_of(context)
    failed = pipeline.failed_in(mode, run_key_of(context))
    if missing and not failed:
        failed = [f"{missing} tasks of {source_name} failed; their own logs say why"]
    if judged is None and pipeline.landed_by(mode, run_key_of(context)):
        failed.append("the raw gate let nothing through; its own log says why")
    if judged is None and not failed:
        raise AirflowSkipException("nothing was due")
    if judged is None:
        raise AirflowFailException("; ".join(failed))
    report_held(failed, judged)
