"""Hold, approve, reject, retract: what people and gates decide about batches and games.

Every decision raises the revision of a batch, so the next promotion takes account of it; none of
them changes a published row by itself.
"""

import uuid
from collections.abc import Iterable
from typing import Any, Literal

import psycopg

from linehouse.promotion.gate import Verdict
from linehouse.promotion.lock import promotion_lock
from linehouse.promotion.touch import Touched
from linehouse.settings import Mode


class UnknownBatchError(LookupError):
    """No batch, or no blocked promotion, has this id."""


STATES_BEFORE = {
    "held": ["landed", "accepted"],
    "accepted": ["held"],
    "retracted": ["landed", "accepted", "held"],
}
"""State to those that a batch can be brought into it from; what is retracted stays so."""


def set_state(
    connection: psycopg.Connection[Any],
    batch_ids: Iterable[uuid.UUID],
    state: Literal["held", "accepted", "retracted"],
    reason: str,
    *,
    decided_by: Literal["person", "promotion"],
    by: str | None = None,
) -> list[uuid.UUID]:
    """Move batches to a state that can follow theirs and raise their revision; returns those
    that moved. `by` is who overrode a gate."""
    rows = connection.execute(
        """
        update ops.batches
        set state = %(state)s, state_reason = %(reason)s, state_changed_at = clock_timestamp(),
            revision = revision + 1, decided_by = %(decided_by)s,
            overridden_by = coalesce(%(by)s, overridden_by)
        where batch_id = any(%(ids)s) and state = any(%(before)s)
        returning batch_id
        """,
        {
            "ids": list(batch_ids),
            "state": state,
            "reason": reason,
            "by": by,
            "decided_by": decided_by,
            "before": STATES_BEFORE[state],
        },
    ).fetchall()
    return [batch_id for (batch_id,) in rows]


def hold(mode: Mode, batch_ids: Iterable[uuid.UUID | str], reason: str) -> list[uuid.UUID]:
    """Leave batches out until a person decides, parsed again or not. Waits for a promotion that
    runs. Returns those that moved: neither held nor retracted before."""
    with promotion_lock(mode) as connection, connection.transaction():
        return set_state(connection, _uuids(batch_ids), "held", reason, decided_by="person")


def retract(mode: Mode, batch_id: uuid.UUID | str, reason: str, by: str) -> list[uuid.UUID]:
    """Mark a batch that turned out bad; the next promotion takes its rows out again, exactly.

    Its games are no longer held: without the batch they are other games. Waits for a promotion
    that runs. Returns the batch, or nothing where it was retracted already. Raises
    `UnknownBatchError`.
    """
    (batch,) = _uuids([batch_id])
    with promotion_lock(mode) as connection, connection.transaction():
        _require(connection, "select from ops.batches where batch_id = %s", batch, "batch")
        why = f"{reason} (by {by})"
        moved = set_state(connection, [batch], "retracted", why, decided_by="person")
        connection.execute(
            """
            delete from ops.held_games
            where game_id in (
                select r.game_id
                from ops.batches as b
                inner join raw_data.payload_events as e using (payload_id)
                inner join ops.game_registry as r
                    on e.source = r.source and e.source_event_id = r.source_event_id
                where b.batch_id = %s
            )
            """,
            (batch,),
        )
        return moved


def approve(
    mode: Mode, subject: uuid.UUID | str | int, by: str, reason: str = "", run_id: str | None = None
) -> Any:
    """Accept what a gate stopped: a held batch (uuid) or a blocked promotion (number).

    The override is recorded and the zone is promoted anew; an old candidate is never published.
    Where a promotion held the batch, what failed in that promotion is waived; its other batches
    stay held. Returns the `PromotionResult`. Raises `UnknownBatchError`, and `GateFailed` where
    something else is wrong too.
    """
    from linehouse.promotion.promote import promote

    why = f"approved by {by}" + (f": {reason}" if reason else "")
    with promotion_lock(mode) as connection, connection.transaction():
        if _is_promotion(subject):
            zone_name = _override(connection, int(subject), by)
            batch_ids = _batches_held_by(connection, int(subject))
        else:
            zone_name, batch_ids = "staging", _uuids([str(subject)])
            _require(connection, _HELD_BATCH, batch_ids[0], "held batch")
            blocked = _promotion_that_holds(connection, batch_ids[0])
            if blocked is not None:
                _override(connection, blocked, by)
        set_state(connection, batch_ids, "accepted", why, decided_by="person", by=by)
    return promote(mode, zone_name, run_id=run_id)


def reject(mode: Mode, subject: uuid.UUID | str | int, by: str, reason: str = "") -> None:
    """Leave out for good what a gate stopped: a held batch (uuid) or a blocked promotion (number).

    A batch becomes retracted. Games that the promotion held stay as they were published until
    other data touches them, and are judged again then. Raises `UnknownBatchError`.
    """
    why = f"rejected by {by}" + (f": {reason}" if reason else "")
    with promotion_lock(mode) as connection, connection.transaction():
        if _is_promotion(subject):
            blocked = "select from ops.promotions where promotion_id = %s and state = 'blocked'"
            _require(connection, blocked, int(subject), "blocked promotion")
            batch_ids = _batches_held_by(connection, int(subject))
            connection.execute(
                "update ops.promotions set error = %s where promotion_id = %s", (why, int(subject))
            )
            connection.execute(
                "delete from ops.held_games where promotion_id = %s", (int(subject),)
            )
        else:
            batch_ids = _uuids([str(subject)])
            _require(connection, _HELD_BATCH, batch_ids[0], "held batch")
        set_state(connection, batch_ids, "retracted", why, decided_by="person")


_HELD_BATCH = "select from ops.batches where batch_id = %s and state = 'held'"


def hold_responsible(
    connection: psycopg.Connection[Any], touched: Touched, verdict: Verdict
) -> list[uuid.UUID]:
    """Hold the promotion's batches that speak about the failing games and teams; where these
    cannot be told, all of its batches. Where no batch speaks about them, the games themselves are
    held. Returns the batches.
    """
    at_fault = list(touched.batches)
    if verdict.failing_games or verdict.failing_team_seasons:
        rows = connection.execute(
            """
            select distinct b.batch_id
            from ops.batches as b
            inner join raw_data.payload_events as e using (payload_id)
            inner join ops.game_registry as r
                on e.source = r.source and e.source_event_id = r.source_event_id
            where b.batch_id = any(%(batches)s) and r.game_id = any(%(games)s)
            union
            select b.batch_id
            from ops.batches as b
            inner join ops.payload_team_seasons as t using (payload_id)
            where b.batch_id = any(%(batches)s) and t.team_season_id = any(%(team_seasons)s)
            """,
            {
                "batches": at_fault,
                "games": list(verdict.failing_games),
                "team_seasons": list(verdict.failing_team_seasons),
            },
        ).fetchall()
        at_fault = [batch_id for (batch_id,) in rows]
    if not at_fault and not verdict.failing_games:
        at_fault = list(touched.batches)
    reason = f"promotion {touched.promotion_id}: {verdict.sentence}"
    held = set_state(connection, at_fault, "held", reason, decided_by="promotion")
    if not held and verdict.failing_games:
        hold_games(
            connection, "staging", touched.promotion_id, verdict.failing_games, verdict.sentence
        )
    return held


def hold_games(
    connection: psycopg.Connection[Any],
    zone_name: str,
    promotion_id: int,
    games: Iterable[uuid.UUID],
    reason: str,
) -> None:
    """Keep games of a zone as they are published until a person decides."""
    connection.execute(
        """
        insert into ops.held_games (zone, game_id, promotion_id, reason, held_at)
        select %s, g, %s, %s, clock_timestamp() from unnest(%s::uuid[]) as g
        on conflict (zone, game_id) do update
        set promotion_id = excluded.promotion_id, reason = excluded.reason,
            held_at = excluded.held_at
        """,
        (zone_name, promotion_id, reason, list(games)),
    )


def _override(connection: psycopg.Connection[Any], promotion_id: int, by: str) -> str:
    row = connection.execute(
        """
        update ops.promotions set overridden_by = %s
        where promotion_id = %s and state = 'blocked'
        returning zone
        """,
        (by, promotion_id),
    ).fetchone()
    if row is None:
        raise UnknownBatchError(f"there is no blocked promotion {promotion_id}")
    return str(row[0])


def _promotion_that_holds(connection: psycopg.Connection[Any], batch_id: uuid.UUID) -> int | None:
    """The blocked promotion that holds a batch; None where something else does."""
    row = connection.execute(
        """
        select p.promotion_id
        from ops.batches as b
        inner join ops.promotions as p
            on p.promotion_id = substring(b.state_reason from '^promotion ([0-9]+):')::bigint
        where b.batch_id = %s and b.decided_by = 'promotion' and p.state = 'blocked'
        """,
        (batch_id,),
    ).fetchone()
    return row[0] if row else None


def _batches_held_by(connection: psycopg.Connection[Any], promotion_id: int) -> list[uuid.UUID]:
    rows = connection.execute(
        """
        select b.batch_id
        from ops.promotion_batches as p
        inner join ops.batches as b using (batch_id)
        where p.promotion_id = %s and b.state = 'held' and b.state_reason like %s
        """,
        (promotion_id, f"promotion {promotion_id}:%"),
    ).fetchall()
    return [batch_id for (batch_id,) in rows]


def _require(connection: psycopg.Connection[Any], query: str, value: object, what: str) -> None:
    if connection.execute(query, (value,)).fetchone() is None:
        raise UnknownBatchError(f"there is no {what} {value}")


def _is_promotion(subject: uuid.UUID | str | int) -> bool:
    return isinstance(subject, int) or (isinstance(subject, str) and subject.isdigit())


def _uuids(values: Iterable[uuid.UUID | str]) -> list[uuid.UUID]:
    return [value if isinstance(value, uuid.UUID) else uuid.UUID(value) for value in values]
