"""Plans and their steps in ops.backfill_plans and ops.backfill_steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from linehouse.backfill.plan import BackfillPlan, Step
from linehouse.sources.base import Request

PLANNED = "planned"
UNDER_WAY = ("running", "waiting")
"""States of a plan that was begun and is not done."""


class UnknownPlanError(ValueError):
    """No plan of that number; says which there are."""


@dataclass(frozen=True)
class StoredStep:
    """A step that is not done yet."""

    position: int
    step: Step


@dataclass(frozen=True)
class Progress:
    """How far a plan is."""

    plan_id: int
    state: str
    created_at: datetime
    finished_at: datetime | None
    note: str | None
    about: dict[str, Any]
    steps: int
    done: int
    failed: int
    credits: int
    credits_done: int
    month: date | None
    """The month of the next step; None: all are done."""


def save(connection: psycopg.Connection[Any], plan: BackfillPlan) -> int:
    """Store a new plan; returns its number."""
    with connection.transaction():
        row = connection.execute(
            "insert into ops.backfill_plans (plan, state) values (%s, %s) returning plan_id",
            [Jsonb(_document(plan)), PLANNED],
        ).fetchone()
        assert row is not None
        plan_id = int(row[0])
        _insert(connection, plan_id, enumerate(plan.steps, 1))
    return plan_id


def edit(connection: psycopg.Connection[Any], plan_id: int, plan: BackfillPlan) -> None:
    """Bring a stored plan to its edited file: what is done stays done, what was taken out is not
    asked, what is new comes last. Raises `UnknownPlanError`."""
    with connection.transaction():
        progress(connection, plan_id)
        stored = {
            _key(source, feed, path, params): position
            for position, source, feed, path, params in connection.execute(
                "select position, source, feed, path, params from ops.backfill_steps"
                " where plan_id = %s for update",
                [plan_id],
            ).fetchall()
        }
        wanted = {_of(step.request): step for step in plan.steps}
        gone = [position for key, position in stored.items() if key not in wanted]
        connection.execute(
            "delete from ops.backfill_steps"
            " where plan_id = %s and position = any(%s) and state <> 'done'",
            [plan_id, gone],
        )
        new = [step for key, step in wanted.items() if key not in stored]
        last = max(stored.values(), default=0)
        _insert(connection, plan_id, enumerate(new, last + 1))


def is_bought(connection: psycopg.Connection[Any], step: Step) -> bool:
    """Whether any plan has paid for the same request, and landed the answer."""
    request = step.request
    found = connection.execute(
        "select from ops.backfill_steps where state = 'done' and cost > 0"
        " and source = %s and feed = %s and path = %s and params = %s limit 1",
        [request.source, request.feed, request.path, Jsonb(dict(request.params))],
    ).fetchone()
    return found is not None


def left(connection: psycopg.Connection[Any], plan_id: int) -> list[StoredStep]:
    """The steps that are not done, month by month."""
    rows = connection.execute(
        """
        select position, source, feed, sport_key, path, params, headers, month, cost, games
        from ops.backfill_steps
        where plan_id = %s and state <> 'done'
        order by month, position
        """,
        [plan_id],
    ).fetchall()
    return [
        StoredStep(
            position,
            Step(Request(source, feed, path, params, headers, sport_key), month, cost, games),
        )
        for position, source, feed, sport_key, path, params, headers, month, cost, games in rows
    ]


def mark(
    connection: psycopg.Connection[Any],
    plan_id: int,
    position: int,
    state: str,
    *,
    batch_id: UUID | None = None,
    error: str | None = None,
) -> None:
    """Write what became of a step."""
    connection.execute(
        "update ops.backfill_steps set state = %s, batch_id = %s, error = %s,"
        " finished_at = clock_timestamp() where plan_id = %s and position = %s",
        [state, batch_id, error, plan_id, position],
    )


def set_state(
    connection: psycopg.Connection[Any], plan_id: int, state: str, note: str | None = None
) -> None:
    """Write how a plan stands."""
    connection.execute(
        "update ops.backfill_plans set state = %(state)s, note = %(note)s, finished_at = case"
        " when %(state)s = 'done' then clock_timestamp() end where plan_id = %(plan)s",
        {"state": state, "note": note, "plan": plan_id},
    )


def progress(connection: psycopg.Connection[Any], plan_id: int) -> Progress:
    """How far a plan is. Raises `UnknownPlanError`."""
    found = [one for one in every_progress(connection) if one.plan_id == plan_id]
    if not found:
        there = ", ".join(str(one.plan_id) for one in every_progress(connection))
        raise UnknownPlanError(f"no backfill {plan_id}; there are {there or 'none'}")
    return found[0]


def every_progress(connection: psycopg.Connection[Any]) -> list[Progress]:
    """All plans, newest first."""
    rows = connection.execute(
        """
        select
            plan.plan_id,
            plan.state,
            plan.created_at,
            plan.finished_at,
            plan.note,
            plan.plan,
            count(step.position),
            count(*) filter (where step.state = 'done'),
            count(*) filter (where step.state = 'failed'),
            coalesce(sum(step.cost), 0),
            coalesce(sum(step.cost) filter (where step.state = 'done'), 0),
            min(step.month) filter (where step.state <> 'done')
        from ops.backfill_plans as plan
        left join ops.backfill_steps as step on plan.plan_id = step.plan_id
        group by plan.plan_id
        order by plan.plan_id desc
        """
    ).fetchall()
    return [
        Progress(
            plan_id, state, created, finished, note, (plan or {}).get("about") or {}, steps, done,
            failed, int(credits), int(credits_done), month,
        )
        for (
            plan_id, state, created, finished, note, plan, steps, done, failed, credits,
            credits_done, month,
        ) in rows
    ]  # fmt: skip


def batches(connection: psycopg.Connection[Any], plan_id: int) -> list[str]:
    """The batches that a plan has landed."""
    rows = connection.execute(
        "select batch_id from ops.backfill_steps"
        " where plan_id = %s and batch_id is not null order by position",
        [plan_id],
    ).fetchall()
    return [str(batch_id) for (batch_id,) in rows]


def _insert(
    connection: psycopg.Connection[Any], plan_id: int, steps: Iterable[tuple[int, Step]]
) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.backfill_steps (plan_id, position, source, feed, sport_key, path,"
            " params, headers, month, cost, games)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    plan_id, position, step.request.source, step.request.feed,
                    step.request.sport_key, step.request.path, Jsonb(dict(step.request.params)),
                    Jsonb(dict(step.request.headers)), step.month, step.cost, step.games,
                )
                for position, step in steps
            ],
        )  # fmt: skip


def _document(plan: BackfillPlan) -> dict[str, Any]:
    return {
        "about": dict(plan.about),
        "credits": plan.cost,
        "games": [
            [
                game.sport_key,
                game.commence_at.isoformat(),
                game.away_team,
                game.home_team,
            ]
            for game in plan.games
        ],
    }


def _of(request: Request) -> tuple[Any, ...]:
    return _key(request.source, request.feed, request.path, dict(request.params))


def _key(source: str, feed: str, path: str, params: dict[str, str]) -> tuple[Any, ...]:
    return (source, feed, path, *sorted(params.items()))
