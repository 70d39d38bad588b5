"""The raw gate over what a run landed, and what the run says of it at its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from linehouse.sentences import each_once
from linehouse.settings import Mode

ABANDONED_AFTER = timedelta(minutes=15)
"""A batch that has waited for its raw gate for so long was left by a run that did not end."""


class NothingAcceptedError(Exception):
    """The raw gate accepted no batch of this run: later zones have nothing to wait for."""


class RequestsFailedError(Exception):
    """Part of what a run asked for did not arrive, or was held by the raw gate."""


@dataclass
class GateSummary:
    """What the raw gate decided on the batches of one run."""

    accepted: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    """One sentence per held batch."""


def gate(mode: Mode, batch_ids: Iterable[str | None]) -> GateSummary:
    """Judge the batches that a run landed; those decided earlier keep their decision.

    Batches that an earlier run left undecided, because it was killed, are judged with them.
    """
    from linehouse.promotion import gate_raw

    summary = GateSummary()
    undecided: list[UUID] = []
    wanted = list(dict.fromkeys(UUID(str(batch_id)) for batch_id in batch_ids if batch_id))
    wanted += [batch_id for batch_id in _left_undecided(mode) if batch_id not in wanted]
    states = _batch_states(mode, wanted)
    for batch_id in wanted:
        state, reason = states[batch_id]
        if state == "accepted":
            summary.accepted.append(str(batch_id))
        elif state == "landed":
            undecided.append(batch_id)
        else:
            summary.held.append(f"batch {batch_id} is {state}: {reason}")
    for verdict in gate_raw(mode, undecided) if undecided else []:
        if verdict.accepted:
            summary.accepted.append(str(verdict.batch_id))
        else:
            summary.held.append(verdict.sentence)
    return summary


def require_accepted(summary: GateSummary) -> None:
    """Raises `NothingAcceptedError` where the raw gate let nothing through."""
    if not summary.accepted:
        why = " ".join(summary.held) or "nothing was landed"
        raise NothingAcceptedError(f"the raw gate accepted no batch of this run: {why}")


def report(failed: Sequence[str], held: Sequence[str]) -> None:
    """Raises `RequestsFailedError` naming what failed or was held, if anything was."""
    if failed or held:
        raise RequestsFailedError(each_once([*failed, *held]))


def _batch_states(mode: Mode, batch_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str | None]]:
    from linehouse.database import connect

    if not batch_ids:
        return {}
    with connect(mode) as connection:
        found = connection.execute(
            "select batch_id, state, state_reason from ops.batches where batch_id = any(%s)",
            [list(batch_ids)],
        ).fetchall()
    return {batch_id: (state, reason) for batch_id, state, reason in found}


def _left_undecided(mode: Mode) -> list[UUID]:
    from linehouse.database import connect

    with connect(mode) as connection:
        found = connection.execute(
            "select batch_id from ops.batches where state = 'landed' and landed_at < now() - %s"
            " order by landed_at",
            [ABANDONED_AFTER],
        ).fetchall()
    return [batch_id for (batch_id,) in found]
