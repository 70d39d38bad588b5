"""Raw batches become games and lines: touch, build, gate, publish."""

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from linehouse import assets, dag_runs
from linehouse.settings import Mode


@dag(
    schedule=assets.RAW,
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 2, "retry_delay": timedelta(seconds=5)},
    params={
        "mode": Param(
            None,
            type=["null", "string"],
            enum=[None, *[mode.value for mode in Mode]],
            description="Left empty: the modes that the asset rings for.",
        ),
        "everything": Param(
            False, type="boolean", description="Every game, not only what is pending."
        ),
    },
    tags=["staging", "promotion"],
    doc_md="""
### Promote staging

Takes the batches that the raw gate accepted and no promotion has taken yet, builds their games
whole into a candidate of its own, lets Great Expectations judge it, and publishes the
differences in one transaction: all tables move, or none.

- `promote` owns the asset `staging`, which `promote_curated` waits for. It is skipped when
  nothing is pending, and fails with the verdict when the gate blocks; readers see what they saw.
- `was_blocked` and `ask_for_review` start `review_promotion` then, without waiting.
""",
)
def promote_staging() -> None:
    @task(outlets=[assets.STAGING])
    def promote() -> None:
        context = get_current_context()
        modes = dag_runs.promote(context, "staging")
        dag_runs.ring(context, assets.STAGING, modes)

    @task.short_circuit(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
    def was_blocked() -> bool:
        return dag_runs.blocked_of(get_current_context()) is not None

    published = EmptyOperator(task_id="published")
    ask_for_review = TriggerDagRunOperator(
        task_id="ask_for_review",
        trigger_dag_id="review_promotion",
        conf={
            field: f"{{{{ ti.xcom_pull(task_ids='promote', key='blocked')['{field}'] }}}}"
            for field in ("mode", "zone", "promotion_id", "verdict")
        },
    )
    promoted = promote()
    promoted >> published
    promoted >> was_blocked() >> ask_for_review


promote_staging()
