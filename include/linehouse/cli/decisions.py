"""Commands with which a person decides: retract, hold, approve, reject, reparse."""

import getpass
from typing import Annotated, Any
from uuid import UUID

import typer

from linehouse.cli.output import AsJson, ForMode, err, fail, mode_or_default, out, print_json
from linehouse.settings import Mode

Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the decision.")]
Batch = Annotated[UUID, typer.Argument(help="The batch's id.")]
Subject = Annotated[
    str, typer.Argument(help="A held batch's id, or the number of a blocked promotion.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (retract, hold, approve, reject, reparse):
        app.command(command.__name__)(command)


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
    subject: Subject,
    reason: Reason = "approved by hand",
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Let in what a gate stopped, against its verdict, and promote it."""
    _decide("approve", _subject(subject), reason, mode, as_json)


def reject(
    subject: Subject,
    reason: Reason = "rejected by hand",
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Leave out for good what a gate stopped; readers keep what they see."""
    _decide("reject", _subject(subject), reason, mode, as_json)


def _subject(text: str) -> UUID | int:
    if text.isdecimal():
        return int(text)
    try:
        return UUID(text)
    except ValueError:
        fail(f"{text!r} is neither a batch's id nor a promotion's number", exit_code=2)


def _decide(decision: str, subject: UUID | int, reason: str, mode: ForMode, as_json: bool) -> None:
    from linehouse import promotion
    from linehouse.cli import session

    chosen = mode_or_default(mode)
    by = getpass.getuser()
    moved: Any = True
    with session.warehouse(chosen, moving=True), session.upstream(chosen):
        if decision == "hold":
            moved = promotion.hold(chosen, [subject], f"{reason} (by {by})")  # type: ignore[list-item]
        elif decision == "retract":
            moved = promotion.retract(chosen, subject, reason, by)  # type: ignore[arg-type]
        elif decision == "approve":
            promotion.approve(chosen, subject, by=by, reason=reason)
        else:
            promotion.reject(chosen, subject, by=by, reason=reason)
        done = _promote(chosen) if moved else {"promoted": "nothing"}
    name = "promotion_id" if isinstance(subject, int) else "batch_id"
    _report({"mode": chosen.value, name: subject, "decision": decision, **done}, as_json)


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
        done = _promote(chosen) if batches else {"promoted": "nothing"}
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
    """Promote what the decision has left pending, and choose the card anew: through Airflow where
    it runs, else here."""
    from linehouse.cli import session
    from linehouse.cli.following import promote_all
    from linehouse.cli.in_process import decision_steps, run_steps

    client = session.airflow()
    if client is not None:
        with client:
            ran, failure = promote_all(client, mode.value)
        promoted: Any = ", ".join(ran)
        through = "airflow"
    else:
        steps, failure = run_steps(decision_steps(mode))
        promoted = {step["step"]: step["state"] for step in steps}
        through = "this process"
    if failure:
        fail(failure)
    return {"promoted": promoted, "through": through}


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(result)
    else:
        out.print(", ".join(f"{name}: {value}" for name, value in result.items()), highlight=False)
