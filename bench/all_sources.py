"""One slate from every source through the running scheduler: from the trigger to the card.

`run_pipeline`: all sources landed at once, judged, both zones promoted, the card chosen. Needs
`linehouse up` in sandbox mode. The first round warms the chain and is not counted; before each
round the clock of the sandbox moves on, so that each one has new prices.
"""

from datetime import UTC, datetime
from typing import Any

import httpx

from bench._machine import machine
from linehouse.cli import session
from linehouse.orchestration.airflow_client import AirflowClient
from linehouse.serving import source_health
from linehouse.settings import Mode, get_settings

ROUNDS = 3
TARGET_SECONDS = 25.0
MINUTES_BETWEEN_ROUNDS = 30


def measure() -> dict[str, Any]:
    """Median of the rounds, with the steps and the sources of the median round.

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
        "name": "all_sources",
        "seconds": median["seconds"],
        "target_seconds": TARGET_SECONDS,
        "rounds_seconds": [one["seconds"] for one in rounds],
        "steps": median["steps"],
        "sources": median["sources"],
        "measured_on": machine(),
        "compared_to": "30 s, the usual promise for a daily pipeline of a single source",
    }


def _round(client: AirflowClient) -> dict[str, Any]:
    url = get_settings().sandbox_url.rstrip("/") + "/__sandbox__/clock"
    wish = {"advance_seconds": 60 * MINUTES_BETWEEN_ROUNDS}
    httpx.post(url, json=wish, trust_env=False).raise_for_status()
    triggered = datetime.now(UTC)
    run = client.follow(
        "run_pipeline", client.trigger("run_pipeline", {"mode": Mode.SANDBOX.value})
    )
    if failure := client.failure_of(run):
        raise RuntimeError(failure)
    tasks = {task.task_id: task for task in run.tasks}
    card = tasks["choose_card"].finished_at
    assert card is not None
    sources = source_health.landed_in(Mode.SANDBOX, f"run_pipeline|{run.run_id}")
    return {
        "seconds": round((card - triggered).total_seconds(), 2),
        "steps": {name: round(task.seconds or 0.0, 2) for name, task in tasks.items()},
        "sources": {one["source"]: one["seconds"] for one in sources},
    }
