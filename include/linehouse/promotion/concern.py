"""Which games payloads concern, also those that they speak about without naming them."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg


def games_of(
    connection: psycopg.Connection[Any], query: str, parameters: dict[str, Any] | None = None
) -> set[uuid.UUID]:
    """The games that a query finds."""
    rows = connection.execute(query, parameters).fetchall()
    return {game for (game,) in rows if game is not None}


def concerned_games(
    connection: psycopg.Connection[Any], payload_ids: Sequence[int]
) -> set[uuid.UUID]:
    """The games that payloads name, as far as they are registered, and those that they cover."""
    return named_games(connection, payload_ids) | covered_games(connection, payload_ids)


def named_games(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> set[uuid.UUID]:
    """The registered games of the events that payloads name."""
    return games_of(
        connection,
        """
        select r.game_id
        from raw_data.payload_events as e
        inner join ops.game_registry as r using (source, source_event_id)
        where e.payload_id = any(%(ids)s)
        """,
        {"ids": list(payload_ids)},
    )


def covered_games(
    connection: psycopg.Connection[Any], payload_ids: Sequence[int]
) -> set[uuid.UUID]:
    """Games that these payloads speak about without naming them.

    A line that a snapshot no longer shows ends there: a snapshot of a whole sport concerns the
    games of its predecessor too, of each market and bookmaker that it covers; a snapshot of one
    event concerns that event.
    """
    return games_of(
        connection,
        """
        with covered as (
            select distinct c.source, c.sport_key, c.observed_at, m.market, b.book
            from raw_data.payload_coverage as c
            cross join lateral unnest(c.markets) as m (market)
            left join lateral unnest(c.bookmakers) as b (book) on true
            where c.payload_id = any(%(ids)s) and c.source_event_id is null
        ),

        neighbours as (
            select p.payload_id
            from covered as s
            cross join (values (false), (true)) as w (every_book)
            cross join lateral (
                select c.payload_id
                from raw_data.payload_coverage as c
                inner join ops.batches as k on c.payload_id = k.payload_id and k.in_force
                where
                    c.source = s.source and c.sport_key = s.sport_key
                    and c.observed_at < s.observed_at and c.source_event_id is null
                    and c.markets @> array[s.market]
                    and (
                        c.bookmakers is null
                        or (not w.every_book and (s.book is null or c.bookmakers @> array[s.book]))
                    )
                order by c.observed_at desc
                limit 1
            ) as p
            where s.book is null or not w.every_book
            union
            select c.payload_id
            from (select distinct source, sport_key, observed_at from covered) as s
            inner join raw_data.payload_coverage as c using (source, sport_key, observed_at)
        )

        select r.game_id
        from neighbours
        inner join raw_data.payload_events as e using (payload_id)
        inner join ops.game_registry as r using (source, source_event_id)
        where r.game_id is not null
        union
        select r.game_id
        from raw_data.payload_coverage as c
        inner join ops.game_registry as r using (source, source_event_id)
        where c.payload_id = any(%(ids)s) and r.game_id is not null
        """,
        {"ids": list(payload_ids)},
    )


def vacated_games(
    connection: psycopg.Connection[Any], batch_ids: Iterable[uuid.UUID]
) -> set[uuid.UUID]:
    """Games that batches concerned before they were parsed again, and published rows may show."""
    return games_of(
        connection,
        "select game_id from ops.vacated_games where batch_id = any(%(ids)s)",
        {"ids": list(batch_ids)},
    )
