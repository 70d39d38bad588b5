"""Staged games and lines become what analysts read: touch, build, gate, publish."""

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import TriggerRule, dag, get_current_context, task

from linehouse.orchestration import assets, dag_runs, run_parameters


@dag(
    schedule=assets.STAGING,
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 2, "retry_delay": timedelta(seconds=5)},
    params=run_parameters.PROMOTION,
    tags=["curated", "promotion"],
    doc_md="""
### Promote curated

Takes the games that staging published and no promotion has taken yet, builds their games
whole into a candidate of its own, lets Great Expectations judge it, and publishes the
differences in one transaction: all tables move, or none.

- `promote` owns the asset `curated`, which `run_strategies` waits for. It is skipped when
  nothing is pending, and fails with the verdict when the gate blocks; readers see what they saw.
- `list_blocked` and `ask_for_review` start `review_promotion` then, without waiting.
- `one_mode_blocked` turns the run red where a run works for both modes and the gate blocks only
  one of them; the other was published and rings.
""",
)
def promote_curated() -> None:
    @task.branch(outlets=[assets.CURATED])
    def promote() -> str:
        return dag_runs.promote_and_ring(get_current_context(), "curated", assets.CURATED)

    @task(retries=0)
    def one_mode_blocked() -> None:
        dag_runs.fail_for_blocked(get_current_context())

    @task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
    def list_blocked() -> list[dict[str, str]]:
        return dag_runs.blocked_of(get_current_context())

    published = EmptyOperator(task_id="published")
    promoted, partly, blocked = promote(), one_mode_blocked(), list_blocked()
    TriggerDagRunOperator.partial(
        task_id="ask_for_review", trigger_dag_id="review_promotion"
    ).expand(conf=blocked)
    promoted >> [published, partly, blocked]
    partly >> blocked


promote_curated()
