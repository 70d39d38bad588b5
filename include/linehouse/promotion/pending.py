"""What is pending: the batches and games that the next promotion of a zone must look at.

It is a set, never a watermark on arrival: batches whose present revision no published promotion of
staging lists.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

import psycopg

from linehouse import identity
from linehouse.promotion.concern import covered_games, games_of, named_games, vacated_games

Scope = (
    Literal["pending", "all"]
    | tuple[Literal["dates"], date, date]
    | tuple[Literal["batches"], Sequence[uuid.UUID | str]]
)


def pending_in_staging(
    connection: psycopg.Connection[Any], scope: Scope
) -> tuple[set[uuid.UUID], dict[uuid.UUID, int]]:
    """Games of staging to make anew, and batches with the revision that is taken account of.

    Settles identity for them. Games that are held stay as they are published.
    """
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
    games |= vacated_games(connection, [batch_id for batch_id, _, _ in batches])
    if scope == "all":
        games |= games_of(
            connection,
            """
            select game_id from ops.game_registry where game_id is not null
            union select game_id from staging.games
            union select game_id from staging.game_sources
            """,
        )
    else:
        games |= covered_games(connection, payload_ids)
    if isinstance(scope, tuple) and scope[0] == "dates":
        games |= games_of(
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
    games = _without_held(connection, "staging", games)
    return games, {batch_id: revision for batch_id, revision, _ in batches}


def pending_in_curated(
    connection: psycopg.Connection[Any], scope: Scope, as_of: datetime
) -> set[uuid.UUID]:
    """Games of curated to make anew: what staging published since, and what time has passed by."""
    if scope == "all":
        games = games_of(
            connection,
            "select game_id from staging.games union select game_id from curated.enhanced_games",
        )
    elif isinstance(scope, tuple) and scope[0] == "dates":
        games = games_of(
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
        rows = connection.execute(
            "select payload_id from ops.batches where batch_id = any(%s::uuid[])",
            ([str(batch_id) for batch_id in scope[1]],),
        ).fetchall()
        games = named_games(connection, [payload_id for (payload_id,) in rows])
    else:
        games = _unfinished_games(connection, "curated") | games_of(
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
    return _without_held(connection, "curated", games)


def _pending_batches(
    connection: psycopg.Connection[Any],
) -> list[tuple[uuid.UUID, int, int]]:
    """(batch, revision, payload) that no published promotion lists at this revision.

    A batch that is left out matters where any promotion took it up: one that broke off has settled
    identity with it, one that was published shows its rows. What was decided after the promotion
    began is left for the next.
    """
    return connection.execute(
        """
        with listed as (
            select
                pb.batch_id,
                max(pb.revision) filter (where p.state = 'published') as published
            from ops.promotion_batches as pb
            inner join ops.promotions as p using (promotion_id)
            where p.zone = 'staging'
            group by pb.batch_id
        )

        select b.batch_id, b.revision, b.payload_id
        from ops.batches as b
        left join listed as l on b.batch_id = l.batch_id
        where
            l.published is distinct from b.revision
            and (
                (b.state = 'accepted' and b.in_force)
                or (
                    b.state in ('held', 'retracted') and not b.in_force
                    and l.batch_id is not null
                )
            )
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


def _unfinished_games(connection: psycopg.Connection[Any], zone: str) -> set[uuid.UUID]:
    """Games of promotions that did not get through since the last that took up all work.

    Promotions of a zone never overlap, so their ids are in the order of their commits.
    """
    return games_of(
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


def _without_held(
    connection: psycopg.Connection[Any], zone: str, games: set[uuid.UUID]
) -> set[uuid.UUID]:
    """Without the games that are held in a zone; with those that a person has let go."""
    released, kept = (
        games_of(
            connection,
            f"""
            select h.game_id from ops.held_games as h
            left join ops.promotions as p using (promotion_id)
            where h.zone = %(zone)s and p.overridden_by is {verb}
            """,
            {"zone": zone},
        )
        for verb in ("not null", "null")
    )
    return (games | released) - kept
