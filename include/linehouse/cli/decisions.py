"""Commands with which a person decides about batches: retract, hold, approve, reparse."""

import getpass
from typing import Annotated, Any
from uuid import UUID

import typer

from linehouse.cli.output import AsJson, ForMode, err, fail, mode_or_default, out, print_json
from linehouse.settings import Mode

Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the decision.")]
Batch = Annotated[UUID, typer.Argument(help="The batch's id.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("retract")(retract)
    app.command("hold")(hold)
    app.command("approve")(approve)
    app.command("reparse")(reparse)


def retract(
    batch: Batch,
    reason: Reason = "retracted by hand",
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Take a bad batch out, and promote its games again without it."""
    _decide("retract", batch, reason, mode, as_json)


def hold(
    batch: Batch, reason: Reason = "held by hand", mode: ForMode = None, as_json: AsJson = False
) -> None:
    """Leave a batch out until it is approved, and promote its games again without it."""
    _decide("hold", batch, reason, mode, as_json)


def approve(
    batch: Batch,
    reason: Reason = "approved by hand",
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Let a held batch in against its gate's verdict, and promote its games with it."""
    _decide("approve", batch, reason, mode, as_json)


def _decide(decision: str, batch: UUID, reason: str, mode: ForMode, as_json: bool) -> None:
    from linehouse import promotion
    from linehouse.cli import session

    chosen = mode_or_default(mode)
    with session.warehouse(chosen, moving=True), session.upstream(chosen):
        by = getpass.getuser()
        if decision == "hold":
            moved = promotion.hold(chosen, [batch], f"{reason} (by {by})")
        elif decision == "retract":
            moved = promotion.retract(chosen, batch, reason, by)
        else:
            moved = [promotion.approve(chosen, batch, by=by, reason=reason)]
        done = _promote(chosen) if moved else {"promoted": "nothing"}
    _report({"mode": chosen.value, "batch_id": batch, "decision": decision, **done}, as_json)


def reparse(
    source: Annotated[str, typer.Argument(help="The source whose parser was mended.")],
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Read the stored bytes of a source anew, judge the batches and promote what has changed."""
    from linehouse import pipeline
    from linehouse.cli import session
    from linehouse.landing import reparse as read_anew
    from linehouse.sources import registry

    if source not in registry.names():
        fail(f"no source {source!r}; there are {', '.join(registry.names())}", exit_code=2)
    chosen = mode_or_default(mode)
    with session.warehouse(chosen, moving=True), session.upstream(chosen):
        batches = read_anew(chosen, source)
        judged = pipeline.gate(chosen, [str(batch) for batch in batches])
        for sentence in judged.held:
            err.print(sentence, highlight=False)
        done = _promote(chosen) if judged.accepted else {"promoted": "nothing"}
    _report(
        {
            "mode": chosen.value,
            "decision": "reparse",
            "source": source,
            "accepted": len(judged.accepted),
            "held": judged.held,
            **done,
        },
        as_json,
    )


def _promote(mode: Mode) -> dict[str, Any]:
    """Promote what the decision has left pending: through Airflow where it runs, else here."""
    from linehouse import pipeline
    from linehouse.cli import session
    from linehouse.promotion import promote

    client = session.airflow()
    if client is not None:
        with client:
            run_id = client.trigger("promote_staging", {"mode": mode.value})
            runs = list(client.follow_chain("promote_staging", run_id))
            failures = [failure for run in runs if (failure := client.failure_of(run))]
        if failures:
            fail("; ".join(failures))
        return {"promoted": ", ".join(run.dag_id for run in runs), "through": "airflow"}
    states = {
        zone: promote(mode, zone).state
        for zone in ("staging", "curated")
        if pipeline.zone_enabled(zone)
    }
    return {"promoted": states, "through": "this process"}


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(result)
    else:
        out.print(", ".join(f"{name}: {value}" for name, value in result.items()), highlight=False)
