"""What tasks and their Airflow run have to tell each other: modes, keys, bells, failures.

A failure that a repetition cannot mend (a gate that blocks) fails its task at once, with the
verdict as the exception's text; every other exception is retried as the task says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from linehouse import logs, pipeline
from linehouse.orchestration import assets
from linehouse.settings import Mode, get_settings

if TYPE_CHECKING:
    from linehouse.backtest.result import BacktestResult

logs.to_file()  # every DAG imports this, and with it every task

BLOCKED = "blocked"
"""XCom key under which `promote` leaves what its gate has blocked, one entry for each mode."""


def modes_of(context: Mapping[str, Any]) -> list[Mode]:
    """The modes of a run: its parameter, else those that the ringing assets name, else the
    setting. One run can answer several events, so several modes are possible."""
    asked = (context.get("params") or {}).get("mode")
    if asked:
        return [Mode(asked)]
    events = context.get("triggering_asset_events") or {}
    named = {
        Mode(mode)
        for of_one_asset in events.values()
        for event in of_one_asset
        for mode in (event.extra or {}).get("modes", [])
    }
    return sorted(named) or [get_settings().mode]


def run_key_of(context: Mapping[str, Any]) -> str:
    """Identifies the run across retries and killed tasks: the same run never fetches twice."""
    dag_run = context["dag_run"]
    return f"{dag_run.dag_id}|{dag_run.run_id}"


def is_scheduled(context: Mapping[str, Any]) -> bool:
    """Whether a timetable made the run, not a person or an asset."""
    return "scheduled" in str(context["dag_run"].run_type).lower()


def days_of(context: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """Parameters `from` and `to` as days (US Eastern), where the run has them."""
    params = context.get("params") or {}
    first, last = params.get("from"), params.get("to")
    return (
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last) if last else None,
    )


def ring(context: Mapping[str, Any], asset: Any, modes: Iterable[Mode]) -> None:
    """Say in the asset's event for which modes it rings."""
    context["outlet_events"][asset].extra = {
        "modes": [mode.value for mode in modes],
        "run": run_key_of(context),
    }


def gate_raw(context: Mapping[str, Any], batch_ids: Iterable[str]) -> dict[str, Any]:
    """Judge what this run landed: `arrived` (batches) and `held` (a sentence for each).

    Raises:
        AirflowFailException: nothing was accepted.
    """
    batch_ids = list(batch_ids)
    (mode,) = modes_of(context)
    summary = pipeline.gate(mode, batch_ids)
    try:
        pipeline.require_accepted(summary)
    except pipeline.NothingAcceptedError as nothing:
        raise AirflowFailException(str(nothing)) from nothing
    return {"arrived": len(batch_ids), "held": summary.held}


def report_held(failed: Iterable[str], judged: Mapping[str, Any] | None) -> None:
    """Fail where a request failed or a batch was held, so that the run shows red.

    Raises:
        AirflowFailException: naming them.
    """
    if judged is None:
        raise AirflowFailException("the raw gate failed; its own log says why")
    try:
        pipeline.report(list(failed), judged["held"])
    except pipeline.RequestsFailedError as complaint:
        raise AirflowFailException(str(complaint)) from complaint


@dataclass(frozen=True)
class Promoted:
    """What became of a zone in the modes of one run."""

    modes: list[Mode]
    """Those whose readers see something new: the asset rings for them."""
    verdicts: list[str]
    """Why the other modes were blocked, a sentence for each."""


def promote(context: Mapping[str, Any], zone: str) -> Promoted:
    """Promote a zone for each mode of the run. One that is blocked does not stop the other.

    A task that is tried again after a kill may find its work published already: then it returns
    its modes all the same, so that the bell which the killed one could not ring is rung.

    Raises:
        AirflowFailException: gates blocked and nothing was published; the text is the verdict.
        AirflowSkipException: nothing is pending, or settings switch the zone off.
    """
    from linehouse.promotion import GateFailed
    from linehouse.promotion import promote as promote_zone

    if not pipeline.zone_enabled(zone):
        raise AirflowSkipException(f"settings switch the zone {zone} off")
    rung = "asset" in str(context["dag_run"].run_type).lower()
    if rung and not get_settings().auto_promotion:
        raise AirflowSkipException("AUTO_PROMOTION is off: promote by hand")
    scope = pipeline.scope_of(
        *days_of(context),
        everything=bool(context["params"].get("everything")),
        whole_pipeline=context["params"].get("zone") == "full",
    )
    repeated = context["ti"].try_number > 1
    published: list[Mode] = []
    blocked: list[dict[str, str]] = []
    for mode in modes_of(context):
        try:
            result = promote_zone(mode, zone, scope=scope, run_id=run_key_of(context))
        except GateFailed as verdict:
            blocked.append(
                {
                    "mode": mode.value,
                    "zone": zone,
                    "promotion_id": str(verdict.promotion_id),
                    "verdict": str(verdict),
                }
            )
            continue
        if result.state == "published" or repeated:
            published.append(mode)
    if blocked:
        context["ti"].xcom_push(key=BLOCKED, value=blocked)
    verdicts = [f"{one['mode']}: {one['verdict']}" for one in blocked]
    if verdicts and not published:
        raise AirflowFailException("; ".join(verdicts))
    if not published:
        raise AirflowSkipException(f"nothing is pending for {zone}")
    return Promoted(published, verdicts)


def promote_and_ring(context: Mapping[str, Any], zone: str, asset: Any) -> str:
    """Promote a zone, ring its asset for the modes that were published, and name the task that
    follows: `published`, or `one_mode_blocked` where another mode's gate blocked.

    Raises as `promote`.
    """
    done = promote(context, zone)
    ring(context, asset, done.modes)
    return "one_mode_blocked" if done.verdicts else "published"


def blocked_of(context: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the gates of this run's `promote` blocked: the parameters of a review for each.

    Empty where it failed for another reason.
    """
    return context["ti"].xcom_pull(task_ids="promote", key=BLOCKED) or []


def fail_for_blocked(context: Mapping[str, Any]) -> None:
    """Turn the run red for a mode that was blocked while another was published.

    Raises:
        AirflowFailException: always; the text is the verdict.
    """
    raise AirflowFailException(
        "; ".join(f"{one['mode']}: {one['verdict']}" for one in blocked_of(context))
    )


def choose_card(context: Mapping[str, Any], modes: Iterable[Mode]) -> None:
    """Choose the betting card of each mode.

    Raises:
        AirflowFailException: its gate blocked, or a strategy of the settings cannot choose it; the
            text says which.
    """
    from linehouse.promotion import GateFailed
    from linehouse.strategies import card

    for mode in modes:
        try:
            card.choose(mode, run_key_of(context))
        except (GateFailed, card.CardError) as refused:
            raise AirflowFailException(f"{mode.value}: {refused}") from refused


def planned_backtests(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The requests of a run of `backtest_strategies`, as JSON has them: those of its form, or in a
    scheduled run what is due of the track record.

    Raises:
        AirflowFailException: the form asks for what cannot be; the text says what can.
    """
    from linehouse.backtest import track_record
    from linehouse.backtest.asking import AskedError
    from linehouse.backtest.planned import requests

    (mode,) = modes_of(context)
    if is_scheduled(context):
        return [request.as_dict() for request in track_record.due(mode)]
    try:
        return [request.as_dict() for request in requests(context["params"], mode)]
    except AskedError as error:
        raise AirflowFailException(str(error)) from None


def backtest(context: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Run one request and publish its result; returns its id and headline.

    Raises:
        AirflowFailException: the result breaks an expectation, or the request cannot be run.
    """
    from linehouse.backtest import store
    from linehouse.backtest.asking import AskedError, request_of
    from linehouse.promotion import GateFailed
    from linehouse.strategies.parameters import ParameterError

    (mode,) = modes_of(context)
    try:
        found = store.run_and_store(request_of(asked), mode, task=run_key_of(context))
    except (AskedError, GateFailed, ParameterError) as error:
        raise AirflowFailException(str(error)) from error
    return _headline(found)


def keep_track_record(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Backtest what is due of the track record; ids and headlines.

    Raises:
        AirflowFailException: a result breaks an expectation; the text says which.
        AirflowSkipException: nothing is due.
    """
    from linehouse.backtest import track_record
    from linehouse.promotion import GateFailed

    (mode,) = modes_of(context)
    try:
        found = track_record.bring_up_to_date(mode, run_key_of(context))
    except GateFailed as error:
        raise AirflowFailException(str(error)) from error
    if not found:
        raise AirflowSkipException("no game is over yet, or the track record is not old")
    return [_headline(one) for one in found]


def _headline(found: "BacktestResult") -> dict[str, Any]:
    return {
        "run": found.run_id,
        "bets": found.metrics["bets"],
        "yield": found.metrics["yield"],
        "interval": found.intervals.get("yield"),
        "luck": found.luck,
    }


def write_dbt_docs(context: Mapping[str, Any]) -> list[str]:
    """Make dbt's site of the run's modes where the project changed since it was made; its pages."""
    from linehouse.promotion.dbt_docs import build_dbt_docs

    return [str(build_dbt_docs(mode)) for mode in modes_of(context)]


def approve(context: Mapping[str, Any]) -> None:
    """Promote what a gate blocked, in the name of the person who approved it, and ring for it.

    Raises:
        AirflowFailException: something else blocks the same work; the text is the verdict.
    """
    from linehouse import promotion

    params = context["params"]
    mode = Mode(params["mode"])
    try:
        promotion.approve(
            mode, int(params["promotion_id"]), by=_answerer(context), run_id=run_key_of(context)
        )
    except promotion.GateFailed as blocked:
        raise AirflowFailException(str(blocked)) from blocked
    asset = assets.STAGING if params["zone"] == "staging" else assets.CURATED
    context["outlet_events"][assets.APPROVED].add(
        asset, extra={"modes": [mode.value], "run": run_key_of(context)}
    )


def reject(context: Mapping[str, Any]) -> None:
    """Leave out what a gate blocked; readers keep what they see."""
    from linehouse import promotion

    params = context["params"]
    promotion.reject(Mode(params["mode"]), int(params["promotion_id"]), by=_answerer(context))


def _answerer(context: Mapping[str, Any]) -> str:
    """Who answered the review. Airflow tells its tasks only who approved; for a rejection, also one
    by silence, the name stands in the review's run."""
    answer = context["ti"].xcom_pull(task_ids="ask") or {}
    user = answer.get("responded_by_user") or {}
    return str(user.get("name") or user.get("id") or f"review {context['dag_run'].run_id}")


def skip_unless(context: Mapping[str, Any], zone: str) -> None:
    """Skip a task whose zone the run does not ask for.

    Raises:
        AirflowSkipException: the run asks for another zone.
    """
    asked = context["params"]["zone"]
    if asked not in (zone, "full"):
        raise AirflowSkipException(f"this run is for the zone {asked} only")
