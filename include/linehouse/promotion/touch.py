"""Touch: which batches are pending, and which games they concern.

The pending work is a set, never a watermark on arrival: batches whose present revision no published
promotion of staging lists. What they concern is written, with the registry, in one transaction, so
that a promotion which dies leaves behind what must be looked at again.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import psycopg
from psycopg import sql

from linehouse import identity
from linehouse.settings import get_settings

Scope = (
    Literal["pending", "all"]
    | tuple[Literal["dates"], date, date]
    | tuple[Literal["batches"], Sequence[uuid.UUID | str]]
)


@dataclass
class Touched:
    """What one promotion looks at."""

    promotion_id: int
    scope: str
    games: set[uuid.UUID] = field(default_factory=set)
    batches: dict[uuid.UUID, int] = field(default_factory=dict)
    """Batch to its revision: what this promotion will have taken account of."""
    whole_history: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.games or self.batches or self.whole_history)


def scope_name(scope: Scope) -> str:
    """The scope as ops.promotions names it."""
    return scope if isinstance(scope, str) else scope[0]


def touch(
    connection: psycopg.Connection[Any],
    zone: str,
    scope: Scope,
    *,
    as_of: datetime,
    run_id: str | None,
) -> Touched:
    """Open a promotion: settle identity, find its games and batches, make its candidate schema.

    One transaction on the connection that holds the promotion lock.
    """
    with connection.transaction():
        _close_interrupted(connection, zone)
        set_parameters(connection, as_of)
        if zone == "staging":
            games, batches = _touch_staging(connection, scope)
        else:
            games, batches = _touch_curated(connection, scope, as_of), {}
        whole_history = scope == "all"
        nothing = not (games or batches)
        promotion_id = open_promotion(
            connection, zone, scope_name(scope), "nothing" if nothing else "building", run_id,
            games=games, batches=batches,
        )  # fmt: skip
        touched = Touched(promotion_id, scope_name(scope), games, batches, whole_history)
        if not nothing:
            make_candidate(connection, f"{zone}_candidate", touched)
    return touched


def open_promotion(
    connection: psycopg.Connection[Any],
    zone: str,
    scope: str,
    state: str,
    run_id: str | None,
    *,
    games: Iterable[uuid.UUID],
    batches: dict[uuid.UUID, int],
) -> int:
    """Record a promotion with what it concerns; returns its id."""
    games = list(games)
    row = connection.execute(
        """
        insert into ops.promotions (zone, scope, state, run_id, touched_games, finished_at)
        values (%s, %s, %s, %s, %s, case when %s then clock_timestamp() end)
        returning promotion_id
        """,
        (zone, scope, state, run_id, len(games), state == "nothing"),
    ).fetchone()
    assert row is not None
    promotion_id: int = row[0]
    connection.execute(
        """
        insert into ops.promotion_batches (promotion_id, batch_id, revision)
        select %s, b.* from unnest(%s::uuid[], %s::int[]) as b
        """,
        (promotion_id, list(batches), list(batches.values())),
    )
    connection.execute(
        "insert into ops.promotion_games (promotion_id, game_id) select %s, unnest(%s::uuid[])",
        (promotion_id, games),
    )
    return promotion_id


def make_candidate(connection: psycopg.Connection[Any], schema: str, touched: Touched) -> None:
    """An empty candidate schema that holds the touched sets; whatever lay there is dropped."""
    name = sql.Identifier(schema)
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(name))
    connection.execute(sql.SQL("create schema {}").format(name))
    connection.execute(
        sql.SQL(
            """
            create table {schema}.touched_games (game_id uuid primary key);
            create table {schema}.touched_batches (batch_id uuid primary key, payload_id bigint);
            """
        ).format(schema=name)
    )
    connection.execute(
        sql.SQL("insert into {}.touched_games select unnest(%s::uuid[])").format(name),
        (list(touched.games),),
    )
    if touched.whole_history:
        connection.execute(
            sql.SQL(
                "insert into {}.touched_batches select batch_id, payload_id from ops.batches"
                " where state <> 'landed'"
            ).format(name)
        )
    else:
        connection.execute(
            sql.SQL(
                "insert into {}.touched_batches select batch_id, payload_id from ops.batches"
                " where batch_id = any(%s)"
            ).format(name),
            (list(touched.batches),),
        )
    connection.execute(sql.SQL("analyze {0}.touched_games, {0}.touched_batches").format(name))


def set_parameters(connection: psycopg.Connection[Any], as_of: datetime) -> None:
    """What models read instead of dbt variables, which would make dbt parse everything again."""
    settings = get_settings()
    values = {
        "as_of": as_of.isoformat(),
        "sharp_bookmakers": ",".join(settings.sharp_bookmakers),
        "minimum_ev_pct": str(settings.minimum_ev_pct),
        "reject_invalid_odds": str(settings.reject_invalid_odds).lower(),
    }
    connection.execute(
        """
        insert into ops.parameters (key, value)
        select * from unnest(%s::text[], %s::text[])
        on conflict (key) do update set value = excluded.value
        where parameters.value is distinct from excluded.value
        """,
        (list(values), list(values.values())),
    )


def _close_interrupted(connection: psycopg.Connection[Any], zone: str) -> None:
    """Whoever left these open is dead: the lock is ours."""
    connection.execute(
        """
        update ops.promotions
        set state = 'failed', finished_at = clock_timestamp(),
            error = 'interrupted while ' || state
        where zone = %s and state in ('building', 'gating')
        """,
        (zone,),
    )


def _touch_staging(
    connection: psycopg.Connection[Any], scope: Scope
) -> tuple[set[uuid.UUID], dict[uuid.UUID, int]]:
    batches = _pending_batches(connection)
    if isinstance(scope, tuple) and scope[0] == "batches":
        named = {uuid.UUID(str(batch_id)) for batch_id in scope[1]}
        batches = [batch for batch in batches if batch[0] in named]
    elif isinstance(scope, tuple) and scope[0] == "dates":
        batches = _within_dates(connection, batches, scope[1], scope[2])
    payload_ids = [payload_id for _, _, payload_id in batches]
    if scope == "all":
        rows = connection.execute("select payload_id from ops.batches").fetchall()
        payload_ids = [payload_id for (payload_id,) in rows]
    games = identity.resolve(connection, payload_ids)
    if scope == "all":
        games |= _games(
            connection,
            """
            select game_id from ops.game_registry where game_id is not null
            union select game_id from staging.games
            union select game_id from staging.game_sources
            """,
        )
    else:
        games |= _covered_games(connection, payload_ids)
    if isinstance(scope, tuple) and scope[0] == "dates":
        games |= _games(
            connection,
            """
            select game_id from ops.game_registry
            where anchor_date_et between %(first)s and %(last)s and game_id is not null
            union
            select game_id from staging.games where game_date_et between %(first)s and %(last)s
            """,
            {"first": scope[1], "last": scope[2]},
        )
    elif isinstance(scope, str):
        games |= _unfinished_games(connection, "staging")
    return games, {batch_id: revision for batch_id, revision, _ in batches}


def _pending_batches(
    connection: psycopg.Connection[Any],
) -> list[tuple[uuid.UUID, int, int]]:
    """(batch, revision, payload) that no published promotion lists at this revision.

    A batch that is left out matters only where an earlier revision of it was published.
    """
    return connection.execute(
        """
        with published as (
            select pb.batch_id, max(pb.revision) as revision
            from ops.promotion_batches as pb
            inner join ops.promotions as p using (promotion_id)
            where p.zone = 'staging' and p.state = 'published'
            group by pb.batch_id
        )

        select b.batch_id, b.revision, b.payload_id
        from ops.batches as b
        left join published as p using (batch_id)
        where
            p.revision is distinct from b.revision
            and (b.state = 'accepted' or (b.state in ('held', 'retracted') and p.revision > 0))
        order by b.batch_id
        """
    ).fetchall()


def _within_dates(
    connection: psycopg.Connection[Any],
    batches: list[tuple[uuid.UUID, int, int]],
    first: date,
    last: date,
) -> list[tuple[uuid.UUID, int, int]]:
    rows = connection.execute(
        """
        select distinct payload_id from raw_data.games_raw
        where
            payload_id = any(%s)
            and coalesce((commence_at at time zone 'America/New_York')::date, game_date_et)
            between %s and %s
        """,
        ([payload_id for _, _, payload_id in batches], first, last),
    ).fetchall()
    wanted = {payload_id for (payload_id,) in rows}
    return [batch for batch in batches if batch[2] in wanted]


def _covered_games(
    connection: psycopg.Connection[Any], payload_ids: Sequence[int]
) -> set[uuid.UUID]:
    """Games that these payloads speak about without naming them.

    A line that a snapshot no longer shows ends there: a snapshot of a whole sport concerns the
    games of its predecessor too, of each market and bookmaker that it covers; a snapshot of one
    event concerns that event.
    """
    return _games(
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
                inner join ops.batches as k on c.payload_id = k.payload_id and k.state = 'accepted'
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


def _unfinished_games(connection: psycopg.Connection[Any], zone: str) -> set[uuid.UUID]:
    """Games of promotions that did not get through since the last that took up all work.

    Promotions of a zone never overlap, so their ids are in the order of their commits.
    """
    return _games(
        connection,
        """
        select g.game_id
        from ops.promotion_games as g
        inner join ops.promotions as p using (promotion_id)
        where
            p.zone = %(zone)s and p.state not in ('published', 'nothing')
            and p.scope <> 'python'
            and p.promotion_id > (
                select coalesce(max(promotion_id), 0) from ops.promotions
                where zone = %(zone)s and state = 'published' and scope in ('pending', 'all')
            )
        """,
        {"zone": zone},
    )


def _touch_curated(
    connection: psycopg.Connection[Any], scope: Scope, as_of: datetime
) -> set[uuid.UUID]:
    if scope == "all":
        games = _games(
            connection,
            "select game_id from staging.games union select game_id from curated.enhanced_games",
        )
    elif isinstance(scope, tuple) and scope[0] == "dates":
        games = _games(
            connection,
            """
            select game_id from staging.games where game_date_et between %(first)s and %(last)s
            union
            select game_id from curated.enhanced_games
            where game_date_et between %(first)s and %(last)s
            """,
            {"first": scope[1], "last": scope[2]},
        )
    elif isinstance(scope, tuple):
        games = _games(
            connection,
            """
            select r.game_id
            from ops.batches as b
            inner join raw_data.payload_events as e using (payload_id)
            inner join ops.game_registry as r
                on e.source = r.source and e.source_event_id = r.source_event_id
            where b.batch_id = any(%(ids)s::uuid[]) and r.game_id is not null
            """,
            {"ids": [str(batch_id) for batch_id in scope[1]]},
        )
    else:
        games = _unfinished_games(connection, "curated") | _games(
            connection,
            """
            select g.game_id
            from ops.promotion_games as g
            inner join ops.promotions as p using (promotion_id)
            where
                p.zone = 'staging' and p.state = 'published'
                and p.promotion_id > (
                    select coalesce(max(promotion_id), 0) from ops.promotions
                    where
                        zone = 'curated' and state = 'published' and scope in ('pending', 'all')
                )
            union
            select game_id from curated.opportunities where commence_at <= %(as_of)s
            """,
            {"as_of": as_of},
        )
    released = _games(connection, _HELD_GAMES + " and p.overridden_by is not null")
    return (games | released) - _games(connection, _HELD_GAMES + " and p.overridden_by is null")


_HELD_GAMES = """
    select h.game_id from ops.held_games as h
    inner join ops.promotions as p using (promotion_id)
    where h.zone = 'curated'
"""


def _games(
    connection: psycopg.Connection[Any], query: str, parameters: dict[str, Any] | None = None
) -> set[uuid.UUID]:
    rows = connection.execute(query, parameters).fetchall()
    return {game for (game,) in rows if game is not None}
