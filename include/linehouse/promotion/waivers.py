"""Waivers: what a person approved, row by row, blocks no more; nothing else is let through."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from linehouse.promotion.build import Candidate
from linehouse.promotion.judgement import Judgement


@dataclass(frozen=True)
class FailingRow:
    """A row that breaks an expectation, as its query shows it."""

    game_id: uuid.UUID | None
    row_hash: uuid.UUID
    team_season_id: str | None = None


@dataclass
class Waiver:
    """An approval that concerns an expectation."""

    by: str
    left: Sequence[FailingRow]
    """Rows that it does not cover; without any, the judgement is waived."""


def failing_rows(connection: psycopg.Connection[Any], judgement: Judgement) -> list[FailingRow]:
    """The rows that break an expectation; none where no query can say."""
    if judgement.query is None:
        return []
    try:
        with connection.transaction():
            rows = connection.execute(
                sql.SQL(
                    """
                    select distinct
                        (to_jsonb(found) ->> 'game_id')::uuid, md5(to_jsonb(found)::text)::uuid,
                        to_jsonb(found) ->> 'team_season_id'
                    from ({}) as found
                    """
                ).format(sql.SQL(judgement.query))
            ).fetchall()
    except psycopg.Error:
        return []
    return [FailingRow(*row) for row in rows]


def keep(
    connection: psycopg.Connection[Any],
    promotion_id: int,
    judgement: Judgement,
    rows: Sequence[FailingRow],
) -> None:
    """Write what blocks a promotion, for an approval to refer to."""
    connection.execute(
        """
        insert into ops.failing_rows (promotion_id, suite, expectation, game_id, row_hash)
        select %s, %s, %s, * from unnest(%s::uuid[], %s::uuid[])
        on conflict do nothing
        """,
        (
            promotion_id,
            judgement.suite,
            judgement.name,
            [row.game_id for row in rows],
            [row.row_hash for row in rows],
        ),
    )


def find_waiver(
    connection: psycopg.Connection[Any],
    candidate: Candidate,
    judgement: Judgement,
    rows: Sequence[FailingRow],
) -> Waiver | None:
    """The approval of this expectation in an earlier promotion of the zone, with what it leaves.

    Where rows name no game (figures of a whole slate, which change with every batch) it covers
    the games and team-seasons of the approved promotion.
    """
    approved = connection.execute(
        """
        select p.promotion_id, p.overridden_by
        from ops.promotions as p
        inner join ops.gate_results as g using (promotion_id)
        where
            p.zone = %s and p.overridden_by is not null
            and g.suite = %s and g.expectation = %s and g.severity = 'critical' and not g.success
            and not g.detail ? 'waived_by'
        """,
        (candidate.zone.name, judgement.suite, judgement.name),
    ).fetchall()
    if not approved:
        return None
    promotion_ids = [promotion_id for promotion_id, _ in approved]
    known = connection.execute(
        """
        select row_hash from ops.failing_rows
        where promotion_id = any(%s) and suite = %s and expectation = %s
        """,
        (promotion_ids, judgement.suite, judgement.name),
    ).fetchall()
    hashes = {row_hash for (row_hash,) in known}
    left = [row for row in rows if row.row_hash not in hashes]
    without_game = not rows or any(row.game_id is None for row in left)
    if without_game and _within(connection, candidate, promotion_ids):
        left = [row for row in left if row.game_id is not None]
        return Waiver(approved[-1][1], left)
    if not rows:
        return None
    return Waiver(approved[-1][1], left)


def _within(
    connection: psycopg.Connection[Any], candidate: Candidate, promotion_ids: Sequence[int]
) -> bool:
    """Whether the candidate holds no game, and no team in a season, that the approved promotions
    did not. A backtest is no slate: what it brings is judged anew each time."""
    row = connection.execute(
        sql.SQL(
            """
            select not exists (
                select game_id from {games}
                except
                select game_id from ops.promotion_games where promotion_id = any(%(ids)s)
            ) and not exists (
                select team_season_id from {team_seasons}
                except
                select team_season_id from ops.promotion_team_seasons
                where promotion_id = any(%(ids)s)
            ) and not exists (select from {runs})
            """
        ).format(
            games=sql.Identifier(candidate.schema, "touched_games"),
            team_seasons=sql.Identifier(candidate.schema, "touched_team_seasons"),
            runs=sql.Identifier(candidate.schema, "touched_runs"),
        ),
        {"ids": list(promotion_ids)},
    ).fetchone()
    return bool(row and row[0])
