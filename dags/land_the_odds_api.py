"""Odds and scores of every configured sport from The Odds API, landed and judged."""

from typing import Any

from airflow.sdk import TriggerRule, dag, get_current_context, task

from linehouse import pipeline
from linehouse.orchestration import assets, dag_runs, landing_dag, landing_pools, landing_runs
from linehouse.scheduling import event_odds
from linehouse.scheduling.timetable import GameTimetable
from linehouse.settings import get_settings

SOURCE = "the_odds_api"
requests = [
    {"sport_key": sport_key, "feed": feed}
    for sport_key in get_settings().sports
    for feed in pipeline.FEEDS
] + [{"sport_key": sport_key, "feed": event_odds.FEED} for sport_key in event_odds.sports()]


@dag(
    **landing_dag.arguments(
        SOURCE,
        every=GameTimetable(),
        feeds=dict.fromkeys(one["feed"] for one in requests),
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
are asked for by `update_game_status`. Markets of halves and innings, where `MARKETS` names some,
are sold game by game: `event_odds` is asked for every half hour of a game's last three hours, or
once just before its start, as far as the other odds leave credits over. Out of season it looks once
a day at a list that is free. In the sandbox it runs whenever it is triggered, and asks for
everything.
""",
    )
)
def land_the_odds_api() -> None:
    @task(
        pool=landing_pools.pool_of(SOURCE),
        retry_policy=landing_dag.by_error_type,
        map_index_template="{{ task.op_kwargs['feed'] }} of {{ task.op_kwargs['sport_key'] }}",
    )
    def land(sport_key: str, feed: str) -> dict[str, Any]:
        return landing_runs.land_feed(get_current_context(), sport_key, feed)

    def missing(landed: Any) -> int:
        asked = [one for one in requests if landing_runs.is_asked(get_current_context(), **one)]
        return len(asked) - len(landed or ())

    @task(outlets=[assets.RAW], trigger_rule=TriggerRule.ALL_DONE)
    def gate_raw(landed: Any) -> dict[str, Any]:
        context = get_current_context()
        judged = landing_runs.gate_source(context, SOURCE, missing(landed))
        dag_runs.ring(context, assets.RAW, dag_runs.modes_of(context))
        return judged

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
    def report_held(landed: Any, judged: dict[str, Any] | None) -> None:
        landing_runs.report_source(get_current_context(), SOURCE, missing(landed), judged)

    landed = land.expand_kwargs(requests)
    report_held(landed, gate_raw(landed))


land_the_odds_api()
