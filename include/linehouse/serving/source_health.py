"""How every source is: on or off and why, how often it answers, and what is wrong with it.

The figures are those of `raw_data.source_health`; what only the settings know (off, how often a
feed is worth asking) is added here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg.rows import dict_row

from linehouse.database import connect
from linehouse.settings import Mode, get_settings
from linehouse.sources.availability import http_sources, off_because
from linehouse.sources.base import HttpSource
from linehouse.sources.feeds import OTHERWISE, QUIET, asked_by_itself, cadence, planned_of

STALE_AFTER = 3
"""A feed is stale when it has not landed for so many times as long as it is worth asking for; while
no game is near that is at least `QUIET`. What follows a plan (tiers, a quota, the season) is stale
when none of it has landed for a day and `QUIET`: the free list of games is asked for daily."""
FORGOTTEN_AFTER = timedelta(days=3)
"""A feed that failed when it was last asked, so long ago, is not asked any more."""
LONGEST_SENTENCE = 240

OK, OFF, WRONG, UNASKED = "ok", "off", "wrong", "not asked yet"


@dataclass
class SourceHealth:
    """One source; times are UTC."""

    source: str
    state: str
    """`ok`, `off`, `wrong`, or `not asked yet`."""
    sentence: str
    """Why it is off, or what is wrong; empty for one that is well."""
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    success_pct_24h: float | None = None
    """Of the attempts of 24 hours, 0 to 100; None where there was none."""
    quota_remaining: float | None = None
    circuit: str = "closed"
    """`closed`, `open`, `half_open`: of the feed that is worst off."""
    ask_again_at: datetime | None = None
    drift: list[str] = field(default_factory=list)
    """Fields of the last 24 hours that its parser did not know."""
    feeds: list[dict[str, Any]] = field(default_factory=list)
    """Rows of `raw_data.source_health`, one for each feed and sport, with `expected_every` and
    `problem`."""


def sources(mode: Mode) -> list[SourceHealth]:
    """Every source that is asked over HTTP, in order of its name."""
    with connect(mode) as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            "select * from raw_data.source_health order by source, feed, sport_key"
        ).fetchall()
    now = datetime.now(UTC)
    of_source: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        of_source.setdefault(row["source"], []).append(row)
    return [
        _health(source, mode, of_source.get(name, []), now)
        for name, source in http_sources().items()
    ]


def landed_in(mode: Mode, run_key: str) -> list[dict[str, Any]]:
    """What a run asked, source by source: `source`, `requests`, `landed`, `unreadable` (landed too,
    and no use), `failed`, `seconds` from its first request to the end of its last."""
    with connect(mode) as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            """
            select
                source,
                count(*)::int as requests,
                (count(*) filter (where result = 'good'))::int as landed,
                (count(*) filter (where result = 'bad' and outcome in ('landed', 'duplicate')))::int
                    as unreadable,
                (count(*) filter (where outcome in ('failed', 'interrupted', 'skipped')))::int
                    as failed,
                round(extract(epoch from max(finished_at) - min(began_at)), 2)::float as seconds
            from (
                select distinct on (request_key)
                    source, outcome, result, finished_at,
                    min(started_at) over (partition by request_key) as began_at
                from raw_data.collection_log
                where run_id = %s
                order by request_key, attempt_id desc
            ) as ended
            group by source
            order by seconds desc nulls last, source
            """,
            [run_key],
        ).fetchall()


def _health(
    source: HttpSource, mode: Mode, rows: Sequence[Mapping[str, Any]], now: datetime
) -> SourceHealth:
    off = off_because(source, mode)
    late = _late(source, rows, now) if mode is Mode.LIVE else {}
    feeds = [_feed(source, row, late, now) for row in rows]
    wrong = sorted((feed for feed in feeds if feed["problem"]), key=_by_another)
    problems = [f"{_named(feed)}: {feed['problem']}" for feed in wrong]
    attempts = sum(feed["attempts_24h"] for feed in feeds)
    successes = sum(feed["attempts_24h"] * float(feed["success_pct_24h"] or 0) for feed in feeds)
    if off is not None:
        state, sentence = OFF, off
    elif not feeds:
        state, sentence = UNASKED, ""
    elif problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        state, sentence = WRONG, problems[0][:LONGEST_SENTENCE] + more
    else:
        state, sentence = OK, ""
    circuits = {feed["circuit"] for feed in feeds}
    quotas = [feed["quota_remaining"] for feed in feeds if feed["quota_remaining"] is not None]
    return SourceHealth(
        source=source.name,
        state=state,
        sentence=sentence,
        last_success_at=_newest(feeds, "last_success_at"),
        last_failure_at=_newest(feeds, "last_failure_at"),
        success_pct_24h=round(successes / attempts, 1) if attempts else None,
        # the view tells every feed the newest of its source
        quota_remaining=float(quotas[0]) if quotas else None,
        circuit=next((c for c in ("open", "half_open") if c in circuits), "closed"),
        ask_again_at=_newest(feeds, "ask_again_at"),
        drift=sorted({name for feed in feeds for name in feed["drift_24h"] or ()}),
        feeds=feeds,
    )


def _late(
    source: HttpSource, rows: Sequence[Mapping[str, Any]], now: datetime
) -> dict[tuple[str, str | None], str]:
    """By feed and sport: that nothing came for too long, in words. Only feeds that are asked by
    themselves, of sports that are followed, are waited for."""
    settings = get_settings()
    asked = {sport: asked_by_itself(source, sport, now) for sport in settings.sports}
    planned = planned_of(source)
    newest: dict[str | None, Mapping[str, Any]] = {}
    late = {}
    for row in rows:
        feed, sport_key, good = row["feed"], row["sport_key"], row["last_success_at"]
        if good is None or (sport_key is not None and sport_key not in asked):
            continue
        if feed in planned:
            if sport_key not in newest or good > newest[sport_key]["last_success_at"]:
                newest[sport_key] = row
        elif any(feed in asked[sport] for sport in asked if sport_key in (None, sport)):
            every = cadence(source, feed)
            if now - good > max(STALE_AFTER * every, QUIET + every):
                late[feed, sport_key] = _nothing_since(good, f"every {_span(every)}")
    for sport_key, row in newest.items():
        good = row["last_success_at"]
        if now - good > OTHERWISE + QUIET and not settings.scheduler_dry_run:
            late[row["feed"], sport_key] = _nothing_since(good, "for the list of games every day")
    return late


def _nothing_since(good: datetime, how_often: str) -> str:
    return f"nothing came since {good:%Y-%m-%d %H:%MZ}; it is worth asking {how_often}"


def _feed(
    source: HttpSource,
    row: Mapping[str, Any],
    late: Mapping[tuple[str, str | None], str],
    now: datetime,
) -> dict[str, Any]:
    """The row, with how often it is worth asking (None: as the plan says), and what is wrong with
    it in words."""
    feed = row["feed"]
    every = None if feed in planned_of(source) else cadence(source, feed)
    problem = _problem(row, now) or late.get((feed, row["sport_key"]))
    return {**row, "expected_every": every, "problem": problem}


def _problem(row: Mapping[str, Any], now: datetime) -> str | None:
    good, bad = row["last_success_at"], row["last_failure_at"]
    if row["circuit"] == "open":
        why = "another feed of its source failed" if _by_another(row) else _error(row)
        return f"left alone until {row['ask_again_at']:%H:%MZ}, because {why}"
    if bad is not None and (good is None or bad > good) and now - bad < FORGOTTEN_AFTER:
        times = f" {row['failures_in_a_row']} times" if row["failures_in_a_row"] > 1 else ""
        return f"failed{times}: {_error(row)}"
    if row["newest_state"] == "held":
        return f"the newest batch is held: {row['newest_state_reason']}"
    return None


def _by_another(row: Mapping[str, Any]) -> bool:
    """Whether a feed has not failed itself."""
    return row["last_error_type"] is None


def _error(row: Mapping[str, Any]) -> str:
    return f"{row['last_error_type']}: {' '.join(str(row['last_error']).split())}"


def _named(feed: Mapping[str, Any]) -> str:
    return f"{feed['feed']} of {feed['sport_key']}" if feed["sport_key"] else str(feed["feed"])


def _newest(feeds: Sequence[Mapping[str, Any]], column: str) -> datetime | None:
    return max((feed[column] for feed in feeds if feed[column] is not None), default=None)


def _span(length: timedelta) -> str:
    minutes = length.total_seconds() / 60
    return f"{minutes:g} min" if minutes < 120 else f"{minutes / 60:g} h"
