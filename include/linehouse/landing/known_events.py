"""Events of a source that its earlier payloads named, to be asked about one by one."""

from datetime import date
from typing import Any

import psycopg

from linehouse.sources.base import KnownEvent


def known_events(
    connection: psycopg.Connection[Any], source: str, sport_key: str, day_et: date
) -> tuple[KnownEvent, ...]:
    """The source's events of one Eastern day, each as the newest payload tells it, by start.

    An event that a newer payload puts on another day is not among them.
    """
    rows = connection.execute(
        """
        with of_day as (
            select distinct source_event_id from raw_data.games_raw
            where
                source = %(source)s and sport_key = %(sport_key)s
                and coalesce(
                    game_date_et, (commence_at at time zone 'America/New_York')::date
                ) = %(day)s
        ),
        newest as (
            select latest.*
            from of_day
            cross join lateral (
                select
                    source_event_id, sport_key, commence_at, state, details,
                    coalesce(
                        game_date_et, (commence_at at time zone 'America/New_York')::date
                    ) as day_et
                from raw_data.games_raw as game
                where game.source = %(source)s and game.source_event_id = of_day.source_event_id
                order by observed_at desc nulls last, payload_id desc, position desc
                limit 1
            ) as latest
        )
        select
            source_event_id, sport_key, commence_at, day_et, state,
            details ->> 'home_team_id', details ->> 'away_team_id'
        from newest
        where day_et = %(day)s
        order by commence_at nulls last, source_event_id
        """,
        {"source": source, "sport_key": sport_key, "day": day_et},
    ).fetchall()
    return tuple(KnownEvent(*row) for row in rows)
