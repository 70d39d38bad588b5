"""What the DAGs that land a source have in common: their arguments, and their three tasks.

`land` runs once for each sport that the source covers, `gate_raw` judges what the run landed and
owns the asset `raw_data`, `report_held` turns the run red for whatever failed or was held.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import (
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    TriggerRule,
    get_current_context,
    task,
)

from linehouse.orchestration import assets, dag_runs, landing_runs, run_parameters
from linehouse.orchestration.landing_pools import pool_of
from linehouse.settings import Mode, get_settings
from linehouse.sources import errors, registry
from linehouse.sources.base import HttpSource

if TYPE_CHECKING:
    from airflow.timetables.base import Timetable

LAND_TIMEOUT = timedelta(minutes=10)
"""Of one attempt of one task that asks an upstream."""
RUN_TIMEOUT = timedelta(minutes=45)

SPORTS = Param(
    None,
    title="Sports",
    type=["null", "array"],
    items={"type": "string"},
    description="Left empty: every configured sport that the source covers.",
)

by_error_type = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=errors.BadKeyError,
            action=RetryAction.FAIL,
            reason="the key is refused; set one that works (the log names the setting)",
        ),
        RetryRule(
            exception=errors.BadRequestError,
            action=RetryAction.FAIL,
            reason="the upstream refuses the request; check SPORTS, MARKETS and BOOKMAKERS",
        ),
        RetryRule(
            exception=errors.AccessRefusedError,
            action=RetryAction.FAIL,
            reason="the upstream refuses this machine; look at its terms and at its page yourself",
        ),
        RetryRule(
            exception=errors.QuotaExhaustedError,
            action=RetryAction.FAIL,
            reason="no credits are left until the quota is reset",
        ),
        RetryRule(
            exception=errors.CircuitOpenError,
            action=RetryAction.FAIL,
            reason="the upstream has failed too often and is left alone for a while",
        ),
        RetryRule(
            exception=[errors.RateLimitedError, errors.UpstreamUnavailableError],
            action=RetryAction.RETRY,
            retry_delay=timedelta(seconds=20),
            reason="the upstream is busy or unreachable",
        ),
    ]
)
"""What a task does about each kind of error. Which answers are errors its source says."""


def feeds_parameter(feeds: Iterable[str]) -> Param:
    """Which feeds a run asks."""
    return Param(
        None,
        title="Feeds",
        type=["null", "array"],
        items={"type": "string", "enum": list(feeds)},
        description="Left empty: a scheduled run asks what is due, another one everything.",
    )


def arguments(
    source_name: str,
    *,
    every: "timedelta | Timetable",
    doc_md: str,
    feeds: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Arguments of the DAG decorator. `every`: how often, or when, it runs in live mode; `feeds`:
    those that a run can name, without them all that the source has.

    In sandbox mode there is no schedule. A source that is off in live mode has none either, and its
    DAG's page says why; turning the source on is all that is needed.
    """
    from linehouse.sources.availability import off_because

    source = cast(HttpSource, registry.get(source_name))
    live = get_settings().mode is Mode.LIVE
    off = off_because(source, Mode.LIVE)
    if off is not None:
        doc_md = f"{doc_md.rstrip()}\n\n**Off in live mode:** {off}\n"
    return {
        "dag_id": f"land_{source_name}",
        "schedule": every if live and off is None else None,
        "start_date": datetime(2026, 1, 1),
        "catchup": False,
        "max_active_runs": 1,
        "dagrun_timeout": RUN_TIMEOUT,
        "default_args": {
            "owner": "linehouse",
            "retries": 2,
            "retry_delay": timedelta(seconds=5),
            "execution_timeout": LAND_TIMEOUT,
        },
        "params": {
            "mode": run_parameters.mode(),
            "feeds": feeds_parameter(feeds or source.payload_tables),
            "sports": SPORTS,
        },
        "tags": ["raw", source_name],
        "doc_md": doc_md,
    }


def land_and_gate(source_name: str) -> None:
    """The tasks, within a DAG."""
    source = cast(HttpSource, registry.get(source_name))
    covered = getattr(source, "sports", None)
    sports = [s for s in get_settings().sports if covered is None or s in covered]

    @task(
        pool=pool_of(source_name),
        retry_policy=by_error_type,
        map_index_template="{{ task.op_kwargs['sport_key'] }}",
    )
    def land(sport_key: str) -> dict[str, Any]:
        return landing_runs.land_source(get_current_context(), source_name, sport_key)

    @task(outlets=[assets.RAW], trigger_rule=TriggerRule.ALL_DONE)
    def gate_raw(landed: Any) -> dict[str, Any]:
        context = get_current_context()
        missing = len(landing_runs.sports_of(context, sports)) - len(landed or ())
        judged = landing_runs.gate_source(context, source_name, missing)
        dag_runs.ring(context, assets.RAW, dag_runs.modes_of(context))
        return judged

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
    def report_held(landed: Any, judged: Mapping[str, Any] | None) -> None:
        context = get_current_context()
        missing = len(landing_runs.sports_of(context, sports)) - len(landed or ())
        landing_runs.report_source(context, source_name, missing, judged)

    landed = land.expand(sport_key=sports)
    report_held(landed, gate_raw(landed))
