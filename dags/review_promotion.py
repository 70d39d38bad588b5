"""A person decides about a promotion that its gate has blocked."""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from linehouse.orchestration import assets, dag_runs, run_parameters


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=4,
    default_args={"owner": "linehouse", "retries": 1, "retry_delay": timedelta(seconds=5)},
    params={
        "mode": run_parameters.mode(),
        "zone": Param(
            "staging",
            title="Zone",
            enum=["staging", "curated"],
            description="Whose gate blocked.",
        ),
        "promotion_id": Param(
            "",
            title="Promotion",
            type="string",
            pattern="^[0-9]*$",
            description="The number of the blocked promotion.",
        ),
        "verdict": Param("", title="Verdict", type="string", description="What its gate said."),
    },
    tags=["promotion", "review"],
    doc_md="""
### Review a promotion

Started by `promote_staging` and `promote_curated` when a gate blocks. The question waits under
*Required Actions* with the gate's verdict in front of you.

- **Approve** records an override in your name and promotes the same work anew.
- **Reject**, or no answer within a day, leaves out what was blocked: batches that the promotion
  held are retracted, and the published zone stays as it is.
""",
)
def review_promotion() -> None:
    ask = ApprovalOperator(
        task_id="ask",
        subject="Publish {{ params.zone }}, promotion {{ params.promotion_id }}"
        " ({{ params.mode }}), all the same?",
        body="{{ params.verdict }}",
        defaults="Reject",
        response_timeout=timedelta(days=1),
    )

    @task(outlets=[assets.APPROVED])
    def approve() -> None:
        dag_runs.approve(get_current_context())

    @task(trigger_rule=TriggerRule.ALL_SKIPPED)
    def reject() -> None:
        dag_runs.reject(get_current_context())

    ask >> approve() >> reject()


review_promotion()
