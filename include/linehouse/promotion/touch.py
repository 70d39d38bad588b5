"""Touch: open a promotion, with the batches that it takes up and the games that they concern.

What is pending is written, with the registry, in one transaction, so that a promotion which dies
leaves behind what must be looked at again.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from linehouse import identity
from linehouse.promotion.parameters import rebuild_is_due, set_parameters
from linehouse.promotion.pending import Scope, pending_in_curated, pending_in_staging
from linehouse.promotion.team_seasons import pending_team_seasons, team_seasons_in_curated


@dataclass
class Touched:
    """What one promotion looks at."""

    promotion_id: int
    scope: str
    games: set[uuid.UUID] = field(default_factory=set)
    batches: dict[uuid.UUID, int] = field(default_factory=dict)
    """Batch to its revision: what this promotion will have taken account of."""
    team_seasons: set[str] = field(default_factory=set)
    runs: set[uuid.UUID] = field(default_factory=set)
    """Runs of backtests, each a slice of its own."""
    whole_history: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.games or self.batches or self.team_seasons or self.whole_history)


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

    One transaction on the connection that holds the promotion lock. What is pending becomes
    everything where a rebuild of the zone is due.
    """
    with connection.transaction():
        _close_interrupted(connection, zone)
        set_parameters(connection, as_of)
        if scope == "pending" and rebuild_is_due(connection, zone):
            scope = "all"
        touched = Touched(0, scope_name(scope), whole_history=scope == "all")
        if zone == "staging":
            identity.take_into_force(connection)
            identity.take_up_decisions(connection)
            touched.games, touched.batches = pending_in_staging(connection, scope)
            touched.team_seasons = pending_team_seasons(connection, touched.batches, scope)
        else:
            touched.games = pending_in_curated(connection, scope, as_of)
            touched.team_seasons = team_seasons_in_curated(connection, touched.games)
        touched.promotion_id = open_promotion(
            connection, zone, touched.scope, "nothing" if touched.is_empty else "building", run_id,
            games=touched.games, batches=touched.batches, team_seasons=touched.team_seasons,
        )  # fmt: skip
        if not touched.is_empty:
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
    team_seasons: Iterable[str] = (),
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
    connection.execute(
        "insert into ops.promotion_team_seasons (promotion_id, team_season_id)"
        " select %s, unnest(%s::text[])",
        (promotion_id, sorted(team_seasons)),
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
            create table {schema}.touched_team_seasons (team_season_id text primary key);
            create table {schema}.touched_runs (run_id uuid primary key);
            """
        ).format(schema=name)
    )
    connection.execute(
        sql.SQL("insert into {}.touched_games select unnest(%s::uuid[])").format(name),
        (list(touched.games),),
    )
    connection.execute(
        sql.SQL("insert into {}.touched_team_seasons select unnest(%s::text[])").format(name),
        (list(touched.team_seasons),),
    )
    connection.execute(
        sql.SQL("insert into {}.touched_runs select unnest(%s::uuid[])").format(name),
        (list(touched.runs),),
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
    connection.execute(
        sql.SQL("analyze {0}.touched_games, {0}.touched_batches, {0}.touched_team_seasons").format(
            name
        )
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


__all__ = [
    "Scope",
    "Touched",
    "make_candidate",
    "open_promotion",
    "scope_name",
    "set_parameters",
    "touch",
]
