"""The steps of the DAGs, run one after another by a command where Airflow does not run."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from linehouse.cli.following import Step
from linehouse.cli.progress import Show, progress
from linehouse.settings import Mode, get_settings

Work = Callable[[Show], str]
"""Does a step, tells how far it is, and returns its outcome in a word."""
Steps = Iterator[tuple[str, Work]]
ZONES = ("staging", "curated")
REPORT = "report_held"
"""Says what failed or was held, also after a step that failed, as its task does in a DAG."""


def run_steps(steps: Steps) -> tuple[list[Step], str | None]:
    """Run the steps; after the first that fails only `REPORT` is done, as it is in a DAG."""
    from linehouse.pipeline import NothingAcceptedError, RequestsFailedError
    from linehouse.promotion import GateFailed

    done: list[Step] = []
    failures: list[str] = []
    with progress() as show:
        for name, work in steps:
            if failures and name != REPORT:
                continue
            show(name)
            began = time.monotonic()
            try:
                state = work(_under(name, show))
            except (GateFailed, NothingAcceptedError, RequestsFailedError) as error:
                state = "failed"
                failures.append(f"{name}: {error}")
            seconds = round(time.monotonic() - began, 2)
            done.append({"step": name, "state": state, "seconds": seconds})
    return done, "; ".join(failures) or None


def pipeline_steps(
    mode: Mode,
    zone: str,
    first: date | None,
    last: date | None,
    sources: list[str] | None,
    run_key: str,
) -> Steps:
    """The steps of the DAG `run_pipeline`, in its order."""
    from linehouse import pipeline

    landed: dict[str, Any] = {"batch_ids": [], "failed": []}
    held: list[str] = []

    def land(show: Show) -> str:
        landed.update(
            pipeline.land_all(
                mode,
                first,
                last,
                run_key,
                lambda done, total: show("requests", done, total),
                sources,
            )
        )
        return f"{len(landed['batch_ids'])} batches"

    if zone in ("raw", "full"):
        yield "land", land
        yield "gate_raw", lambda _: gate(mode, landed["batch_ids"], held)
    if zone != "raw":
        scope = pipeline.scope_of(first, last, whole_pipeline=zone == "full")
        yield from promotions(mode, ZONES if zone == "full" else (zone,), scope, run_key)
    if zone in ("curated", "full"):
        yield "choose_card", lambda _: choose_card(mode, run_key)
        yield "keep_track_record", lambda _: keep_track_record(mode, run_key)
    if zone in ("raw", "full"):
        yield REPORT, lambda _: report_held(landed["failed"], held)


def archive_steps(
    mode: Mode, path: Path, archive_format: str | None, mapping: Path | None = None
) -> Steps:
    """The steps of the DAG `load_archive` and of those that its asset starts."""
    from linehouse import archives, pipeline

    run_key = f"command|{uuid4()}"
    batch_ids: list[str] = []
    not_loaded: list[str] = []
    held: list[str] = []

    def land(show: Show) -> str:
        total = len(archives.find(path))
        show("files", 0, total)
        for landed in pipeline.land_archive(mode, path, archive_format, run_key, mapping):
            if landed["error"]:
                not_loaded.append(landed["error"])
                continue
            batch_ids.append(landed["batch_id"])
            show(landed["file"], len(batch_ids), total)
        rest = f", {len(not_loaded)} files not" if not_loaded else ""
        return f"{len(batch_ids)} landed{rest}"

    yield "land_files", land
    yield "gate_raw", lambda _: gate(mode, batch_ids, held)
    if get_settings().auto_promotion:
        yield from promotions(mode, ZONES, "pending", run_key)
        yield "choose_card", lambda _: choose_card(mode, run_key)
    yield REPORT, lambda _: report_held(not_loaded, held)


def decision_steps(mode: Mode) -> Steps:
    """What follows a decision about a batch: both zones without or with it, and the card."""
    run_key = f"command|{uuid4()}"
    yield from promotions(mode, ZONES, "pending", run_key)
    yield "choose_card", lambda _: choose_card(mode, run_key)


def promotions(mode: Mode, zones: tuple[str, ...], scope: Any, run_key: str) -> Steps:
    """A step for each zone that settings let be promoted."""
    from linehouse import pipeline

    def promote(zone: str) -> str:
        from linehouse.promotion import promote as promote_zone

        return str(promote_zone(mode, zone, scope=scope, run_id=run_key).state)

    for zone in zones:
        if pipeline.zone_enabled(zone):
            yield f"promote_{zone}", lambda _, zone=zone: promote(zone)  # type: ignore[misc]


def _under(step: str, show: Show) -> Show:
    def tell(text: str, done: int | None = None, total: int | None = None) -> None:
        show(f"{step}: {text}", done, total)

    return tell


def gate(mode: Mode, batch_ids: list[str], held: list[str]) -> str:
    from linehouse import pipeline

    summary = pipeline.gate(mode, batch_ids)
    pipeline.require_accepted(summary)
    held.extend(summary.held)
    return f"{len(summary.accepted)} accepted, {len(held)} held"


def report_held(failed: list[str], held: list[str]) -> str:
    from linehouse import pipeline

    pipeline.report(failed, held)
    return "nothing"


def choose_card(mode: Mode, run_key: str) -> str:
    from linehouse.strategies import card

    return str(card.choose(mode, run_key).state)


def keep_track_record(mode: Mode, run_key: str) -> str:
    from linehouse.backtest import track_record

    return f"{len(track_record.bring_up_to_date(mode, run_key))} backtests"
