"""`up`, `down` and `status`: idempotent, clear about what is wrong, and cured of every crash."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from linehouse.runtime import marked, processes, started_with
from linehouse.runtime.layout import MARKER, Layout
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.runtime.prechecks import PrecheckError
from linehouse.runtime.supervisor import Supervisor
from linehouse.settings import Settings
from tests.fixtures.network import free_port


@pytest.fixture
def own(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a Linehouse that no other test knows; nothing of it is left afterwards."""
    monkeypatch.setenv("LINEHOUSE_HOME", str(own_folder / "home"))
    for name in ("AIRFLOW", "POSTGRES", "SANDBOX"):
        monkeypatch.setenv(f"LINEHOUSE_{name}_PORT", str(free_port()))
    settings = Settings()
    yield settings
    assert processes.down(settings=settings) == []
    shutil.rmtree(own_folder, ignore_errors=True)


def database_up(settings: Settings) -> processes.UpResult:
    return processes.up(database_only=True, settings=settings)


def server_of(settings: Settings) -> EmbeddedPostgres:
    return EmbeddedPostgres(settings.home, settings.postgres_port)


def supervisord_of(settings: Settings) -> psutil.Process:
    pid = int((Layout(settings.home).run / "supervisord.pid").read_text())
    return psutil.Process(pid)


def alive(process: psutil.Process) -> bool:
    """A zombie that nobody has reaped yet is dead enough."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(process: psutil.Process) -> None:
    process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while alive(process):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_up_twice_starts_nothing_twice(own: Settings) -> None:
    database_up(own)
    before = server_of(own).process()
    assert before is not None
    database_up(own)
    assert server_of(own).process() == before


def test_down_leaves_no_process_and_up_again_keeps_the_data(own: Settings) -> None:
    database_up(own)
    with server_of(own).connect() as connection:
        connection.execute("create table kept as select 7 as id")
    assert processes.down(settings=own) == []
    assert marked.find(Layout(own.home)) == []
    assert server_of(own).process() is None
    assert not processes.status(settings=own).database_running
    database_up(own)
    with server_of(own).connect() as connection:
        assert connection.execute("select id from kept").fetchone() == (7,)


def test_down_where_nothing_ever_ran(own: Settings) -> None:
    assert processes.down(settings=own) == []
    assert not own.home.exists()


def test_a_killed_supervisor_is_replaced_and_its_orphans_ended(own: Settings) -> None:
    database_up(own)
    orphan = server_of(own).process()
    assert orphan is not None
    kill(supervisord_of(own))
    assert alive(orphan)
    assert not processes.status(settings=own).database_running
    result = database_up(own)
    assert any("PostgreSQL" in line for line in result.repaired)
    assert not alive(orphan)
    assert processes.status(settings=own).database_running
    assert database_up(own).repaired == []


def test_down_after_a_killed_supervisor_ends_the_orphans(own: Settings) -> None:
    database_up(own)
    kill(supervisord_of(own))
    assert processes.down(settings=own) == []
    assert server_of(own).process() is None


def test_after_everything_was_killed_up_works(own: Settings) -> None:
    database_up(own)
    server = server_of(own).process()
    assert server is not None
    kill(supervisord_of(own))
    kill(server)
    database_up(own)
    with server_of(own).connect() as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_killed_database_is_started_again_by_the_supervisor(own: Settings) -> None:
    database_up(own)
    first = server_of(own).process()
    assert first is not None
    kill(first)
    server_of(own).wait(30)
    assert server_of(own).process() != first


def test_only_what_carries_our_mark_is_ended(own: Settings) -> None:
    database_up(own)
    environment = {**os.environ, MARKER: str(own.home)}
    another = {**os.environ, MARKER: str(own.home) + "-of-another"}
    unmarked = {name: value for name, value in os.environ.items() if name != MARKER}
    with (
        subprocess.Popen(["sleep", "300"], env=environment) as ours,
        subprocess.Popen(["sleep", "300"], env=another) as theirs,
        subprocess.Popen(["sleep", "300"], env=unmarked) as strangers,
    ):
        try:
            processes.down(settings=own)
            ended = [process.poll() is not None for process in (ours, theirs, strangers)]
        finally:
            for process in (ours, theirs, strangers):
                process.kill()
    assert ended == [True, False, False]


def test_a_mark_is_found_under_a_changed_process_title(own: Settings) -> None:
    """Airflow renames its processes, which by default overwrites what /proc shows of them."""
    from linehouse.runtime.airflow import environment

    layout = Layout(own.home)
    layout.make()
    program = "import setproctitle, time; setproctitle.setproctitle('x' * 4000); time.sleep(300)"
    with subprocess.Popen([sys.executable, "-c", program], env=environment(own, layout)) as renamed:
        time.sleep(1)
        found = [process.pid for process in marked.find(layout)]
        renamed.kill()
    assert found == [renamed.pid]


def test_a_stale_socket_and_pid_file_do_not_stop_up(own: Settings) -> None:
    layout = Layout(own.home)
    layout.make()
    supervisor = Supervisor(layout)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(supervisor.socket))
    (layout.run / "supervisord.pid").write_text("1\n")
    database_up(own)
    assert processes.status(settings=own).database_running


def test_another_shell_changes_nothing(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    database_up(own)
    before = server_of(own).process()
    monkeypatch.setenv("SSH_TTY", "/dev/pts/7")
    monkeypatch.setenv("PATH", os.environ["PATH"] + ":/somewhere")
    database_up(own)
    assert server_of(own).process() == before


def test_a_changed_key_reaches_what_runs(own: Settings) -> None:
    database_up(own)
    said: list[str] = []
    other = own.model_copy(update={"odds_api_key": SecretStr("another")})
    assert started_with.differing(Layout(own.home), other) == ["ODDS_API_KEY"]
    processes.up(database_only=True, settings=other, report=said.append)
    assert "code or settings have changed: starting anew" in said
    assert started_with.differing(Layout(own.home), other) == []


def test_changed_settings_start_the_server_anew(own: Settings) -> None:
    database_up(own)
    port = free_port()
    moved = own.model_copy(update={"postgres_port": port})
    said: list[str] = []
    processes.up(database_only=True, settings=moved, report=said.append)
    assert "code or settings have changed: starting anew" in said
    with server_of(moved).connect() as connection:
        assert connection.execute("show port").fetchone() == (str(port),)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("postgres_port", "LINEHOUSE_POSTGRES_PORT"),
        ("airflow_port", "LINEHOUSE_AIRFLOW_PORT"),
        ("sandbox_port", "LINEHOUSE_SANDBOX_PORT"),
    ],
)
def test_a_port_in_use_is_named_with_its_user_and_the_setting(
    own: Settings, name: str, variable: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", getattr(own, name)))
        taken.listen()
        with pytest.raises(PrecheckError) as caught:
            processes.up(settings=own)
    message = str(caught.value)
    assert f"port {getattr(own, name)}" in message
    assert f"(pid {os.getpid()})" in message
    assert variable in message


def test_one_port_for_two_things_is_refused(own: Settings) -> None:
    same = own.model_copy(update={"sandbox_port": own.postgres_port})
    with pytest.raises(PrecheckError, match=r"LINEHOUSE_POSTGRES_PORT.*LINEHOUSE_SANDBOX_PORT"):
        database_up(same)


def test_a_full_disk_is_said_before_anything_is_written(own: Settings) -> None:
    full = own.model_copy(update={"minimum_free_mb": 10**9})
    with pytest.raises(PrecheckError, match=r"only \d+ MB are free .*LINEHOUSE_HOME"):
        database_up(full)
    assert server_of(own).process() is None


def test_a_home_that_cannot_be_written_is_said(own: Settings, own_folder: Path) -> None:
    (own_folder / "file").write_text("")
    nowhere = own.model_copy(update={"home": own_folder / "file" / "home"})
    with pytest.raises(PrecheckError, match="cannot be written"):
        database_up(nowhere)


def test_two_homes_run_side_by_side(own: Settings, own_folder: Path) -> None:
    other = own.model_copy(update={"home": own_folder / "other", "postgres_port": free_port()})
    try:
        database_up(own)
        database_up(other)
        processes.down(settings=own)
        assert processes.status(settings=other).database_running
    finally:
        processes.down(settings=other)
