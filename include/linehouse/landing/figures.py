"""Figures of single events: asked once about each that is over, whenever that is.

A feed of figures (a source names them: `figures`) is not due by a time of its own. It is due for
every event of today and yesterday that is over and whose figures have not landed since. Where they
are not there yet, cannot be read or were held, they are asked for again a few times (`AGAIN`).
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg

from linehouse.days import eastern_day
from linehouse.landing.known_events import known_events
from linehouse.sources.base import Asking, HttpSource, KnownEvent
from linehouse.sources.feeds import figures_of

AFTER_START = timedelta(hours=5)
"""A game is over so long after its start."""
AGAIN = (timedelta(minutes=55), timedelta(hours=4), timedelta(hours=16))
"""After an answer without figures of an event: so long until the next request that names it. The
first is an hour, less what a scheduler's run may come early; after the last there is none."""
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
            answers = _answers(connection, source.name, feed, over)
            left = tuple(
                event
                for event in over
                if event.source_event_id not in landed
                and _is_due(answers[event.source_event_id], now)
            )
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


def _answers(
    connection: psycopg.Connection[Any], source: str, feed: str, events: list[KnownEvent]
) -> dict[str, list[datetime]]:
    """By event id: when the answers came, since it was over, to requests that name it in their path
    or parameters; in order."""
    ids = [event.source_event_id for event in events]
    over_at = dict(
        connection.execute(
            """
            select source_event_id, min(observed_at)
            from raw_data.games_raw
            where source = %s and source_event_id = any(%s) and state = 'final'
            group by source_event_id
            """,
            [source, ids],
        ).fetchall()
    )
    asked = connection.execute(
        """
        select distinct batch.observed_at, attempt.url
        from ops.batches as batch
        inner join raw_data.collection_log as attempt on batch.request_key = attempt.request_key
        where
            batch.source = %s and batch.feed = %s and batch.observed_at >= %s
            and attempt.outcome = 'landed'
        order by batch.observed_at
        """,
        [source, feed, min(over_at.values())],
    ).fetchall()
    answers: dict[str, list[datetime]] = {event: [] for event in ids}
    for answered_at, url in asked:
        address = urlsplit(url)
        for word in set(re.findall(r"[0-9A-Za-z]+", f"{address.path} {address.query}")):
            if word in answers and answered_at >= over_at[word]:
                answers[word].append(answered_at)
    return answers


def _is_due(answers: list[datetime], now: datetime) -> bool:
    """Whether an event without figures is asked about, after these answers without them."""
    if not answers:
        return True
    return len(answers) <= len(AGAIN) and now - answers[-1] >= AGAIN[len(answers) - 1]
