"""The project's own log: lines of JSON, a file a day, kept for a month, and no secret in it."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linehouse import logs
from linehouse.settings import PROJECT_ROOT, Mode, SettingsError, get_settings

KEY = "marked-key-0123456789"


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of today."""
    monkeypatch.setenv("LOG_FILE", str(tmp_path / "logs" / "linehouse.log"))
    monkeypatch.setenv("ODDS_API_KEY", KEY)
    get_settings.cache_clear()
    yield tmp_path / "logs" / f"linehouse.{datetime.now(UTC).date()}.log"
    monkeypatch.undo()
    get_settings.cache_clear()
    logs.to_file()


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_an_event_is_a_line_and_a_key_is_masked_in_it(log_file: Path) -> None:
    logs.to_file()
    logs.to_file()  # a second call writes nothing twice
    log = logging.getLogger("linehouse.landing.made_up")
    log.debug("not at this level")
    log.info("asked %s\nwith %s", "Málaga", KEY)
    try:
        raise ValueError(f"a vendor said {KEY}")
    except ValueError:
        log.exception("it failed")
    first, second = lines(log_file)
    assert (first["level"], first["logger"]) == ("INFO", "linehouse.landing.made_up")
    assert first["message"] == "asked Málaga\nwith ***"
    assert datetime.fromisoformat(first["at"]).utcoffset() == timedelta(0)
    assert first["process"] == os.getpid()
    assert "ValueError: a vendor said ***" in second["error"]
    assert KEY not in log_file.read_text(encoding="utf-8")


def test_a_new_day_is_a_new_file_and_those_of_more_than_thirty_days_go(
    log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(UTC).date()
    log_file.parent.mkdir()
    for days in (29, 30, 31, 400):
        (log_file.parent / f"linehouse.{today - timedelta(days=days)}.log").touch()
    others = {"linehouse.log", "linehouse.of-my-own.log", "other.2000-01-01.log"}
    for name in others:
        (log_file.parent / name).touch()
    logs.to_file()
    log = logging.getLogger("linehouse")
    log.warning("one")
    tomorrow = today + timedelta(days=1)
    monkeypatch.setattr(logs, "_today", lambda: tomorrow)
    log.warning("two")
    there = {file.name for file in log_file.parent.iterdir()} - others
    assert there == {f"linehouse.{tomorrow - timedelta(days=days)}.log" for days in (0, 1, 30)}
    assert len(list(log_file.parent.iterdir())) == len(there) + len(others)
    assert [line["message"] for line in lines(log_file)] == ["one"]


def test_a_level_that_there_is_not_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    get_settings.cache_clear()
    with pytest.raises(SettingsError, match=r"LOG_LEVEL.*DEBUG, INFO"):
        get_settings()
    monkeypatch.setenv("LOG_LEVEL", "warning")
    get_settings.cache_clear()
    assert get_settings().log_level == "WARNING"
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.parametrize(
    "program",
    [
        "import sys; sys.argv[1:] = ['--help']; from linehouse.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass\n",
        "import linehouse.orchestration.dag_runs\n",
    ],
    ids=["command", "task"],
)
def test_commands_and_tasks_write_it(log_file: Path, tmp_path: Path, program: str) -> None:
    program += "import logging; logging.getLogger('linehouse.x').info('from another process')"
    path = os.pathsep.join([str(PROJECT_ROOT), str(PROJECT_ROOT / "include")])
    environment = {
        **os.environ, "PYTHONPATH": path, "AIRFLOW_HOME": str(tmp_path),
        "LINEHOUSE_MODE": Mode.SANDBOX.value,
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, timeout=60,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert [line["message"] for line in lines(log_file)] == ["from another process"]
