"""Figures of single events: asked once about each that is over, whenever that is.

A feed of figures (a source names them: `figures`) is not due by a time of its own. It is due for
every event of today and yesterday that is over and whose figures have not landed since.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg

from linehouse.days import eastern_day
from linehouse.landing.known_events import known_events
from linehouse.sources.base import Asking, HttpSource, KnownEvent
from linehouse.sources.feeds import figures_of

AFTER_START = timedelta(hours=5)
"""A game is over so long after its start."""
NOT_TO_COME = ("final", "postponed", "cancelled")
"""States after which the list of its day has no more to tell of an event."""


def yesterday_is_open(
    connection: psycopg.Connection[Any], source: HttpSource, sport_key: str, now: datetime
) -> bool:
    """Whether a source that has figures never told how an event of yesterday ended, so that its
    list is worth asking for again."""
    if not figures_of(source):
        return False
    yesterday = eastern_day(now) - timedelta(days=1)
    return any(
        event.state not in NOT_TO_COME
        and (event.commence_at is None or event.commence_at + AFTER_START < now)
        for event in known_events(connection, source.name, sport_key, yesterday)
    )


def askings(
    connection: psycopg.Connection[Any], source: HttpSource, sport_key: str, now: datetime
) -> Iterator[tuple[str, Asking]]:
    """Each feed of figures, with the events of today and yesterday that it is to be asked about."""
    today = eastern_day(now)
    wanted = figures_of(source)
    over = [
        event
        for day in (today - timedelta(days=1), today)
        for event in (known_events(connection, source.name, sport_key, day) if wanted else ())
        if event.state == "final"
    ]
    for feed in source.payload_tables:
        if feed in wanted and over:
            landed = _landed(connection, source.name, feed, over)
            left = tuple(event for event in over if event.source_event_id not in landed)
            if left:
                yield feed, Asking(sport_key, now, today, left)


def _landed(
    connection: psycopg.Connection[Any], source: str, feed: str, events: list[KnownEvent]
) -> set[str]:
    """Those of these events of which the feed has told since they were over; what was held does
    not count."""
    rows = connection.execute(
        """
        select event.source_event_id
        from unnest(%(events)s::text[]) as event (source_event_id)
        where exists (
            select from raw_data.payload_events as told
            inner join ops.batches as batch using (payload_id)
            where
                told.source = %(source)s and told.source_event_id = event.source_event_id
                and batch.feed = %(feed)s and batch.state in ('landed', 'accepted')
                and batch.observed_at >= (
                    select min(game.observed_at) from raw_data.games_raw as game
                    where
                        game.source = %(source)s
                        and game.source_event_id = event.source_event_id
                        and game.state = 'final'
                )
        )
        """,
        {
            "source": source,
            "feed": feed,
            "events": [event.source_event_id for event in events],
        },
    ).fetchall()
    return {event for (event,) in rows}
