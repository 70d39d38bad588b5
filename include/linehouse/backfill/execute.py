"""Send what of a plan is not done yet, month by month, within limits; stopped anywhere, it goes on
there.

A step that was landed before its process died is found by its request key and not sent again: the
plan's number and the request are the key, whatever the run. Of a step that costs credits the
request alone is the key, so that no plan buys what another has bought, or is buying just now.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from linehouse import clock, database
from linehouse.backfill import store
from linehouse.landing import land
from linehouse.landing.due import BACKFILL_RUNS
from linehouse.landing.of_source import policy_of
from linehouse.scheduling import decision, quota
from linehouse.settings import Mode, get_settings
from linehouse.sources.base import HttpSource
from linehouse.sources.errors import BadKeyError, QuotaExhaustedError, RateLimitedError, SourceError

log = logging.getLogger(__name__)

MOST_FAILURES_IN_A_ROW = 5
"""An upstream that fails so often in a row is left alone until the plan is executed again."""

Told = Callable[[str, int, int], None]
"""Told what is being fetched, and how many steps are done of how many."""


@dataclass
class Execution:
    """What one execution did."""

    plan_id: int
    batch_ids: list[str] = field(default_factory=list)
    sent: int = 0
    found: int = 0
    """Steps that an earlier execution had landed already."""
    failed: list[str] = field(default_factory=list)
    stopped: str | None = None
    """Why it stopped before its end; None: every step was tried."""


def execute(
    mode: Mode,
    plan_id: int,
    told: Told | None = None,
    after_month: Callable[[date, list[str]], None] | None = None,
) -> Execution:
    """Land every step that is not done. One execution of a plan runs at a time.

    `after_month` gets each month's batches when the month is through.

    Raises:
        UnknownPlanError: no plan of that number.
        SandboxUnreachableError: the clock of the sandbox does not answer.
    """
    done = Execution(plan_id)
    with database.connect(mode, autocommit=True) as connection:
        _alone(connection, plan_id)
        progress = store.progress(connection, plan_id)
        store.set_state(connection, plan_id, "running")
        try:
            _send_all(_Turn(mode, connection, done, told, progress), after_month)
        except Exception as error:
            with suppress(psycopg.Error):
                why = f"broken off by {type(error).__name__}, see the log; execute again"
                store.set_state(connection, plan_id, "waiting", why)
            raise
        left = store.left(connection, plan_id)
        note = done.stopped or (f"{len(left)} steps failed; execute again" if left else None)
        store.set_state(connection, plan_id, "waiting" if left else "done", note)
    return done


def run_key(plan_id: int, cost: int = 0) -> str:
    """Identifies a plan's requests over all its executions; those that cost credits, over all
    plans."""
    return f"{BACKFILL_RUNS}bought" if cost else f"{BACKFILL_RUNS}{plan_id}"


def _send_all(turn: "_Turn", after_month: Callable[[date, list[str]], None] | None) -> None:
    """Month by month what is left, until something stops it."""
    done = turn.result
    steps = store.left(turn.connection, done.plan_id)
    for month in dict.fromkeys(one.step.month for one in steps):
        before = len(done.batch_ids)
        for one in (one for one in steps if one.step.month == month):
            if done.stopped is None:
                turn.send(one)
        if after_month is not None and len(done.batch_ids) > before:
            after_month(month, done.batch_ids[before:])
        if done.stopped is not None:
            break


class _Turn:
    """The steps of one execution, one after another."""

    def __init__(
        self,
        mode: Mode,
        connection: psycopg.Connection[Any],
        done: Execution,
        told: Told | None,
        progress: store.Progress,
    ) -> None:
        self.mode, self.connection, self.result, self.told = mode, connection, done, told
        self.count, self.total = progress.done, progress.steps
        self.failures = 0
        self.last_sent: float | None = None
        self.off: dict[str, str | None] = {}

    def send(self, one: store.StoredStep) -> None:
        """Land one step, or note why not."""
        from linehouse.sources.availability import http_source, off_because

        request, cost = one.step.request, one.step.cost
        words = f"{request.source} {request.feed} {_when(request.params)}".rstrip()
        if self.told:
            self.told(words, self.count, self.total)
        try:
            source = http_source(request.source)
        except KeyError as error:
            self._fail(one, words, str(error.args[0]))
            return
        if request.source not in self.off:
            self.off[request.source] = off_because(source, self.mode)
        why_off = self.off[request.source]
        if why_off is not None:
            self._fail(one, words, f"{request.source} is off: {why_off}")
            return
        to_pay = cost and not store.is_bought(self.connection, one.step)
        if to_pay and (short := self._short_of(cost)):
            self.result.stopped = short
            return
        self._pause(source)
        try:
            landed = land(
                request,
                source,
                mode=self.mode,
                run_key=run_key(self.result.plan_id, cost),
                policy=policy_of(source),
            )
        except (BadKeyError, QuotaExhaustedError, RateLimitedError) as error:
            self._fail(one, words, str(error))
            self.result.stopped = f"{words}: {error}"
            return
        except SourceError as error:
            self._fail(one, words, str(error))
            self.failures += 1
            if self.failures >= MOST_FAILURES_IN_A_ROW:
                self.result.stopped = f"{self.failures} requests failed in a row, last {words}"
            return
        self.failures = 0
        self.count += 1
        if landed.outcome == "duplicate":
            self.result.found += 1
            self.last_sent = None
        else:
            self.result.sent += 1
        if landed.batch_id is not None:
            self.result.batch_ids.append(str(landed.batch_id))
        store.mark(
            self.connection,
            self.result.plan_id,
            one.position,
            "done",
            batch_id=landed.batch_id,
        )
        if self.told:
            self.told(words, self.count, self.total)

    def _fail(self, one: store.StoredStep, words: str, why: str) -> None:
        log.warning("%s: %s", words, why)
        self.result.failed.append(f"{words}: {why}")
        store.mark(self.connection, self.result.plan_id, one.position, "failed", error=why)

    def _short_of(self, cost: int) -> str | None:
        """Why the credits do not allow a step; None where they do. The reserve stays."""
        settings = get_settings()
        credits = quota.read(self.connection, clock.now(self.mode), settings.odds_api_quota)
        spendable = credits.left - decision.reserve_of(credits.total, settings)
        if cost <= spendable:
            return None
        return (
            f"{credits.left} credits are left, {credits.left - max(spendable, 0)} of them kept in"
            f" reserve, and the next request costs {cost}: execute again after"
            f" {credits.resets_at:%Y-%m-%d}"
        )

    def _pause(self, source: HttpSource) -> None:
        of_source = float(getattr(source, "pause_seconds", 0.0))
        if self.mode is Mode.SANDBOX:  # the simulator needs none
            of_source = 0.0
        least = max(of_source, get_settings().backfill_pause_seconds)
        if self.last_sent is not None:
            time.sleep(max(self.last_sent + least - time.monotonic(), 0.0))
        self.last_sent = time.monotonic()


def _alone(connection: psycopg.Connection[Any], plan_id: int) -> None:
    """The lock ends with the session, so that a killed process leaves none."""
    connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [f"backfill:{plan_id}"])


def _when(params: Mapping[str, str]) -> str:
    for name in ("date", "dates", "startDate", "GameDate", "DateFrom", "date1"):
        if name in params:
            return params[name]
    return ""
