"""Which feeds of a source are due: not landed for as long as they are worth asking for again."""

from datetime import datetime, timedelta

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

LAST = """
    select asked.feed, max(last.observed_at)
    from unnest(%(feeds)s::text[]) as asked (feed)
    cross join lateral (
        (
            select batch.observed_at from ops.batches as batch
            where
                batch.source = %(source)s and batch.feed = asked.feed
                and batch.sport_key = %(sport_key)s and batch.observed_at is not null
                and coalesce(batch.run_id not like %(backfills)s, true)
            order by batch.observed_at desc
            limit 1
        )
        union all
        (
            select batch.observed_at from ops.batches as batch
            where
                batch.source = %(source)s and batch.feed = asked.feed
                and batch.sport_key is null and batch.observed_at is not null
                and coalesce(batch.run_id not like %(backfills)s, true)
            order by batch.observed_at desc
            limit 1
        )
    ) as last
    group by asked.feed
"""
"""When each feed last landed, of the sport or of all sports: two looks into an index for each."""


def due_feeds(
    mode: Mode, source_name: str, sport_key: str, now: datetime | None = None
) -> list[str]:
    """The feeds of a source that are due for a sport, in its own order.

    Figures of events are due by the events, not by the time: they are always among them, and ask
    nothing where no event lacks them. So do feeds that are not asked by themselves at all.
    """
    source = http_source(source_name)
    moment = now or clock.now(mode)
    with database.connect(mode, autocommit=True) as connection:
        landed = dict(connection.execute(LAST, _asked(source, sport_key)).fetchall())
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
        or landed.get(feed) is None
        or moment - landed[feed] >= EARLY_SHARE * cadence(source, feed, games_near=games_near)
    ]


def _asked(source: HttpSource, sport_key: str) -> dict[str, object]:
    return {
        "source": source.name,
        "feeds": list(source.payload_tables),
        "sport_key": sport_key,
        "backfills": f"{BACKFILL_RUNS}%",
    }
