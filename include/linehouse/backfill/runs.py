"""What the DAG `backfill_history` does."""

import logging
from datetime import date
from typing import Any

from linehouse import database
from linehouse.backfill import store
from linehouse.backfill.execute import execute
from linehouse.settings import Mode

log = logging.getLogger(__name__)

MOST_SENTENCES = 20


def fetch(mode: Mode, plan_id: int | None) -> dict[str, Any]:
    """Execute a plan, the oldest that is under way where none is named: one that was begun and is
    not done. A plan that was only made may have been made to see its price.

    Returns: `plan_id`, `sent`, `found`, and `failed`, a sentence for each failure and for a plan
    that waits.
    Raises:
        UnknownPlanError: there is no such plan, or none that is under way.
    """
    with database.connect(mode) as connection:
        if plan_id is None:
            every = store.every_progress(connection)
            waiting = [one.plan_id for one in every if one.state in store.UNDER_WAY]
            if not waiting:
                planned = sorted(one.plan_id for one in every if one.state == store.PLANNED)
                named = f"; planned, to be named: {', '.join(map(str, planned))}" if planned else ""
                raise store.UnknownPlanError(
                    f"no backfill is under way{named or '; `linehouse backfill plan` makes one'}"
                )
            plan_id = min(waiting)
        else:
            store.progress(connection, plan_id)
    done = execute(mode, plan_id, _tell, _month_done)
    failed = [*done.failed[:MOST_SENTENCES], *([done.stopped] if done.stopped else [])]
    return {"plan_id": plan_id, "sent": done.sent, "found": done.found, "failed": failed}


def undecided(mode: Mode, plan_id: int) -> list[str]:
    """The plan's batches that the raw gate has not judged, also of executions that were killed."""
    with database.connect(mode) as connection:
        rows = connection.execute(
            "select step.batch_id from ops.backfill_steps as step"
            " inner join ops.batches as batch on step.batch_id = batch.batch_id"
            " where step.plan_id = %s and batch.state = 'landed' order by step.position",
            [plan_id],
        ).fetchall()
    return [str(batch_id) for (batch_id,) in rows]


def _tell(what: str, done: int, total: int) -> None:
    if done % 25 == 0:
        log.info("%d of %d: %s", done, total, what)


def _month_done(month: date, batch_ids: list[str]) -> None:
    log.info("%s is through: %d batches", f"{month:%B %Y}", len(batch_ids))
