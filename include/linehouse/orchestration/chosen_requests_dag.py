"""What the DAGs that choose by the plan what The Odds API is asked have in common: the three tasks
behind their choice.

`land` runs once for each request, `gate_raw` judges what came and owns the asset `raw_data`,
`report_held` turns the run red for whatever failed or was held.
"""

from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from linehouse import pipeline
from linehouse.orchestration import assets, dag_runs, landing_dag, landing_pools
from linehouse.orchestration.landing_runs import ODDS_SOURCE


def land_and_gate(asked: Any) -> Any:
    """The tasks, within a DAG.

    Args:
        asked: the output of the task that chose: a list of `sport_key` and `feed`, mostly empty.

    Returns: the output of `gate_raw`, for tasks that follow it; it is skipped where nothing was
    asked.
    """

    @task(
        pool=landing_pools.pool_of(ODDS_SOURCE),
        retry_policy=landing_dag.by_error_type,
        map_index_template="{{ task.op_kwargs['feed'] }} of {{ task.op_kwargs['sport_key'] }}",
    )
    def land(sport_key: str, feed: str) -> dict[str, Any]:
        context = get_current_context()
        (mode,) = dag_runs.modes_of(context)
        return pipeline.land_feed(mode, sport_key, feed, dag_runs.run_key_of(context))

    @task(outlets=[assets.RAW], trigger_rule=TriggerRule.ALL_DONE)
    def gate_raw(asked: list[dict[str, str]] | None, landed: Any) -> dict[str, Any]:
        context = get_current_context()
        if not asked:
            raise AirflowSkipException("nothing was asked")
        judged = dag_runs.gate_raw(context, [batch["batch_id"] for batch in landed or ()])
        dag_runs.ring(context, assets.RAW, dag_runs.modes_of(context))
        return {**judged, "asked": len(asked)}

    @task(retries=0, trigger_rule=TriggerRule.NONE_SKIPPED)
    def report_held(judged: dict[str, Any] | None) -> None:
        missing = judged["asked"] - judged["arrived"] if judged else 0
        failed = [f"{missing} of {judged['asked']} requests failed"] if judged and missing else []
        dag_runs.report_held(failed, judged)

    judged = gate_raw(asked, land.expand_kwargs(asked))
    report_held(judged)
    return judged
