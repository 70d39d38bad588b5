"""Which feeds of a source are due: not landed for as long as they are worth asking for again."""

from datetime import datetime, timedelta
from typing import Any

from linehouse import clock, database
from linehouse.settings import Mode
from linehouse.sources.availability import http_source
from linehouse.sources.base import HttpSource
from linehouse.sources.feeds import cadence, figures_of

BEFORE_START = timedelta(hours=24)
AFTER_START = timedelta(hours=5)
"""A game is near from a day before its start, when the public has begun to bet, until it ends."""
BACKFILL_RUNS = "backfill|"
"""What the keys of runs begin with that ask for past days: what they land makes nothing fresh."""
EARLY_SHARE = 0.9
"""A run that comes a little early, by the scheduler's own delay of the last, still counts."""

AGAIN = timedelta(minutes=10)
"""Earliest time at which an answer that could not be read is asked for again; it doubles with each
run that brings another, until it is as long as the feed is worth asking for."""
MOST_DOUBLINGS = 12

LAST = """
    select asked.feed, told.observed_at, unread.runs, unread.newest
    from unnest(%(feeds)s::text[]) as asked (feed)
    left join lateral (
        select one.observed_at, one.run_id
        from (
            (
                select batch.observed_at, coalesce(batch.run_id, batch.batch_id::text) as run_id
                from ops.batches as batch
                where
                    batch.source = %(source)s and batch.feed = asked.feed
                    and batch.sport_key = %(sport_key)s and batch.observed_at is not null
                    and batch.parse_error is null and batch.state <> 'held'
                    and coalesce(batch.run_id not like %(backfills)s, true)
                order by batch.observed_at desc
                limit 1
            )
            union all
            (
                select batch.observed_at, coalesce(batch.run_id, batch.batch_id::text) as run_id
                from ops.batches as batch
                where
                    batch.source = %(source)s and batch.feed = asked.feed
                    and batch.sport_key is null and batch.observed_at is not null
                    and batch.parse_error is null and batch.state <> 'held'
                    and coalesce(batch.run_id not like %(backfills)s, true)
                order by batch.observed_at desc
                limit 1
            )
        ) as one
        order by one.observed_at desc
        limit 1
    ) as told on true
    cross join lateral (
        select
            count(distinct coalesce(batch.run_id, batch.batch_id::text)) as runs,
            max(batch.observed_at) as newest
        from ops.batches as batch
        where
            batch.source = %(source)s and batch.feed = asked.feed
            and (batch.sport_key = %(sport_key)s or batch.sport_key is null)
            and batch.observed_at > greatest(
                told.observed_at, %(now)s::timestamptz - interval '40 days'
            )
            and coalesce(batch.run_id, batch.batch_id::text) is distinct from told.run_id
            and coalesce(batch.run_id not like %(backfills)s, true)
    ) as unread
"""
"""When each feed last told something, of the sport or of all sports, and how many runs have brought
since then what could not be read or was held; a run that brought one good answer is no such run."""


def due_feeds(
    mode: Mode, source_name: str, sport_key: str, now: datetime | None = None
) -> list[str]:
    """The feeds of a source that are due for a sport, in its own order.

    An answer that could not be read, or was held, makes nothing fresh: it is asked for again, ever
    less often, at last as seldom as the feed itself.

    Figures of events are due by the events, not by the time: they are always among them, and ask
    nothing where no event lacks them. So do feeds that are not asked by themselves at all.
    """
    source = http_source(source_name)
    moment = now or clock.now(mode)
    with database.connect(mode, autocommit=True) as connection:
        asked = _asked(source, sport_key, moment)
        landed = {row[0]: row[1:] for row in connection.execute(LAST, asked)}
        near = connection.execute(
            """
            select exists (
                select from raw_data.games_raw
                where
                    sport_key = %(sport_key)s and source = %(source)s
                    and coalesce(
                        game_date_et, (commence_at at time zone 'America/New_York')::date
                    ) between (%(first)s at time zone 'America/New_York')::date
                        and (%(last)s at time zone 'America/New_York')::date
                    and coalesce(commence_at between %(first)s and %(last)s, true)
            )
            """,
            {
                "source": source.name,
                "sport_key": sport_key,
                "first": moment - AFTER_START,
                "last": moment + BEFORE_START,
            },
        ).fetchone()
    games_near = bool(near and near[0])
    each_once = figures_of(source)
    return [
        feed
        for feed in source.payload_tables
        if feed in each_once
        or _is_due(landed[feed], cadence(source, feed, games_near=games_near), moment)
    ]


def _is_due(last: tuple[Any, ...], every: timedelta, now: datetime) -> bool:
    told_at, unread, unread_at = last
    if told_at is not None and now - told_at < EARLY_SHARE * every:
        return False
    if unread_at is None:
        return True
    pause = min(AGAIN * 2 ** min(unread - 1, MOST_DOUBLINGS), every)
    return now - unread_at >= EARLY_SHARE * pause


def _asked(source: HttpSource, sport_key: str, now: datetime) -> dict[str, object]:
    return {
        "now": now,
        "source": source.name,
        "feeds": list(source.payload_tables),
        "sport_key": sport_key,
        "backfills": f"{BACKFILL_RUNS}%",
    }
