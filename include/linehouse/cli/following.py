"""A DAG triggered by a command, and followed to its end."""

from datetime import UTC, datetime
from typing import Any

from linehouse.cli.progress import Show, progress
from linehouse.orchestration.airflow_client import AirflowClient, Run
from linehouse.settings import get_settings

Step = dict[str, Any]
"""`step`, `state`, `seconds`."""
OVER = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})


def run_dag(
    client: AirflowClient, dag_id: str, conf: dict[str, Any], run_id: str | None = None
) -> tuple[list[Step], str | None]:
    """One run: its steps, and what failed."""
    run_id = client.trigger(dag_id, conf, run_id)
    with progress() as show:
        done = client.follow(dag_id, run_id, on_change=lambda run: _show(run, show))
    return _steps_of(done), client.failure_of(done)


def run_chain(
    client: AirflowClient, dag_id: str, conf: dict[str, Any]
) -> tuple[list[Step], str | None]:
    """A run and all that its assets start: their steps, and what failed."""
    run_id = client.trigger(dag_id, conf)
    steps: list[Step] = []
    failures: list[str] = []
    with progress() as show:
        for done in client.follow_chain(dag_id, run_id, on_change=lambda run: _show(run, show)):
            steps += _steps_of(done)
            if failure := client.failure_of(done):
                failures.append(failure)
    return steps, "; ".join(failures) or None


def run_together(
    client: AirflowClient, confs: dict[str, dict[str, Any]]
) -> tuple[list[Step], str | None]:
    """Runs of several DAGs at once, and all that their assets start: their steps, and what failed.

    Assets that ring at the same time can start one run together.
    """
    started = [(dag_id, client.trigger(dag_id, conf)) for dag_id, conf in confs.items()]
    seen: set[tuple[str, str]] = set()
    steps: list[Step] = []
    failures: list[str] = []
    with progress() as show:
        while started:
            one = started.pop(0)
            if one in seen:
                continue
            seen.add(one)
            done = client.follow(*one, on_change=lambda run: _show(run, show))
            steps += _steps_of(done)
            if failure := client.failure_of(done):
                failures.append(failure)
            started += client.rung_by(done)
    return steps, "; ".join(failures) or None


def promote_all(client: AirflowClient, mode: str) -> tuple[list[str], str | None]:
    """Have what is pending promoted, zone after zone, and the card chosen anew.

    A zone where nothing is pending rings nothing; the one after it is started all the same, since
    a decision may have left work in that one only.
    Returns the DAGs that ran, and what failed.
    """
    ran: list[str] = []
    with progress() as show:
        for dag_id in ("promote_staging", "promote_curated", "run_strategies"):
            if dag_id in ran:
                continue
            run_id = client.trigger(dag_id, {"mode": mode})
            # without automatic promotion a bell starts nothing: then each is started by hand
            last_dag_id = "run_strategies" if get_settings().auto_promotion else dag_id
            for done in client.follow_chain(
                dag_id, run_id, on_change=lambda run: _show(run, show), last_dag_id=last_dag_id
            ):
                ran.append(done.dag_id)
                if failure := client.failure_of(done):
                    return ran, failure
    return ran, None


def _show(run: Run, show: Show) -> None:
    running = [task.task_id for task in run.tasks if task.state == "running"]
    over = sum(task.state in OVER for task in run.tasks)
    text = f"{run.dag_id}: {', '.join(dict.fromkeys(running)) or run.state}"
    show(text, over, len(run.tasks) or None)


def _steps_of(run: Run) -> list[Step]:
    return [
        {
            "step": f"{run.dag_id}.{task.task_id}"
            + (f"[{task.map_index}]" if task.map_index >= 0 else ""),
            "state": task.state,
            "seconds": None if task.seconds is None else round(task.seconds, 2),
        }
        for task in sorted(
            run.tasks, key=lambda task: task.started_at or datetime.max.replace(tzinfo=UTC)
        )
        if task.seconds is not None and task.state != "skipped"
    ]
