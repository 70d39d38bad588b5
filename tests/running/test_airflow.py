"""The whole embedded run: Airflow configured by environment alone, warm, private, repaired."""

import json
import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from linehouse.runtime import airflow, marked, processes
from linehouse.settings import PROJECT_ROOT
from tests.fixtures.running import RunningLinehouse

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
ALL_HEALTHY = {
    "metadatabase": "healthy",
    "scheduler": "healthy",
    "dag_processor": "healthy",
    "triggerer": "healthy",
    "sandbox": "healthy",
}


def wait_for(what: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.5)


def test_everything_is_healthy(running_linehouse: RunningLinehouse) -> None:
    def status() -> processes.Status:
        return processes.status(settings=running_linehouse.settings)

    wait_for(lambda: status().health == ALL_HEALTHY, 60)  # heartbeats of a busy machine come late
    assert {process.state for process in status().processes} == {"RUNNING"}


def test_airflow_knows_every_dag_file_and_nothing_broke(
    running_linehouse: RunningLinehouse,
) -> None:
    files = {path.stem for path in (PROJECT_ROOT / "dags").glob("*.py")} | {"warm_probe"}
    assert len(files) > 1
    with running_linehouse.client() as client:
        wait_for(
            lambda: {dag["dag_id"] for dag in client._get("/dags", limit=100)["dags"]} == files, 60
        )
        assert client._get("/importErrors")["import_errors"] == []


def test_a_task_finds_dbt_and_great_expectations_imported(
    running_linehouse: RunningLinehouse, tmp_path: Path
) -> None:
    file = tmp_path / "found.json"
    with running_linehouse.client() as client:
        wait_for(lambda: "warm_probe" in str(client._get("/dags", limit=100)), 60)
        client.trigger("warm_probe", {"file": str(file)})
        wait_for(file.exists, 60)
    found = json.loads(file.read_text())
    assert found["warm"] == {"dbt.cli.main": True, "great_expectations": True}
    assert found["seconds"] < 0.1


def test_the_login_is_needed_and_its_file_private(running_linehouse: RunningLinehouse) -> None:
    url = running_linehouse.result.airflow_url
    login = running_linehouse.result.login
    assert httpx.get(f"{url}/api/v2/dags").status_code == httpx.codes.UNAUTHORIZED
    wrong = httpx.post(f"{url}/auth/token", json={"username": login.user, "password": "admin"})
    assert wrong.status_code == httpx.codes.UNAUTHORIZED
    assert stat.S_IMODE(login.password_file.stat().st_mode) == 0o600
    assert login.password_file.read_text().strip() == login.password
    assert login.password not in repr(running_linehouse.result)


def test_no_secret_is_in_any_log(running_linehouse: RunningLinehouse) -> None:
    layout = running_linehouse.layout
    secrets = {file.name: file.read_text().strip() for file in layout.secrets.iterdir()}
    assert len(secrets) >= 9
    logs = [*layout.logs.iterdir(), *(layout.airflow / "logs").rglob("*.log")]
    assert len(logs) > 5
    for log in logs:
        text = log.read_text(errors="replace")
        assert not [name for name, secret in secrets.items() if secret in text], log


def test_airflow_reads_nothing_but_the_environment(running_linehouse: RunningLinehouse) -> None:
    """A configuration file that Airflow leaves in its home says nothing of ours."""
    configuration = airflow.configuration(running_linehouse.settings, running_linehouse.layout)
    (scheduler,) = [
        entry
        for entry in processes.status(settings=running_linehouse.settings).processes
        if entry.name == "scheduler"
    ]
    environment = psutil.Process(scheduler.pid).environ()
    for section, options in configuration.items():
        for option, value in options.items():
            assert environment[f"AIRFLOW__{section.upper()}__{option.upper()}"] == value


def test_a_killed_scheduler_comes_back_without_its_old_workers(
    running_linehouse: RunningLinehouse,
) -> None:
    settings, layout = running_linehouse.settings, running_linehouse.layout

    def scheduler_pid() -> int | None:
        entries = processes.status(settings=settings).processes
        return next(entry.pid for entry in entries if entry.name == "scheduler")

    first = scheduler_pid()
    assert first is not None
    old = set(marked.find(layout, LINEHOUSE_PROGRAM="scheduler"))
    assert len(old) > airflow.parallelism()
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: scheduler_pid() not in (None, first), 60)

    def workers() -> set[psutil.Process]:
        return set(marked.find(layout, LINEHOUSE_PROGRAM="scheduler"))

    wait_for(lambda: len(workers()) > airflow.parallelism() and not workers() & old, 120)
    wait_for(lambda: processes.status(settings=settings).health == ALL_HEALTHY, 90)


def test_up_again_starts_nothing_and_shows_no_password(
    running_linehouse: RunningLinehouse,
) -> None:
    assert running_linehouse.result.first_run
    with running_linehouse.entered():
        before = processes.status(settings=running_linehouse.settings).processes
        result = processes.up(settings=running_linehouse.settings)
        after = processes.status(settings=running_linehouse.settings).processes
    assert not result.first_run
    assert [process.pid for process in after] == [process.pid for process in before]
