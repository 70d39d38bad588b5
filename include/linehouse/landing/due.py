"""Which feeds of a source are due: not landed for as long as they are worth asking for again."""

from datetime import datetime, timedelta

from linehouse import clock, database
from linehouse.settings import Mode
from linehouse.sources.availability import http_source
from linehouse.sources.feeds import cadence

BEFORE_START = timedelta(hours=24)
AFTER_START = timedelta(hours=5)
"""A game is near from a day before its start, when the public has begun to bet, until it ends."""
BACKFILL_RUNS = "backfill|"
"""What the keys of runs begin with that ask for past days: what they land makes nothing fresh."""
EARLY_SHARE = 0.9
"""A run that comes a little early, by the scheduler's own delay of the last, still counts."""


def due_feeds(
    mode: Mode, source_name: str, sport_key: str, now: datetime | None = None
) -> list[str]:
    """The feeds of a source that are due for a sport, in its own order.

    Those that are answered event by event, or not asked by themselves at all, ask nothing where
    their source has nothing to ask.
    """
    source = http_source(source_name)
    moment = now or clock.now(mode)
    with database.connect(mode, autocommit=True) as connection:
        landed = dict(
            connection.execute(
                """
                select feed, max(observed_at) from ops.batches
                where
                    source = %s and (sport_key = %s or sport_key is null)
                    and coalesce(run_id not like %s, true)
                group by feed
                """,
                [source.name, sport_key, f"{BACKFILL_RUNS}%"],
            ).fetchall()
        )
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
    return [
        feed
        for feed in source.payload_tables
        if landed.get(feed) is None
        or moment - landed[feed] >= EARLY_SHARE * cadence(source, feed, games_near=games_near)
    ]
