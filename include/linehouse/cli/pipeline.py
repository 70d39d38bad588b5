"""Commands that move data: pipeline run, load-archive."""

import time
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from linehouse.cli import following, in_process
from linehouse.cli.data import print_card
from linehouse.cli.output import (
    AsJson,
    ForMode,
    fail,
    mode_or_default,
    out,
    print_json,
    print_rows,
    warn_of_settings,
)
from linehouse.settings import Mode, get_settings


class Extent(StrEnum):
    """How far a pipeline run goes."""

    RAW = "raw"
    STAGING = "staging"
    CURATED = "curated"
    FULL = "full"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="From the upstream to the card.", no_args_is_help=True)
    group.command("run")(run)
    app.add_typer(group, name="pipeline")
    app.command("load-archive")(load_archive)


def run(
    zone: Annotated[Extent, typer.Option(help="raw, staging, curated, or full.")] = Extent.FULL,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day (Eastern).")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day (Eastern).")
    ] = None,
    sources: Annotated[
        list[str] | None,
        typer.Option("--source", help="Ask this source; again for more. All that are on else."),
    ] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Run the pipeline once, whole or one zone of it."""
    chosen = mode_or_default(mode)
    warn_of_settings()
    first_day, last_day = first.date() if first else None, last.date() if last else None
    from linehouse.cli import session

    began = time.monotonic()
    client = session.airflow()
    run_key = f"command|{uuid4()}"
    if client is not None:
        run_id = f"command__{uuid4()}"
        run_key = f"run_pipeline|{run_id}"
        with client:
            steps, failure = following.run_dag(
                client,
                "run_pipeline",
                {
                    "mode": chosen.value,
                    "zone": zone.value,
                    "from": first_day.isoformat() if first_day else None,
                    "to": last_day.isoformat() if last_day else None,
                    "sources": sources or None,
                },
                run_id,
            )
    else:
        with session.warehouse(chosen, moving=True), session.upstream(chosen):
            steps, failure = in_process.run_steps(
                in_process.pipeline_steps(
                    chosen, zone.value, first_day, last_day, sources or None, run_key
                )
            )
    of_sources = _of_sources(chosen, zone, run_key)
    bets = None
    if zone is Extent.FULL:
        from linehouse.serving import warehouse_status

        with session.warehouse(chosen):
            bets = warehouse_status.card(chosen)
    result = {
        "mode": chosen.value,
        "zone": zone.value,
        "through": "airflow" if client is not None else "this process",
        "seconds": round(time.monotonic() - began, 2),
        "steps": steps,
        "sources": of_sources,
        "card": bets,
        "addresses": _addresses() if client is not None else {},
        "failure": failure,
    }
    _report(result, as_json)


def load_archive(
    path: Annotated[Path, typer.Argument(help="A file, or a folder of files.", exists=True)],
    archive_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="sbro_nba, sbro_mlb, retrosheet, oddsapi_csv or oddsapi_json; files tell it.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            help="A YAML file that names the columns, units, teams and times of any other table.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Load files of an archive, into the live database unless --mode or LINEHOUSE_MODE differ."""
    from linehouse import archives
    from linehouse.cli import session

    if mapping is not None:
        try:  # what is wrong with it is said before anything starts
            archives.mapping_at(mapping)
        except archives.ArchiveError as error:
            fail(str(error), exit_code=2)
    chosen = mode or get_settings().mode_override or Mode.LIVE
    began = time.monotonic()
    client = session.airflow()
    if client is not None:
        with client:
            steps, failure = following.run_chain(
                client,
                "load_archive",
                {
                    "mode": chosen.value,
                    "path": str(path.resolve()),
                    "format": archive_format,
                    "mapping": str(mapping.resolve()) if mapping is not None else None,
                },
            )
    else:
        with session.warehouse(chosen, moving=True), session.upstream(chosen):
            steps, failure = in_process.run_steps(
                in_process.archive_steps(chosen, path, archive_format, mapping)
            )
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


def _of_sources(mode: Mode, zone: Extent, run_key: str) -> dict[str, Any] | None:
    """What a run asked of each source and how long that took, and which are off; None for a run
    that asked nobody."""
    if zone not in (Extent.RAW, Extent.FULL):
        return None
    from linehouse.cli import session
    from linehouse.serving import source_health
    from linehouse.sources.availability import http_sources, off_because

    with session.warehouse(mode):
        asked = source_health.landed_in(mode, run_key)
    reasons = {name: off_because(source, mode) for name, source in http_sources().items()}
    return {"asked": asked, "off": {name: why for name, why in reasons.items() if why}}


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
        if result.get("sources") is not None:
            told = ("source", "requests", "landed", "unreadable", "failed", "seconds")
            print_rows("Sources, at once", result["sources"]["asked"], told)
            for name, reason in result["sources"]["off"].items():
                out.print(f"{name} is off: {reason}", highlight=False)
        if result.get("card") is not None:
            print_card(result["mode"], result["card"])
        for name, address in (result.get("addresses") or {}).items():
            out.print(f"{name}: [bold]{address}[/]", highlight=False)
        out.print(f"{result['seconds']} s through {result['through']}", highlight=False)
    if result["failure"]:
        if as_json:
            raise typer.Exit(1)
        fail(result["failure"])
