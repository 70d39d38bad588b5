"""The command that lands one kind of data now: fetch."""

import time
from enum import StrEnum
from typing import Annotated, Any
from uuid import uuid4

import typer

from linehouse.cli.following import Step
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


class Kind(StrEnum):
    """What can be fetched."""

    ODDS = "odds"
    SCORES = "scores"
    SPLITS = "splits"
    INJURIES = "injuries"
    STATS = "stats"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("fetch")(fetch)


def fetch(
    kind: Annotated[Kind, typer.Argument(help="odds, scores, splits, injuries or stats.")],
    sport: Annotated[
        str | None, typer.Option("--sport", help="A sport key; all configured ones else.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="One source; all that have it and are on else.")
    ] = None,
    feed: Annotated[
        str | None,
        typer.Option("--feed", help="One feed, as `event_odds`; all of the kind else."),
    ] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Fetch one kind of data now, from every source that has it, judge it and promote it."""
    from linehouse.cli import session

    chosen = mode_or_default(mode)
    warn_of_settings()
    feeds, off = _feeds(kind, source, sport, chosen, feed)
    sports = [sport] if sport else None
    began = time.monotonic()
    client = session.airflow()
    if client is not None:
        with client:
            steps, failure = _through_airflow(client, chosen, feeds, sports)
    else:
        with session.warehouse(chosen, moving=True), session.upstream(chosen):
            steps, failure = _in_process(chosen, feeds, sports)
    result = {
        "mode": chosen.value,
        "kind": kind.value,
        "through": "airflow" if client is not None else "this process",
        "seconds": round(time.monotonic() - began, 2),
        "feeds": {name: list(of_source) for name, of_source in feeds.items()},
        "off": off,
        "steps": steps,
        "failure": failure,
    }
    if as_json:
        print_json(result)
    else:
        print_rows("Steps", steps, ("step", "state", "seconds"))
        for name, reason in off.items():
            out.print(f"{name} is off: {reason}", highlight=False)
        out.print(f"{result['seconds']} s through {result['through']}", highlight=False)
    if failure:
        if as_json:
            raise typer.Exit(1)
        fail(failure)


def _feeds(
    kind: Kind, wanted: str | None, sport: str | None, mode: Mode, feed: str | None = None
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The feeds to ask by source, and the sources that have this kind but are off, with why."""
    from linehouse.sources.availability import http_sources, off_because, sports_of
    from linehouse.sources.feeds import feeds_of

    sources = http_sources()
    if wanted is not None and wanted not in sources:
        fail(f"no source {wanted!r}; there are {', '.join(sources)}", exit_code=2)
    configured = get_settings().sports
    if sport is not None and sport not in configured:
        fail(f"no sport {sport!r} in SPORTS; there are {', '.join(configured)}", exit_code=2)
    feeds: dict[str, tuple[str, ...]] = {}
    off: dict[str, str] = {}
    for name, source in sources.items():
        of_kind = feeds_of(source, kind.value)
        if feed is not None:
            of_kind = (feed,) if of_kind and feed in source.payload_tables else ()
        if wanted not in (None, name) or not of_kind:
            continue
        if not sports_of(source, (sport,) if sport else None):
            continue
        reason = off_because(source, mode)
        if reason is None:
            feeds[name] = of_kind
        else:
            off[name] = reason
    if not feeds:
        why = "; ".join(f"{name} is off: {reason}" for name, reason in off.items())
        named = f" as a feed {feed}" if feed else ""
        fail(why or f"no source has {kind.value}{named}{f' of {sport}' if sport else ''}")
    return feeds, off


def _through_airflow(
    client: Any, mode: Mode, feeds: dict[str, tuple[str, ...]], sports: list[str] | None
) -> tuple[list[Step], str | None]:
    """Every source's DAG at once, and what their assets start."""
    from linehouse.cli import following

    return following.run_together(
        client,
        {
            f"land_{name}": {"mode": mode.value, "feeds": list(of_source), "sports": sports}
            for name, of_source in feeds.items()
        },
    )


def _in_process(
    mode: Mode, feeds: dict[str, tuple[str, ...]], sports: list[str] | None
) -> tuple[list[Step], str | None]:
    from linehouse import pipeline
    from linehouse.cli import in_process

    run_key = f"command|{uuid4()}"
    failed: list[str] = []
    held: list[str] = []

    def land(name: str, of_source: tuple[str, ...]) -> str:
        from linehouse.landing import land_source

        landed = land_source(mode, name, run_key, feeds=of_source, sports=sports)
        failed.extend(landed.failed)
        return f"{len(landed.batch_ids)} batches"

    def steps() -> in_process.Steps:
        for name, of_source in feeds.items():
            yield f"land_{name}", lambda _, n=name, f=of_source: land(n, f)  # type: ignore[misc]
        landed = pipeline.landed_by(mode, run_key)
        if landed or failed:
            yield "gate_raw", lambda _: in_process.gate(mode, landed, held)
        if landed and get_settings().auto_promotion:
            yield from in_process.promotions(mode, in_process.ZONES, "pending", run_key)
            yield "choose_card", lambda _: in_process.choose_card(mode, run_key)
        yield in_process.REPORT, lambda _: in_process.report_held(failed, held)

    return in_process.run_steps(steps())
