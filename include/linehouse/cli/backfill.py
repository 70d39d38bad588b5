"""Commands about the past: backfill plan, execute, status."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from linehouse.backfill.selection import DEFAULT_SHARE_PCT, Selection
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


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="Fetch the past, step by step, at a known price.", no_args_is_help=True
    )
    group.command("plan")(plan)
    group.command("execute")(execute)
    group.command("status")(status)
    app.add_typer(group, name="backfill")


def plan(
    first: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day (Eastern).")
    ],
    last: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day (Eastern).")
    ],
    sport: Annotated[
        list[str] | None, typer.Option("--sport", help="A sport or league; SPORTS without it.")
    ] = None,
    selection: Annotated[
        Selection, typer.Option(help="How games are chosen.")
    ] = Selection.WEIGHTED,
    share: Annotated[
        float, typer.Option("--share", help="Per cent of the games.")
    ] = DEFAULT_SHARE_PCT,
    games: Annotated[
        int | None, typer.Option("--games", min=1, help="So many of each sport, not a share.")
    ] = None,
    hours: Annotated[
        str, typer.Option("--hours", help="Snapshots so many hours before each start.")
    ] = "24,0",
    seed: Annotated[int, typer.Option(help="Another seed chooses other games.")] = 0,
    results: Annotated[bool, typer.Option(help="Also the scores of the same games.")] = True,
    source: Annotated[
        str | None,
        typer.Option("--source", help="All that this source tells of the days (goalserve, …)."),
    ] = None,
    feed: Annotated[str | None, typer.Option("--feed", help="Which feed of the source.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Where the plan goes, to be read and edited.")
    ] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Say what a backfill would fetch and what it costs; send nothing."""
    from dataclasses import replace

    from linehouse import database
    from linehouse.backfill import making, store
    from linehouse.backfill.plan import write
    from linehouse.cli.session import warehouse

    chosen = mode_or_default(mode)
    wish = making.Wish(
        first.date(),
        last.date(),
        tuple(sport or get_settings().sports),
        selection,
        share,
        games,
        _numbers(hours),
        seed,
        results,
        source,
        feed,
    )
    with warehouse(chosen), database.connect(chosen) as connection:
        made = making.make(chosen, connection, wish)
        made = replace(made, plan_id=store.save(connection, made))
    path = file or get_settings().home / "backfills" / f"{chosen.value}-{made.plan_id}.yaml"
    write(made, path)
    months = [
        {"month": f"{month:%Y-%m}", "requests": count, "credits": credits}
        for month, (count, credits) in made.per_month().items()
    ]
    if as_json:
        print_json(
            {
                "mode": chosen.value,
                "plan": made.plan_id,
                "file": str(path),
                "requests": len(made.steps),
                "credits": made.cost,
                "months": months,
                "about": dict(made.about),
            }
        )
        return
    print_rows(f"Backfill {made.plan_id} ({chosen.value})", months)
    if "games_selected" in made.about:
        out.print(
            f"{made.about['games_selected']} of {made.about['games_known']} known games",
            highlight=False,
        )
    out.print(f"{len(made.steps)} requests, at most [bold]{made.cost:,}[/] credits")
    for note in made.about.get("notes", []):
        out.print(f"note: {note}", highlight=False)
    out.print(f"{path}\nlinehouse backfill execute {made.plan_id}", highlight=False, soft_wrap=True)


def execute(
    plan_or_file: Annotated[str, typer.Argument(help="A plan's number, or its edited file.")],
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what of a plan is not done yet, then judge and promote it. Safe to repeat."""
    from linehouse.cli import following, in_process, session
    from linehouse.cli.session import warehouse

    chosen = mode_or_default(mode)
    with warehouse(chosen):
        plan_id = _plan_id(chosen, plan_or_file)
    client = session.airflow()
    if client is not None:
        with client:
            steps, failure = following.run_chain(
                client, "backfill_history", {"mode": chosen.value, "plan_id": plan_id}
            )
    else:
        with session.warehouse(chosen, moving=True), session.upstream(chosen):
            steps, failure = in_process.run_steps(_steps(chosen, plan_id))
    with warehouse(chosen):
        told = _progress(chosen, plan_id)
    if as_json:
        print_json({"mode": chosen.value, "steps": steps, "failure": failure, **told})
    else:
        print_rows("Steps", steps, ("step", "state", "seconds"))
        _say(told)
    if failure:
        if as_json:
            raise typer.Exit(1)
        fail(failure)


def status(
    plan_id: Annotated[int | None, typer.Argument(help="A plan's number.")] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """How far the backfills are."""
    from linehouse import database
    from linehouse.backfill import store
    from linehouse.cli.session import warehouse

    chosen = mode_or_default(mode)
    with warehouse(chosen), database.connect(chosen) as connection:
        if plan_id is not None:
            found = [store.progress(connection, plan_id)]
        else:
            found = store.every_progress(connection)
    rows = [asdict(one) for one in found]
    if as_json:
        print_json({"mode": chosen.value, "backfills": rows})
        return
    print_rows(
        f"Backfills ({chosen.value})",
        rows,
        {
            "plan_id": "plan",
            "state": "state",
            "done": "done",
            "steps": "of",
            "failed": "failed",
            "credits_done": "credits",
            "credits": "of credits",
            "month": "next month",
            "note": "note",
        },
    )


def _plan_id(mode: Mode, plan_or_file: str) -> int:
    """The stored plan; a file brings it to what the file says, or makes a new one."""
    from linehouse import database
    from linehouse.backfill import store
    from linehouse.backfill.plan import read

    with database.connect(mode) as connection:
        if plan_or_file.isdecimal():
            return store.progress(connection, int(plan_or_file)).plan_id
        edited = read(Path(plan_or_file))
        if edited.plan_id is None:
            plan_id = store.save(connection, edited)
            err.print(f"stored as plan {plan_id}", highlight=False)
            return plan_id
        store.edit(connection, edited.plan_id, edited)
        return edited.plan_id


def _steps(mode: Mode, plan_id: int) -> Any:
    """The steps of the DAG `backfill_history` and of those that its asset starts."""
    from uuid import uuid4

    from linehouse import pipeline
    from linehouse.backfill import runs
    from linehouse.backfill.execute import execute as send
    from linehouse.cli import in_process

    done: dict[str, Any] = {}
    held: list[str] = []

    def fetch(show: Any) -> str:
        execution = send(mode, plan_id, show)
        done["failed"] = [*execution.failed, *([execution.stopped] if execution.stopped else [])]
        return f"{execution.sent} sent, {execution.found} found, {len(execution.failed)} failed"

    def gate(_: Any) -> str:
        undecided = runs.undecided(mode, [plan_id])
        if not undecided:
            return "nothing new"
        summary = pipeline.gate(mode, undecided)
        held.extend(summary.held)
        return f"{len(summary.accepted)} accepted, {len(summary.held)} held"

    def report(_: Any) -> str:
        pipeline.report(done["failed"], held)
        return "nothing"

    yield "fetch", fetch
    yield "gate_raw", gate
    if get_settings().auto_promotion:
        yield from in_process.promotions(mode, in_process.ZONES, "pending", f"command|{uuid4()}")
    yield "report_held", report


def _progress(mode: Mode, plan_id: int) -> dict[str, Any]:
    from linehouse import database
    from linehouse.backfill import store

    with database.connect(mode) as connection:
        found = store.progress(connection, plan_id)
    told = {key: value for key, value in asdict(found).items() if key != "about"}
    told["requests"] = told.pop("steps")
    return told


def _say(told: dict[str, Any]) -> None:
    out.print(
        f"plan {told['plan_id']} is {told['state']}: {told['done']} of {told['requests']} requests,"
        f" {told['credits_done']:,} of at most {told['credits']:,} credits",
        highlight=False,
    )
    if told["note"]:
        out.print(told["note"], highlight=False)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        fail(f"--hours is numbers with commas between them, not {text!r}", exit_code=2)
