"""One run from the upstream to the card, without waiting for any other DAG."""

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from linehouse import pipeline
from linehouse.orchestration import dag_runs, run_parameters

day = {"type": ["null", "string"], "format": "date"}
FROM = (
    "US Eastern. A full run fetches the simulated history of these days first; "
    "a run of one zone promotes their games again."
)


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": "linehouse",
        "retries": 1,
        "retry_delay": timedelta(seconds=5),
        "trigger_rule": TriggerRule.NONE_FAILED,
    },
    params={
        "mode": run_parameters.mode(),
        "zone": Param(
            "full",
            title="Zone",
            enum=["raw", "staging", "curated", "full"],
            description="How far the run goes: one zone, or all of them and the card.",
        ),
        "from": Param(None, **day, title="First day", description=FROM),
        "to": Param(None, **day, title="Last day", description="US Eastern, included."),
        "sources": Param(
            None,
            title="Sources",
            type=["null", "array"],
            items={"type": "string"},
            description="Which sources are asked; all that are on when left empty.",
        ),
    },
    tags=["pipeline"],
    doc_md="""
### Run the pipeline

Lands all sources that are on at once, judges, promotes both zones and chooses the card, in one
run. It rings no asset, so no other DAG starts because of it. `zone` limits it to one zone; the
tasks of the others are skipped. A source that is dead, hangs or answers garbage fails alone: the
others are promoted, and `report_held` names it and turns the run red.

After the card `keep_track_record` tries the card's strategies on the games of the season that are
over, where that was not done in four weeks. Then `write_docs` starts the DAG of that name; this run
does not wait for it.

In the sandbox, days in the past are fetched first from the upstream's historical odds, seven
snapshots of each, most in the evening, so that there are moves, closing lines and games to try
strategies on; an empty sandbox gets its last three days unasked. For one zone alone, `from` and
`to` name the games to promote again; without them it takes what is pending.
""",
)
def run_pipeline() -> None:
    @task
    def land() -> dict[str, Any]:
        context = get_current_context()
        dag_runs.skip_unless(context, "raw")
        (mode,) = dag_runs.modes_of(context)
        days = dag_runs.days_of(context)
        sources = context["params"].get("sources") or None
        return pipeline.land_all(mode, *days, dag_runs.run_key_of(context), sources=sources)

    @task
    def gate_raw(landed: dict[str, Any]) -> dict[str, Any]:
        context = get_current_context()
        dag_runs.skip_unless(context, "raw")
        return dag_runs.gate_raw(context, landed["batch_ids"])

    @task
    def promote_staging() -> None:
        context = get_current_context()
        dag_runs.skip_unless(context, "staging")
        dag_runs.promote(context, "staging")

    @task
    def promote_curated() -> None:
        context = get_current_context()
        dag_runs.skip_unless(context, "curated")
        dag_runs.promote(context, "curated")

    @task
    def choose_card() -> None:
        context = get_current_context()
        dag_runs.skip_unless(context, "curated")
        dag_runs.choose_card(context, dag_runs.modes_of(context))

    @task
    def keep_track_record() -> list[dict[str, Any]]:
        context = get_current_context()
        dag_runs.skip_unless(context, "curated")
        return dag_runs.keep_track_record(context)

    @task(retries=0)
    def report_held(landed: dict[str, Any], judged: dict[str, Any]) -> None:
        dag_runs.skip_unless(get_current_context(), "raw")
        dag_runs.report_held(landed["failed"], judged)

    landed = land()
    judged = gate_raw(landed)
    docs = TriggerDagRunOperator(
        task_id="write_docs",
        trigger_dag_id="write_docs",
        conf={"mode": "{{ params.mode }}"},
        trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,  # not in a run for another zone
        retries=0,
    )
    card, record = choose_card(), keep_track_record()
    judged >> promote_staging() >> promote_curated() >> card >> record
    [card, record] >> docs
    report_held(landed, judged)


run_pipeline()
