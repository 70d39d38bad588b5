"""Games moved along: scheduled, live, final; or cancelled, postponed, suspended."""

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import TriggerRule, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from linehouse import assets, dag_runs, landing_dag, landing_pools, pipeline, run_parameters
from linehouse.scheduling.timetable import GameTimetable
from linehouse.settings import Mode, get_settings
from linehouse.sources.availability import http_source, off_because

OFF = off_because(http_source("the_odds_api"), Mode.LIVE)
scheduled = get_settings().mode is Mode.LIVE


@dag(
    schedule=GameTimetable(work="scores") if scheduled else None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 2, "retry_delay": timedelta(seconds=20)},
    params={"mode": run_parameters.mode()},
    tags=["raw", "the_odds_api"],
    doc_md="""
### Update where games stand

Scores cost credits, so The Odds API is asked for them only while games are running or have just
ended, and only as often as the credits that odds leave over allow: every half hour, once a day, or
just often enough that no result is lost. A game whose result another source has told is not asked
about.

- `choose` decides which sports' scores are due, most times none; with `SCHEDULER_DRY_RUN` it only
  says so.
- `land` and `gate_raw` land and judge them; what is accepted goes on to `promote_staging`.
- `move_games` writes to `ops.game_states` where each game stands and why: by results, by what each
  source says of postponed, suspended and cancelled games, by lists that name a game no more before
  its start, and by the clock.

In live mode it runs every ten minutes from an hour before a game until that game is over, else
every six hours, and when scores are due; in the sandbox, whenever it is triggered. Moving games
costs nothing and needs no key: other sources tell where they stand, too.
"""
    + (f"\n**No scores are asked for in live mode:** {OFF}\n" if OFF else ""),
)
def update_game_status() -> None:
    @task
    def choose() -> list[dict[str, str]]:
        from linehouse.scheduling import runs
        from linehouse.scheduling.work import Work

        (mode,) = dag_runs.modes_of(get_current_context())
        if off_because(http_source("the_odds_api"), mode) is not None:
            return []
        return runs.due_requests(mode, Work.SCORES)

    @task(
        pool=landing_pools.pool_of("the_odds_api"),
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

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def move_games() -> dict[str, int]:
        from linehouse.scheduling import runs

        (mode,) = dag_runs.modes_of(get_current_context())
        return runs.move_games(mode)

    @task(retries=0, trigger_rule=TriggerRule.NONE_SKIPPED)
    def report_held(judged: dict[str, Any] | None) -> None:
        missing = judged["asked"] - judged["arrived"] if judged else 0
        failed = [f"{missing} of {judged['asked']} requests failed"] if judged and missing else []
        dag_runs.report_held(failed, judged)

    asked = choose()
    judged = gate_raw(asked, land.expand_kwargs(asked))
    judged >> move_games()
    report_held(judged)


update_game_status()
