"""Commands that move data: pipeline run, load-archive."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from linehouse.airflow_client import AirflowClient, Run
from linehouse.cli.data import print_card
from linehouse.cli.output import (
    AsJson,
    ForMode,
    err,
    fail,
    mode_or_default,
    out,
    print_json,
    print_rows,
)
from linehouse.settings import Mode, get_settings


class Zone(StrEnum):
    """How far a pipeline run goes."""

    RAW = "raw"
    STAGING = "staging"
    CURATED = "curated"
    FULL = "full"


Step = dict[str, Any]
"""`step`, `state`, `seconds`."""


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="From the upstream to the card.", no_args_is_help=True)
    group.command("run")(run)
    app.add_typer(group, name="pipeline")
    app.command("load-archive")(load_archive)


def run(
    zone: Annotated[Zone, typer.Option(help="raw, staging, curated, or full.")] = Zone.FULL,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day (Eastern).")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day (Eastern).")
    ] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Run the pipeline once, whole or one zone of it."""
    chosen = mode_or_default(mode)
    first_day, last_day = first.date() if first else None, last.date() if last else None
    from linehouse.cli import session

    began = time.monotonic()
    client = session.airflow()
    if client is not None:
        with client:
            steps, failure = _run_dag(
                client,
                "run_pipeline",
                {
                    "mode": chosen.value,
                    "zone": zone.value,
                    "from": first_day.isoformat() if first_day else None,
                    "to": last_day.isoformat() if last_day else None,
                },
            )
    else:
        with session.warehouse(chosen, moving=True), session.upstream(chosen):
            steps, failure = _in_process(_pipeline_steps(chosen, zone, first_day, last_day))
    bets = None
    if zone is Zone.FULL:
        from linehouse.serving import warehouse_status

        with session.warehouse(chosen):
            bets = warehouse_status.card(chosen)
    result = {
        "mode": chosen.value,
        "zone": zone.value,
        "through": "airflow" if client is not None else "this process",
        "seconds": round(time.monotonic() - began, 2),
        "steps": steps,
        "card": bets,
        "addresses": _addresses() if client is not None else {},
        "failure": failure,
    }
    _report(result, as_json)


def load_archive(
    path: Annotated[Path, typer.Argument(help="A file, or a folder of files.", exists=True)],
    archive_format: Annotated[
        str | None,
        typer.Option("--format", help="sbro_nba, sbro_mlb or oddsapi_csv; told by the files else."),
    ] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Load files of an archive, into the live database unless --mode or LINEHOUSE_MODE differ."""
    from linehouse.cli import session

    chosen = mode or get_settings().mode_override or Mode.LIVE
    began = time.monotonic()
    client = session.airflow()
    if client is not None:
        with client:
            steps, failure = _run_chain(
                client,
                "load_archive",
                {"mode": chosen.value, "path": str(path.resolve()), "format": archive_format},
            )
    else:
        with session.warehouse(chosen, moving=True), session.upstream(chosen):
            steps, failure = _in_process(_archive_steps(chosen, path, archive_format))
    _report(
        {
            "mode": chosen.value,
            "path": str(path),
            "through": "airflow" if client is not None else "this process",
            "seconds": round(time.monotonic() - began, 2),
            "steps": steps,
            "failure": failure,
        },
        as_json,
    )


# Through Airflow


def _run_dag(
    client: AirflowClient, dag_id: str, conf: dict[str, Any]
) -> tuple[list[Step], str | None]:
    run_id = client.trigger(dag_id, conf)
    with _progress() as show:
        done = client.follow(dag_id, run_id, on_change=lambda run: show(_now_running(run)))
    return _steps_of(done), client.failure_of(done)


def _run_chain(
    client: AirflowClient, dag_id: str, conf: dict[str, Any]
) -> tuple[list[Step], str | None]:
    run_id = client.trigger(dag_id, conf)
    steps: list[Step] = []
    failures: list[str] = []
    with _progress() as show:
        for done in client.follow_chain(
            dag_id, run_id, on_change=lambda run: show(_now_running(run))
        ):
            steps += _steps_of(done)
            if failure := client.failure_of(done):
                failures.append(failure)
    return steps, "; ".join(failures) or None


def _now_running(run: Run) -> str:
    running = [task.task_id for task in run.tasks if task.state == "running"]
    return f"{run.dag_id}: {', '.join(dict.fromkeys(running)) or run.state}"


def _steps_of(run: Run) -> list[Step]:
    return [
        {
            "step": f"{run.dag_id}.{task.task_id}"
            + (f"[{task.map_index}]" if task.map_index >= 0 else ""),
            "state": task.state,
            "seconds": None if task.seconds is None else round(task.seconds, 2),
        }
        for task in sorted(
            run.tasks, key=lambda task: task.started_at or datetime.max.replace(tzinfo=UTC)
        )
        if task.seconds is not None and task.state != "skipped"
    ]


# In this process


def _pipeline_steps(
    mode: Mode, zone: Zone, first: date | None, last: date | None
) -> Iterator[tuple[str, Callable[[], str]]]:
    """The steps of the DAG `run_pipeline`, in its order; each returns its outcome in a word."""
    from linehouse import pipeline

    run_key = f"command|{uuid4()}"
    landed: dict[str, Any] = {"batch_ids": [], "failed": []}
    if zone in (Zone.RAW, Zone.FULL):
        held: list[str] = []

        def land() -> str:
            landed.update(pipeline.land_all(mode, first, last, run_key))
            return f"{len(landed['batch_ids'])} batches"

        def gate() -> str:
            summary = pipeline.gate(mode, landed["batch_ids"])
            pipeline.require_accepted(summary)
            held.extend(summary.held)
            return f"{len(summary.accepted)} accepted, {len(held)} held"

        yield "land", land
        yield "gate_raw", gate
    days = (None, None) if zone is Zone.FULL else (first, last)
    if zone is not Zone.RAW:
        zones = ("staging", "curated") if zone is Zone.FULL else (zone.value,)
        yield from _promotions(mode, zones, days, run_key)
    if zone in (Zone.CURATED, Zone.FULL):
        yield "choose_card", lambda: _choose_card(mode, run_key)
    if zone in (Zone.RAW, Zone.FULL):
        yield "report_held", lambda: _report_held(landed["failed"], held)


def _archive_steps(
    mode: Mode, path: Path, archive_format: str | None
) -> Iterator[tuple[str, Callable[[], str]]]:
    """The steps of the DAG `load_archive` and of those that its asset starts."""
    from linehouse import pipeline

    run_key = f"command|{uuid4()}"
    batch_ids: list[str] = []
    held: list[str] = []

    def land() -> str:
        for landed in pipeline.land_archive(mode, path, archive_format, run_key):
            batch_ids.append(landed["batch_id"])
        return f"{len(batch_ids)} files"

    def gate() -> str:
        summary = pipeline.gate(mode, batch_ids)
        pipeline.require_accepted(summary)
        held.extend(summary.held)
        return f"{len(summary.accepted)} accepted, {len(held)} held"

    yield "land_files", land
    yield "gate_raw", gate
    if get_settings().auto_promotion:
        yield from _promotions(mode, ("staging", "curated"), (None, None), run_key)
        yield "choose_card", lambda: _choose_card(mode, run_key)
    yield "report_held", lambda: _report_held([], held)


def _promotions(
    mode: Mode, zones: tuple[str, ...], days: tuple[date | None, date | None], run_key: str
) -> Iterator[tuple[str, Callable[[], str]]]:
    from linehouse import pipeline

    def promote(zone: str) -> str:
        from linehouse.promotion import promote as promote_zone

        return str(promote_zone(mode, zone, scope=pipeline.scope_of(*days), run_id=run_key).state)

    for zone in zones:
        if pipeline.zone_enabled(zone):
            yield f"promote_{zone}", lambda zone=zone: promote(zone)  # type: ignore[misc]


def _report_held(failed: list[str], held: list[str]) -> str:
    from linehouse import pipeline

    pipeline.report(failed, held)
    return "nothing"


def _choose_card(mode: Mode, run_key: str) -> str:
    from linehouse.strategies import card

    return str(card.choose(mode, run_key).state)


def _in_process(
    steps: Iterator[tuple[str, Callable[[], str]]],
) -> tuple[list[Step], str | None]:
    """Run the steps one after another; the first that fails ends the run, as it does in a DAG."""
    from linehouse.pipeline import NothingAcceptedError, RequestsFailedError
    from linehouse.promotion import GateFailed

    done: list[Step] = []
    with _progress() as show:
        for name, step in steps:
            show(name)
            began = time.monotonic()
            try:
                state = step()
            except (GateFailed, NothingAcceptedError, RequestsFailedError) as error:
                done.append(
                    {"step": name, "state": "failed", "seconds": round(time.monotonic() - began, 2)}
                )
                return done, f"{name}: {error}"
            done.append(
                {"step": name, "state": state, "seconds": round(time.monotonic() - began, 2)}
            )
    return done, None


# What the user sees


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A spinner with what is being done and for how long; nothing when nobody watches."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    ) as progress:
        task = progress.add_task("starting")
        yield lambda text: progress.update(task, description=text)


def _addresses() -> dict[str, str]:
    from linehouse.runtime.airflow import ADMIN_SECRET, ADMIN_USER, base_url
    from linehouse.runtime.layout import Layout

    settings = get_settings()
    return {
        "airflow": base_url(settings),
        "login": f"{ADMIN_USER}, password in {Layout(settings.home).secrets / ADMIN_SECRET}",
        "warehouse": f"127.0.0.1:{settings.postgres_port} (or `linehouse psql`)",
    }


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(result)
    else:
        print_rows("Steps", result["steps"], ("step", "state", "seconds"))
        if result.get("card") is not None:
            print_card(result["mode"], result["card"])
        for name, address in (result.get("addresses") or {}).items():
            out.print(f"{name}: [bold]{address}[/]", highlight=False)
        out.print(f"{result['seconds']} s through {result['through']}", highlight=False)
    if result["failure"]:
        if as_json:
            raise typer.Exit(1)
        fail(result["failure"])
