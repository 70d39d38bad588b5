"""Whether what was started works: Airflow's own verdict, and the simulated upstream's answer."""

import time
from collections.abc import Callable

import httpx

from linehouse.runtime.airflow import base_url
from linehouse.runtime.supervisor import Supervisor, SupervisorError
from linehouse.settings import Settings

HEALTHY_SECONDS = 180.0
COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


def airflow_health(settings: Settings) -> dict[str, str]:
    """Status by component (`healthy`, `unhealthy`, `missing`); empty while Airflow is silent."""
    try:
        answer = httpx.get(
            f"{base_url(settings)}/api/v2/monitor/health", timeout=5, trust_env=False
        )
        answer.raise_for_status()
        parts = answer.json()
    except (httpx.HTTPError, ValueError):
        return {}
    return {name: (parts.get(name) or {}).get("status") or "missing" for name in COMPONENTS}


def sandbox_answers(settings: Settings) -> bool:
    """Whether the simulated upstream tells its clock."""
    try:
        answer = httpx.get(f"{settings.sandbox_url}/__sandbox__/clock", timeout=2, trust_env=False)
        return answer.status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def wait_until_healthy(
    settings: Settings,
    supervisor: Supervisor,
    report: Callable[[str], None],
    seconds: float = HEALTHY_SECONDS,
) -> None:
    """Wait for every component. Raises SupervisorError naming the one and its log."""
    report("starting Airflow")
    deadline = time.monotonic() + seconds
    while True:
        given_up = supervisor.failed()
        if given_up is not None:
            raise SupervisorError(
                f"{given_up['name']} does not stay up ({given_up['spawnerr'] or 'it exits'}): "
                f"see {supervisor.layout.logs / given_up['name']}.log"
            )
        health = airflow_health(settings)
        waiting = [name for name in COMPONENTS if health.get(name) != "healthy"]
        names = {process["name"] for process in supervisor.processes()}
        if "sandbox" in names and not sandbox_answers(settings):
            waiting.append("sandbox")
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise SupervisorError(
                f"not healthy after {seconds:.0f} s: {', '.join(waiting)}; "
                f"see the logs in {supervisor.layout.logs}"
            )
        time.sleep(0.2)
