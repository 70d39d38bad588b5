"""What the DAG `backfill_history` does."""

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from linehouse import database
from linehouse.backfill import store
from linehouse.backfill.execute import execute
from linehouse.settings import Mode

log = logging.getLogger(__name__)

MOST_SENTENCES = 20


def fetch(mode: Mode, plan_id: int | None) -> dict[str, Any]:
    """Execute a plan; where none is named, all that are under way, the oldest first: those that
    were begun and are not done. A plan that was only made may have been made to see its price.

    Returns: `plan_ids`, `sent`, `found`, and `failed`, a sentence for each failure and for each
    plan that waits.
    Raises:
        UnknownPlanError: there is no such plan, or none that is under way.
    """
    told: dict[str, Any] = {"plan_ids": _chosen(mode, plan_id), "sent": 0, "found": 0, "failed": []}
    for chosen in told["plan_ids"]:
        done = execute(mode, chosen, _tell, _month_done)
        told["sent"] += done.sent
        told["found"] += done.found
        told["failed"] += done.failed[:MOST_SENTENCES]
        told["failed"] += [f"backfill {chosen} waits: {done.stopped}"] if done.stopped else []
    return told


def _chosen(mode: Mode, plan_id: int | None) -> list[int]:
    with database.connect(mode) as connection:
        if plan_id is not None:
            return [store.progress(connection, plan_id).plan_id]
        every = store.every_progress(connection)
    waiting = sorted(one.plan_id for one in every if one.state in store.UNDER_WAY)
    if not waiting:
        planned = sorted(one.plan_id for one in every if one.state == store.PLANNED)
        named = f"; planned, to be named: {', '.join(map(str, planned))}" if planned else ""
        raise store.UnknownPlanError(
            f"no backfill is under way{named or '; `linehouse backfill plan` makes one'}"
        )
    return waiting


def undecided(mode: Mode, plan_ids: Sequence[int]) -> list[str]:
    """The plans' batches that the raw gate has not judged, also of executions that were killed."""
    with database.connect(mode) as connection:
        rows = connection.execute(
            "select step.batch_id from ops.backfill_steps as step"
            " inner join ops.batches as batch on step.batch_id = batch.batch_id"
            " where step.plan_id = any(%s) and batch.state = 'landed'"
            " order by step.plan_id, step.position",
            [list(plan_ids)],
        ).fetchall()
    return [str(batch_id) for (batch_id,) in rows]


def _tell(what: str, done: int, total: int) -> None:
    if done % 25 == 0:
        log.info("%d of %d: %s", done, total, what)


def _month_done(month: date, batch_ids: list[str]) -> None:
    log.info("%s is through: %d batches", f"{month:%B %Y}", len(batch_ids))
