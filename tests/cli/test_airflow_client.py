"""Following a run while Airflow is busy: answers that do not come are asked for again."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from linehouse.cli import session
from linehouse.orchestration.airflow_client import (
    READ_ATTEMPTS,
    AirflowClient,
    AirflowUnreachableError,
)
from linehouse.runtime import started_with
from linehouse.runtime.airflow import admin_login
from linehouse.runtime.layout import Layout
from linehouse.settings import get_settings


class BusyAirflow(ThreadingHTTPServer):
    """Gives a token; hangs up on as many further requests as it is told, then answers. Events it
    cannot show as often as it is told."""

    hang_ups = 0
    hidden_events = 0
    asked = 0


class Answer(BaseHTTPRequestHandler):
    server: BusyAirflow

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/auth/token":
            self._say({"access_token": "token"})
        else:
            self.close_connection = True

    def do_GET(self) -> None:
        self.server.asked += 1
        if self.server.hang_ups > 0:
            self.server.hang_ups -= 1
            self.close_connection = True
        elif "/assets/events" in self.path:
            self.server.hidden_events -= 1
            started = {"dag_id": "next", "run_id": "n"}
            shown = self.server.hidden_events < 0
            self._say({"asset_events": [{"created_dagruns": [started]}]}, 200 if shown else 500)
        elif self.path.endswith("/r") or "taskInstances" not in self.path:
            self._say({"state": "success", "queued_at": None, "end_date": None})
        else:
            self._say({"task_instances": []})

    def _say(self, document: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[BusyAirflow]:
    monkeypatch.setattr("linehouse.orchestration.airflow_client.time.sleep", lambda seconds: None)
    server = BusyAirflow(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(busy: BusyAirflow) -> Iterator[AirflowClient]:
    with AirflowClient(f"http://127.0.0.1:{busy.server_port}", "admin", "x") as made:
        yield made


def test_a_run_is_followed_over_answers_that_do_not_come(
    busy: BusyAirflow, client: AirflowClient
) -> None:
    busy.hang_ups = READ_ATTEMPTS - 1
    assert client.follow("d", "r").state == "success"


def test_an_airflow_that_is_gone_is_told_in_a_sentence(
    busy: BusyAirflow, client: AirflowClient
) -> None:
    busy.hang_ups = 1000
    with pytest.raises(AirflowUnreachableError, match="stopped answering"):
        client.follow("d", "r")
    assert busy.asked == READ_ATTEMPTS


def test_a_start_without_an_answer_is_never_repeated_by_itself(client: AirflowClient) -> None:
    with pytest.raises(AirflowUnreachableError, match="before you start it again"):
        client.trigger("d", {})


def test_an_event_that_cannot_be_shown_yet_is_asked_for_again(
    busy: BusyAirflow, client: AirflowClient
) -> None:
    """Airflow answers 500 as long as a run that the event started is queued."""
    run = client.follow("d", "r")
    busy.hidden_events = 5
    assert client.rung_by(run) == [("next", "n")]
    busy.hidden_events = 5
    with pytest.raises(AirflowUnreachableError, match="/assets/events: 500"):
        client.rung_by(run, timeout_seconds=0)


def test_a_command_says_which_of_its_settings_airflow_does_not_heed(
    busy: BusyAirflow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LINEHOUSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LINEHOUSE_AIRFLOW_PORT", str(busy.server_port))
    get_settings.cache_clear()
    layout = Layout(get_settings().home)
    layout.make()
    admin_login(layout)
    started_with.remember(layout, get_settings())
    for sports, said in (("basketball_nba,baseball_mlb", 0), ("baseball_mlb", 1)):
        monkeypatch.setenv("SPORTS", sports)
        get_settings.cache_clear()
        client = session.airflow()
        assert client is not None
        client.__exit__(None, None, None)
        told = capsys.readouterr().err
        assert told.count("SPORTS of this command differ and are not heeded there") == said
        assert bool(told) == bool(said)
    get_settings.cache_clear()
