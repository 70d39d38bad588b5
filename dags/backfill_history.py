"""The past, fetched by plan: which games, at what price, step by step, never twice."""

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, TriggerRule, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from linehouse.orchestration import assets, dag_runs, run_parameters


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 2, "retry_delay": timedelta(seconds=30)},
    params={
        "mode": run_parameters.mode(),
        "plan_id": Param(
            None,
            type=["null", "integer"],
            title="Plan",
            description="Number of a plan of `linehouse backfill plan`. Left empty: all that were"
            " begun and are not done, the oldest first.",
        ),
    },
    tags=["raw", "the_odds_api", "backfill"],
    doc_md="""
### Backfill history

Sends what of a plan is not done yet: `linehouse backfill plan --from D --to D` makes one and says
what it costs, before a credit is spent. The requests go month by month, with a pause between two
(`BACKFILL_PAUSE_SECONDS`), and never into the credits that are kept in reserve.

- `fetch` lands step after step. A plan is begun by its number; without one all go on that were
  begun and are not done, the oldest first, and one that cannot go on leaves the turn to the next.
  Killed or retried, a plan goes on where it was; what was landed is found by its request key and
  not sent again. Where credits run out, the plan waits: run it again after the reset. To give one
  up, take what is left of its file's `requests` out and execute the file.
- `gate_raw` judges what came. It owns the asset `raw_data`, so that `promote_staging` follows.
- `report_held` turns the run red when a request failed, a batch was held, or the plan waits.

`linehouse backfill status` tells how far every plan is.
""",
)
def backfill_history() -> None:
    @task
    def fetch() -> dict[str, Any]:
        from linehouse.backfill import runs, store

        context = get_current_context()
        (mode,) = dag_runs.modes_of(context)
        try:
            return runs.fetch(mode, context["params"]["plan_id"])
        except store.UnknownPlanError as error:  # another try finds none either
            raise AirflowFailException(str(error)) from None

    @task(outlets=[assets.RAW], trigger_rule=TriggerRule.ALL_DONE)
    def gate_raw(fetched: dict[str, Any] | None) -> dict[str, Any]:
        from linehouse.backfill import runs

        context = get_current_context()
        (mode,) = dag_runs.modes_of(context)
        undecided = runs.undecided(mode, fetched["plan_ids"]) if fetched else []
        if not undecided:
            raise AirflowSkipException("nothing new has come")
        judged = dag_runs.gate_raw(context, undecided)
        dag_runs.ring(context, assets.RAW, [mode])
        return judged

    @task(retries=0, trigger_rule=TriggerRule.ALL_DONE)
    def report_held(fetched: dict[str, Any] | None, judged: dict[str, Any] | None) -> None:
        failed = list(fetched["failed"]) if fetched else ["fetching failed; its own log says why"]
        dag_runs.report_held(failed, judged or {"held": []})

    fetched = fetch()
    report_held(fetched, gate_raw(fetched))


backfill_history()
