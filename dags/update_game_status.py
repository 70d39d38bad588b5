"""Games moved along: scheduled, live, final; or cancelled, postponed, suspended."""

from datetime import datetime, timedelta

from airflow.sdk import TriggerRule, dag, get_current_context, task

from linehouse.orchestration import chosen_requests_dag, dag_runs, run_parameters
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

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def move_games() -> dict[str, int]:
        from linehouse.scheduling import runs

        (mode,) = dag_runs.modes_of(get_current_context())
        return runs.move_games(mode)

    chosen_requests_dag.land_and_gate(choose()) >> move_games()


update_game_status()
