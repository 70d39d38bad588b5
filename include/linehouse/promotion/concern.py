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
    rows = connection.execute(_PREDECESSORS, {"ids": list(payload_ids), "near": NEAR}).fetchall()
    neighbours = [payload_id for (payload_id,) in rows]
    return named_games(connection, neighbours) | games_of(
        connection,
        """
        select r.game_id
        from raw_data.payload_coverage as c
        inner join ops.game_registry as r using (source, source_event_id)
        where c.payload_id = any(%(ids)s)
        """,
        {"ids": list(payload_ids)},
    )


NEAR = 20
"""Snapshots of a sport among which a predecessor is looked for first. One lies there as a rule;
where none does, a book or market is new or was long away, and the index over both finds it."""

_PREDECESSORS = """
    with covered as (
        select distinct c.source, c.sport_key, c.observed_at, m.market, b.book
        from raw_data.payload_coverage as c
        cross join lateral unnest(c.markets) as m (market)
        left join lateral unnest(c.bookmakers) as b (book) on true
        where c.payload_id = any(%(ids)s) and c.source_event_id is null
    )

    select coalesce(
        (
            select near.payload_id
            from (
                select c.*
                from raw_data.payload_coverage as c
                where
                    c.source = s.source and c.sport_key = s.sport_key
                    and c.observed_at < s.observed_at and c.source_event_id is null
                order by c.observed_at desc
                limit %(near)s
            ) as near
            inner join ops.batches as k on near.payload_id = k.payload_id and k.in_force
            where
                near.markets @> array[s.market]
                and (
                    near.bookmakers is null
                    or (not w.every_book and (s.book is null or near.bookmakers @> array[s.book]))
                )
            order by near.observed_at desc
            limit 1
        ),
        (
            select far.payload_id
            from (
                select c.payload_id, c.observed_at
                from raw_data.payload_coverage as c
                where
                    not w.every_book and s.book is not null
                    and c.markets @> array[s.market] and c.bookmakers @> array[s.book]
                    and c.source = s.source and c.sport_key = s.sport_key
                    and c.observed_at < s.observed_at and c.source_event_id is null
                union all
                select c.payload_id, c.observed_at
                from raw_data.payload_coverage as c
                where
                    not w.every_book and s.book is null
                    and c.markets @> array[s.market] and c.bookmakers is not null
                    and c.source = s.source and c.sport_key = s.sport_key
                    and c.observed_at < s.observed_at and c.source_event_id is null
                union all
                select c.payload_id, c.observed_at
                from raw_data.payload_coverage as c
                where
                    c.bookmakers is null and c.markets @> array[s.market]
                    and c.source = s.source and c.sport_key = s.sport_key
                    and c.observed_at < s.observed_at and c.source_event_id is null
                offset 0
            ) as far
            inner join ops.batches as k on far.payload_id = k.payload_id and k.in_force
            order by far.observed_at desc
            limit 1
        )
    )
    from covered as s
    cross join (values (false), (true)) as w (every_book)
    where s.book is null or not w.every_book
    union
    select c.payload_id
    from (select distinct source, sport_key, observed_at from covered) as s
    inner join raw_data.payload_coverage as c using (source, sport_key, observed_at)
"""


def vacated_games(
    connection: psycopg.Connection[Any], batch_ids: Iterable[uuid.UUID]
) -> set[uuid.UUID]:
    """Games that batches concerned before they were parsed again, and published rows may show."""
    return games_of(
        connection,
        "select game_id from ops.vacated_games where batch_id = any(%(ids)s)",
        {"ids": list(batch_ids)},
    )
