"""One slate through the running scheduler: from the trigger of `land_the_odds_api` to the card.

Four DAGs chained by their assets: fetch and land, raw gate, both zones (touch, build, gate,
publish), strategies. Needs `linehouse up` in sandbox mode. The first round warms the chain and is
not counted; before each round the sandbox's clock moves on, so that each one has new prices.
"""

import statistics
from datetime import UTC, datetime
from typing import Any

import httpx

from bench._machine import machine
from linehouse.cli import session
from linehouse.database import connect
from linehouse.orchestration.airflow_client import AirflowClient, Run
from linehouse.settings import Mode, get_settings

ROUNDS = 3
TARGET_SECONDS = 15.0
ROUND_TIMEOUT_SECONDS = 300.0
MINUTES_BETWEEN_ROUNDS = 30


def measure() -> dict[str, Any]:
    """Median of the rounds, the steps of the median round, and how much went through.

    Raises:
        RuntimeError: Airflow does not run, or a run failed.
    """
    client = session.airflow()
    if client is None:
        raise RuntimeError("Airflow does not run: start it with `linehouse up`")
    with client:
        rounds = [_round(client) for _ in range(ROUNDS + 1)][1:]
    rounds.sort(key=lambda one: one["seconds"])
    median = rounds[len(rounds) // 2]
    return {
        "name": "pipeline",
        "seconds": median["seconds"],
        "target_seconds": TARGET_SECONDS,
        "rounds_seconds": [one["seconds"] for one in rounds],
        "mean_seconds": round(statistics.mean(one["seconds"] for one in rounds), 2),
        "steps": median["steps"],
        "slate": median["slate"],
        "measured_on": machine(),
        "compared_to": "30 s, the usual promise for a daily pipeline; 10 to 15 s for a bare chain "
        "of nine empty tasks in Airflow",
    }


def _round(client: AirflowClient) -> dict[str, Any]:
    _advance_sandbox(MINUTES_BETWEEN_ROUNDS)
    triggered = datetime.now(UTC)
    run_id = client.trigger("land_the_odds_api", {"mode": Mode.SANDBOX.value})
    runs = list(client.follow_chain("land_the_odds_api", run_id, ROUND_TIMEOUT_SECONDS))
    failures = [failure for run in runs if (failure := client.failure_of(run))]
    if failures or runs[-1].dag_id != "run_strategies":
        raise RuntimeError("; ".join(failures) or f"the chain ended at {runs[-1].dag_id}")
    card = _task(runs, "run_strategies", "choose_card")
    return {
        "seconds": round((card.finished_at - triggered).total_seconds(), 2),
        "steps": _steps(runs, triggered),
        "slate": _slate(),
    }


def _advance_sandbox(minutes: int) -> None:
    url = get_settings().sandbox_url.rstrip("/") + "/__sandbox__/clock"
    httpx.post(url, json={"advance_seconds": 60 * minutes}, trust_env=False).raise_for_status()


def _task(runs: list[Run], dag_id: str, task_id: str) -> Any:
    return next(
        task
        for run in runs
        if run.dag_id == dag_id
        for task in run.tasks
        if task.task_id == task_id
    )


def _steps(runs: list[Run], triggered: datetime) -> list[dict[str, Any]]:
    """When each task started and how long it took, in seconds from the trigger."""
    tasks = [task for run in runs for task in run.tasks if task.seconds is not None]
    return [
        {
            "step": f"{task.dag_id}.{task.task_id}"
            + (f"[{task.map_index}]" if task.map_index >= 0 else ""),
            "from_second": round((task.started_at - triggered).total_seconds(), 2),
            "seconds": round(task.seconds, 2),
        }
        for task in sorted(tasks, key=lambda task: task.started_at)
    ]


def _slate() -> dict[str, Any]:
    """How much the last promotion of each zone worked on."""
    with connect(Mode.SANDBOX) as connection:
        promoted = connection.execute(
            "select distinct on (zone, scope) zone, scope, touched_games, rows_inserted,"
            " rows_updated, touch_seconds, build_seconds, gate_seconds, publish_seconds"
            " from ops.promotions where state = 'published'"
            " order by zone, scope, promotion_id desc"
        ).fetchall()
    names = (
        "zone",
        "scope",
        "touched_games",
        "rows_inserted",
        "rows_updated",
        "touch_seconds",
        "build_seconds",
        "gate_seconds",
        "publish_seconds",
    )
    return {f"{row[0]} ({row[1]})": dict(zip(names[2:], row[2:], strict=True)) for row in promoted}
