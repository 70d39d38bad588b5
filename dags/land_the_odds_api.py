"""Odds and scores of every configured sport from The Odds API, landed and judged."""

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import TriggerRule, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from linehouse import assets, dag_runs, landing_dag, landing_pools, pipeline, run_parameters
from linehouse.scheduling.timetable import GameTimetable
from linehouse.settings import Mode, get_settings

NOT_DUE = {"batch_id": None, "outcome": "not due"}
settings = get_settings()
requests = [
    {"sport_key": sport_key, "feed": feed}
    for sport_key in settings.sports
    for feed in pipeline.FEEDS
]


@dag(
    schedule=GameTimetable() if settings.mode is Mode.LIVE else None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=landing_dag.RUN_TIMEOUT,
    default_args={
        "owner": "linehouse",
        "retries": 2,
        "retry_delay": timedelta(seconds=5),
        "execution_timeout": landing_dag.LAND_TIMEOUT,
    },
    params={
        "mode": run_parameters.mode(),
        "feeds": landing_dag.feeds_parameter(pipeline.FEEDS),
        "sports": landing_dag.SPORTS,
    },
    tags=["raw", "the_odds_api"],
    doc_md="""
### Land The Odds API

Asks for the odds and the scores of every configured sport, keeps every byte that comes back,
and judges each answer (one answer is one batch) by its own rows.

- `land` runs once per sport and feed. One that fails does not stop the others. A refused key, a
  refused request and an empty quota fail at once; a busy or unreachable upstream is tried again,
  and left alone for ten minutes where it fails five times in a row.
- `gate_raw` accepts or holds each batch. It owns the asset `raw_data`: accepted batches go on to
  `promote_staging` although another request failed. It fails when nothing was accepted.
- `report_held` turns the run red when a request failed or a batch was held.

In live mode it runs when a fetch is due by the games: opening lines every 48 hours (over three
days before a start), then every 24, 12 and 3 hours, and every 30 minutes in the last three; closing
lines first where the month's credits do not allow all of it (`linehouse quota` tells the plan). A
scheduled run asks about the sports that are due; with `SCHEDULER_DRY_RUN` it only says so. Scores
are asked for by `update_game_status`. Out of season it looks once a day at a list that is free. In
the sandbox it runs whenever it is triggered, and asks for everything.
""",
)
def land_the_odds_api() -> None:
    @task(
        pool=landing_pools.pool_of("the_odds_api"),
        retry_policy=landing_dag.by_error_type,
        map_index_template="{{ task.op_kwargs['feed'] }} of {{ task.op_kwargs['sport_key'] }}",
    )
    def land(sport_key: str, feed: str) -> dict[str, Any]:
        context = get_current_context()
        dag_runs.skip_unless_asked(context, sport_key, feed)
        (mode,) = dag_runs.modes_of(context)
        if dag_runs.is_scheduled(context):
            due = dag_runs.due_feed(mode, sport_key, feed)
            if due is None:
                return NOT_DUE
            feed = due
        return pipeline.land_feed(mode, sport_key, feed, dag_runs.run_key_of(context))

    @task(outlets=[assets.RAW], trigger_rule=TriggerRule.ALL_DONE)
    def gate_raw(landed: Any) -> dict[str, Any]:
        context = get_current_context()
        answers = [batch for batch in landed or () if batch != NOT_DUE]
        if landed and not answers:
            raise AirflowSkipException("nothing was due")
        judged = dag_runs.gate_raw(context, [batch["batch_id"] for batch in answers])
        dag_runs.ring(context, assets.RAW, dag_runs.modes_of(context))
        return judged

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
    def report_held(landed: Any, judged: dict[str, Any] | None) -> None:
        context = get_current_context()
        wanted = [one for one in requests if dag_runs.is_asked(context, **one)]
        not_due = sum(batch == NOT_DUE for batch in landed or ())
        missing = len(wanted) - not_due - (judged["arrived"] if judged else 0)
        failed = [f"{missing} of {len(wanted)} requests failed"] if missing else []
        if not_due == len(wanted):
            raise AirflowSkipException("nothing was due")
        # where what was due failed, the gate had nothing to judge
        dag_runs.report_held(failed, judged or ({"held": []} if not_due else None))

    landed = land.expand_kwargs(requests)
    report_held(landed, gate_raw(landed))


land_the_odds_api()
