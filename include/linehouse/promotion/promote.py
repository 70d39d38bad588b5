"""Promote a zone: touch, build, gate, publish, in one process that holds one lock."""

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

from linehouse import clock
from linehouse.promotion import build as building
from linehouse.promotion.build import Candidate
from linehouse.promotion.gate import Verdict, judge
from linehouse.promotion.hold import hold_games, hold_responsible
from linehouse.promotion.lock import promotion_lock
from linehouse.promotion.parameters import rebuild_is_done
from linehouse.promotion.publish import Rows, publish
from linehouse.promotion.touch import (
    Scope,
    Touched,
    make_candidate,
    open_promotion,
    scope_name,
    touch,
)
from linehouse.promotion.zones import ZONES, zone
from linehouse.settings import Mode

KEPT_DAYS = 7


class GateFailed(RuntimeError):
    """A gate blocked a promotion; the text is its verdict. Published zones are as they were."""

    def __init__(self, sentence: str, promotion_id: int, zone: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.promotion_id = promotion_id
        self.zone = zone


@dataclass
class PromotionResult:
    """What one promotion did."""

    promotion_id: int
    zone: str
    state: str
    """`published`, or `nothing` where nothing was pending."""
    touched_games: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    """Seconds of touch, build, gate, publish."""
    verdict: str = ""
    rows: Rows = field(default_factory=Rows)


def promote(
    mode: Mode,
    zone_name: str,
    *,
    scope: Scope = "pending",
    run_id: str | None = None,
    as_of: datetime | None = None,
) -> PromotionResult:
    """Promote a zone (`staging`, `curated`).

    `scope`: what is pending, everything, `("dates", first, last)` (US Eastern, both included) or
    `("batches", ids)`. `as_of` is the moment for which the zone is made; without it the clock of
    the mode. Raises `GateFailed` after holding what is at fault, `BuildError` where dbt fails,
    `PublishError` where the candidate is not what was gated.
    """
    mode = Mode(mode)
    if zone_name not in ZONES:
        raise ValueError(f"{zone_name} is no zone that is promoted; say one of {ZONES}")
    declared = zone(mode, zone_name)
    watch = _Watch()
    with promotion_lock(mode) as connection:
        moment = as_of or _moment(connection, mode)
        with watch("touch"):
            touched = touch(connection, zone_name, scope, as_of=moment, run_id=run_id)
        if touched.is_empty:
            return PromotionResult(
                touched.promotion_id, zone_name, "nothing", seconds=watch.seconds
            )
        with _recorded(connection, touched.promotion_id):
            with watch("build"):
                candidate = building.build(
                    connection,
                    mode,
                    declared,
                    touched.promotion_id,
                    team_seasons=bool(touched.team_seasons),
                )
            return _gate_and_publish(connection, mode, candidate, touched, watch)


def publish_python(
    mode: Mode,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    touched_games: Iterable[uuid.UUID],
    run_id: str | None = None,
    *,
    touched_runs: Iterable[uuid.UUID] = (),
    zone_name: str = "curated",
) -> PromotionResult:
    """Publish rows that Python computed, through the same candidate, gate and transaction.

    `tables`: table (declared in dbt with `writer: python`) to its rows, column to value.
    `touched_games`: the games whose rows these replace; more than the rows name, where rows go.
    `touched_runs`: the same of runs of backtests, where a table is sliced by them.
    Raises `GateFailed`; ValueError where a table is not Python's to write.
    """
    mode = Mode(mode)
    declared = zone(mode, zone_name)
    for name in tables:
        if declared.table(name).writer != "python":
            raise ValueError(f"{zone_name}.{name} is written by dbt")
    games = {uuid.UUID(str(game)) for game in touched_games}
    runs = {uuid.UUID(str(run)) for run in touched_runs}
    anything = bool(games or runs)
    watch = _Watch()
    with promotion_lock(mode) as connection:
        with watch("touch"), connection.transaction():
            promotion_id = open_promotion(
                connection, zone_name, "python", "building" if anything else "nothing", run_id,
                games=games, batches={},
            )  # fmt: skip
            if anything:
                touched = Touched(promotion_id, "python", games, runs=runs)
                make_candidate(connection, f"{zone_name}_candidate", touched)
        if not anything:
            return PromotionResult(promotion_id, zone_name, "nothing", seconds=watch.seconds)
        with _recorded(connection, promotion_id):
            with watch("build"):
                for name, rows in tables.items():
                    _write_rows(connection, zone_name, name, rows)
                candidate = building.adopt(connection, declared, promotion_id)
            return _gate_and_publish(connection, mode, candidate, touched, watch)


def _gate_and_publish(
    connection: psycopg.Connection[Any],
    mode: Mode,
    candidate: Candidate,
    touched: Touched,
    watch: "_Watch",
) -> PromotionResult:
    _set_state(connection, touched.promotion_id, "gating")
    with watch("gate"):
        verdict = judge(connection, mode, candidate)
    if not verdict.passed:
        _block(connection, candidate, touched, verdict, watch)
        raise GateFailed(verdict.sentence, touched.promotion_id, candidate.zone.name)
    started = time.perf_counter()
    with connection.transaction():
        rows = publish(connection, candidate)
        building.drop(connection, candidate.schema)
        _drop_old_candidates(connection, candidate.zone.name)
        _after_publish(connection, candidate, touched)
        seconds = {**watch.seconds, "publish": time.perf_counter() - started}
        _record_published(connection, touched.promotion_id, seconds, rows, verdict)
    seconds["publish"] = time.perf_counter() - started
    return PromotionResult(
        touched.promotion_id,
        candidate.zone.name,
        "published",
        touched_games=len(touched.games),
        seconds=seconds,
        verdict=verdict.sentence,
        rows=rows,
    )


def _block(
    connection: psycopg.Connection[Any],
    candidate: Candidate,
    touched: Touched,
    verdict: Verdict,
    watch: "_Watch",
) -> None:
    """Hold what is at fault, so that the next good batch of these games goes through without it."""
    with connection.transaction():
        if candidate.zone.name == "staging":
            hold_responsible(connection, touched, verdict)
        elif touched.scope != "python":
            games = verdict.failing_games or touched.games
            hold_games(connection, "curated", touched.promotion_id, games, verdict.sentence)
        connection.execute(
            """
            update ops.promotions
            set state = 'blocked', finished_at = clock_timestamp(), verdict = %s,
                touch_seconds = %s, build_seconds = %s, gate_seconds = %s
            where promotion_id = %s
            """,
            (
                verdict.sentence,
                *(_rounded(watch.seconds, step) for step in ("touch", "build", "gate")),
                touched.promotion_id,
            ),
        )


def _after_publish(
    connection: psycopg.Connection[Any], candidate: Candidate, touched: Touched
) -> None:
    if touched.scope == "python":
        return
    connection.execute(
        "delete from ops.held_games where zone = %s and game_id = any(%s)",
        (candidate.zone.name, list(touched.games)),
    )
    if candidate.zone.name == "staging":
        for table in ("vacated_games", "vacated_events"):
            connection.execute(
                sql.SQL("delete from ops.{} where batch_id = any(%s)").format(
                    sql.Identifier(table)
                ),
                (list(touched.batches),),
            )
    if touched.whole_history:
        rebuild_is_done(connection, candidate.zone.name)


def _record_published(
    connection: psycopg.Connection[Any],
    promotion_id: int,
    seconds: Mapping[str, float],
    rows: Rows,
    verdict: Verdict,
) -> None:
    connection.execute(
        """
        update ops.promotions
        set state = 'published', finished_at = clock_timestamp(), verdict = %s,
            touch_seconds = %s, build_seconds = %s, gate_seconds = %s, publish_seconds = %s,
            rows_inserted = %s, rows_updated = %s, rows_deleted = %s
        where promotion_id = %s
        """,
        (
            verdict.sentence,
            *(_rounded(seconds, step) for step in ("touch", "build", "gate", "publish")),
            rows.inserted, rows.updated, rows.deleted, promotion_id,
        ),
    )  # fmt: skip


def _rounded(seconds: Mapping[str, float], step: str) -> float | None:
    return round(seconds[step], 4) if step in seconds else None


def _set_state(connection: psycopg.Connection[Any], promotion_id: int, state: str) -> None:
    connection.execute(
        "update ops.promotions set state = %s where promotion_id = %s", (state, promotion_id)
    )


@contextmanager
def _recorded(connection: psycopg.Connection[Any], promotion_id: int) -> Iterator[None]:
    """Leave the reason behind where a promotion breaks off, as far as the server still answers."""
    try:
        yield
    except GateFailed:
        raise
    except BaseException as error:
        if not connection.broken:
            connection.execute(
                """
                update ops.promotions
                set state = 'failed', finished_at = clock_timestamp(), error = %s
                where promotion_id = %s
                """,
                (f"{type(error).__name__}: {error}"[:2000], promotion_id),
            )
        raise


def _drop_old_candidates(connection: psycopg.Connection[Any], zone_name: str) -> None:
    """Candidates of blocked promotions are kept for a person to look at, for some days."""
    rows = connection.execute(
        """
        select n.nspname::text
        from pg_namespace as n
        left join ops.promotions as p
            on p.promotion_id = substring(n.nspname from '_([0-9]+)$')::bigint
        where
            n.nspname ~ ('^' || %s || '_candidate_[0-9]+$')
            and (
                p.state is distinct from 'blocked'
                or p.started_at < clock_timestamp() - make_interval(days => %s)
            )
            and p.state is distinct from 'gating'
        """,
        (zone_name, KEPT_DAYS),
    ).fetchall()
    for (schema,) in rows:
        building.drop(connection, schema)


def _moment(connection: psycopg.Connection[Any], mode: Mode) -> datetime:
    """The clock of the mode. Where the simulator is down: the latest moment that it showed."""
    try:
        return clock.now(mode)
    except clock.SandboxUnreachableError:
        row = connection.execute(
            """
            select greatest(
                (select max(observed_at) from ops.batches),
                (select value::timestamptz from ops.parameters where key = 'as_of')
            )
            """
        ).fetchone()
        return row[0] if row and row[0] else datetime.now(UTC)


def _write_rows(
    connection: psycopg.Connection[Any],
    zone_name: str,
    table: str,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    target = sql.Identifier(f"{zone_name}_candidate", table)
    connection.execute(
        sql.SQL("create table {} (like {})").format(target, sql.Identifier(zone_name, table))
    )
    if not rows:
        return
    names = list(rows[0])
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        target,
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(sql.Placeholder() * len(names)),
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[row[name] for name in names] for row in rows])


class _Watch:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = time.perf_counter() - started


__all__ = ["GateFailed", "PromotionResult", "Scope", "promote", "publish_python", "scope_name"]
