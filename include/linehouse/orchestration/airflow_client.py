"""Airflow's REST API, as far as the command line needs it: trigger a DAG and follow it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from linehouse.sentences import each_once

FINISHED = frozenset({"success", "failed"})
POLL_SECONDS = 0.25
API = "/api/v2"
READ_ATTEMPTS = 4
"""How often an answer is asked for before Airflow counts as gone; reading changes nothing."""


class AirflowUnreachableError(RuntimeError):
    """Airflow does not answer at its address, or refuses the login."""


@dataclass(frozen=True)
class TaskRun:
    """One task (or one of its mapped copies) of a finished run."""

    dag_id: str
    task_id: str
    map_index: int
    state: str | None
    started_at: datetime | None
    finished_at: datetime | None
    try_number: int

    @property
    def seconds(self) -> float | None:
        """From its start to its end; None for a task that never ran."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass
class Run:
    """One DAG run as last seen."""

    dag_id: str
    run_id: str
    state: str
    queued_at: datetime | None
    finished_at: datetime | None
    tasks: list[TaskRun] = field(default_factory=list)


class AirflowClient:
    """A logged-in client. Close it, or use it in a `with` block."""

    def __init__(self, url: str, username: str, password: str) -> None:
        """Raises AirflowUnreachableError where nothing answers or the login is refused."""
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, timeout=30.0, trust_env=False)
        try:
            answer = self._http.post(
                "/auth/token", json={"username": username, "password": password}
            )
        except httpx.HTTPError as error:
            raise AirflowUnreachableError(
                f"Airflow does not answer at {self.url} ({type(error).__name__}); "
                "start it with `linehouse up`"
            ) from error
        if answer.status_code not in (200, 201):
            raise AirflowUnreachableError(
                f"Airflow at {self.url} refuses the login of {username} "
                f"({answer.status_code}): is it another copy's Airflow?"
            )
        self._http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"

    def __enter__(self) -> "AirflowClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def trigger(self, dag_id: str, conf: Mapping[str, Any], run_id: str | None = None) -> str:
        """Start a run with these parameters; returns its run id (the one given, where it is)."""
        wanted: dict[str, Any] = {"logical_date": None, "conf": dict(conf)}
        if run_id is not None:
            wanted["dag_run_id"] = run_id
        try:
            answer = self._http.post(f"{API}/dags/{dag_id}/dagRuns", json=wanted)
        except httpx.TransportError as error:
            raise AirflowUnreachableError(
                f"Airflow gave no answer when asked to start {dag_id} ({type(error).__name__}); "
                "look in its list of runs before you start it again"
            ) from error
        self._require_ok(answer, f"start {dag_id}")
        return str(answer.json()["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> Run:
        """A run and its tasks as they stand now."""
        answer = self._get(f"/dags/{dag_id}/dagRuns/{run_id}")
        tasks = self._get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=1000)
        return Run(
            dag_id,
            run_id,
            answer["state"],
            _time(answer["queued_at"]),
            _time(answer["end_date"]),
            [
                TaskRun(
                    dag_id,
                    task["task_id"],
                    task["map_index"],
                    task["state"],
                    _time(task["start_date"]),
                    _time(task["end_date"]),
                    task["try_number"],
                )
                for task in tasks["task_instances"]
            ],
        )

    def follow(
        self,
        dag_id: str,
        run_id: str,
        timeout_seconds: float = 3600,
        on_change: Callable[[Run], None] | None = None,
    ) -> Run:
        """Wait until a run has ended, whatever its state; `on_change` sees each look at it.

        Raises:
            TimeoutError: it has not ended within `timeout_seconds`.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            run = self.run(dag_id, run_id)
            if on_change:
                on_change(run)
            if run.state in FINISHED:
                return run
            if time.monotonic() > deadline:
                raise TimeoutError(f"{dag_id} {run_id} is still {run.state}")
            time.sleep(POLL_SECONDS)

    def rung_by(self, run: Run, timeout_seconds: float = 120) -> list[tuple[str, str]]:
        """(DAG id, run id) of the runs that the asset events of a run started.

        Waits until each of its events has started one; empty when the run rang no asset.
        """
        deadline = time.monotonic() + timeout_seconds
        asked = {"source_dag_id": run.dag_id, "source_run_id": run.run_id}
        while True:
            answer = self._read(f"{API}/assets/events", **asked)
            # Airflow cannot show an event while a run that it started has not begun itself
            if answer.status_code >= 500 and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
                continue
            self._require_ok(answer, "read /assets/events")
            events = answer.json()["asset_events"]
            started = [
                (created["dag_id"], created["run_id"])
                for event in events
                for created in event["created_dagruns"]
            ]
            heard = all(event["created_dagruns"] for event in events)
            if heard or time.monotonic() > deadline:
                return list(dict.fromkeys(started))
            time.sleep(POLL_SECONDS)

    def follow_chain(
        self,
        dag_id: str,
        run_id: str,
        timeout_seconds: float = 3600,
        on_change: Callable[[Run], None] | None = None,
        last_dag_id: str = "run_strategies",
    ) -> Iterator[Run]:
        """Follow a run and whatever its assets start, until `last_dag_id` has ended."""
        waiting = [(dag_id, run_id)]
        while waiting:
            run = self.follow(*waiting.pop(0), timeout_seconds, on_change)
            yield run
            if run.dag_id != last_dag_id:
                waiting.extend(self.rung_by(run))

    def failure_of(self, run: Run) -> str | None:
        """One sentence for each failed task of a run, from its own log; None if it went well."""
        failed = [task for task in run.tasks if task.state == "failed"]
        if run.state != "failed" and not failed:
            return None
        sentences = [f"{run.dag_id}.{task.task_id}: {self._error(run, task)}" for task in failed]
        return each_once(sentences) or f"{run.dag_id} ended {run.state}"

    def _error(self, run: Run, task: TaskRun) -> str:
        path = f"{API}/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task.task_id}/logs"
        answer = self._read(
            f"{path}/{max(task.try_number, 1)}", map_index=task.map_index, full_content=True
        )
        if answer.status_code != 200:
            return "failed (its log cannot be read)"
        lines = answer.json().get("content") or []
        for line in reversed(lines if isinstance(lines, list) else []):
            for detail in line.get("error_detail") or []:
                if detail.get("exc_value"):
                    return str(detail["exc_value"])
        return "failed (see its log)"

    def _get(self, path: str, **params: Any) -> dict[str, Any]:
        answer = self._read(API + path, **params)
        self._require_ok(answer, f"read {path}")
        document: dict[str, Any] = answer.json()
        return document

    def _read(self, path: str, **params: Any) -> httpx.Response:
        """Ask again where no answer comes: a busy or restarting Airflow is no failed run."""
        for attempt in range(1, READ_ATTEMPTS + 1):
            try:
                return self._http.get(path, params=params, headers={"accept": "application/json"})
            except httpx.TransportError as error:
                if attempt == READ_ATTEMPTS:
                    raise AirflowUnreachableError(
                        f"Airflow at {self.url} stopped answering ({type(error).__name__}); what "
                        "was started goes on where Airflow still runs: see `linehouse status`"
                    ) from error
            time.sleep(attempt)
        raise AssertionError("unreachable")

    @staticmethod
    def _require_ok(answer: httpx.Response, what: str) -> None:
        if answer.status_code >= 400:
            raise AirflowUnreachableError(
                f"Airflow would not {what}: {answer.status_code} {answer.text[:300]}"
            )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
