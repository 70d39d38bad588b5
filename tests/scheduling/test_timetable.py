"""Airflow's side: the timetable survives serialisation, never hangs and never runs in circles."""

import os
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pendulum
import pytest

from linehouse.scheduling import next_move, next_run, runs
from linehouse.scheduling.next_move import next_move_at
from linehouse.scheduling.next_run import CHECK_AGAIN, next_run_at
from linehouse.scheduling.work import Work
from linehouse.settings import PROJECT_ROOT, Mode
from tests.fixtures.sandbox import FIRST_MOMENT

MLB, NBA = "baseball_mlb", "basketball_nba"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory):
    """Airflow's own plugin loader, pointed at the project's folder."""
    os.environ.setdefault("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
    from airflow import plugins_manager, settings

    before = settings.PLUGINS_FOLDER
    settings.PLUGINS_FOLDER = str(PROJECT_ROOT / "plugins")
    for cached in (plugins_manager._get_plugins, plugins_manager.get_timetables_plugins):
        cached.cache_clear()
    yield plugins_manager
    settings.PLUGINS_FOLDER = before
    for cached in (plugins_manager._get_plugins, plugins_manager.get_timetables_plugins):
        cached.cache_clear()


def restriction(earliest: datetime | None = None, latest: datetime | None = None):
    from airflow.timetables.base import TimeRestriction

    return TimeRestriction(earliest, latest, catchup=False)


def test_a_dag_with_it_is_serialised_and_read_back(airflow) -> None:
    from airflow.sdk import DAG
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable
    from airflow.serialization.serialized_objects import DagSerialization

    from linehouse.scheduling.timetable import GameTimetable

    name = "linehouse.scheduling.timetable.GameTimetable"
    assert airflow.get_timetables_plugins()[name] is GameTimetable
    timetable = GameTimetable(mode="sandbox", work="scores")
    again = decode_timetable(encode_timetable(timetable))
    assert isinstance(again, GameTimetable)
    assert (again.mode, again.work) == (Mode.SANDBOX, Work.SCORES)
    dag = DAG("by_the_games", schedule=timetable, start_date=datetime(2026, 1, 1, tzinfo=UTC))
    read = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    assert read.timetable.serialize() == {"mode": "sandbox", "work": "scores"}
    assert read.timetable.summary == "scores, by the games"


def test_in_an_empty_warehouse_the_first_run_is_now(warehouse, airflow) -> None:
    from linehouse.scheduling.timetable import GameTimetable

    before = datetime.now(UTC)
    info = GameTimetable(mode="sandbox").next_dagrun_info(
        last_automated_data_interval=None, restriction=restriction()
    )
    assert before <= info.run_after <= datetime.now(UTC)
    assert info.logical_date == info.run_after
    later = before + timedelta(days=1)
    held = GameTimetable(mode="sandbox").next_dagrun_info(
        last_automated_data_interval=None, restriction=restriction(pendulum.instance(later))
    )
    assert held.run_after == later
    ended = restriction(None, pendulum.instance(before - MINUTE))
    assert (
        GameTimetable(mode="sandbox").next_dagrun_info(
            last_automated_data_interval=None, restriction=ended
        )
        is None
    )


def test_the_virtual_clock_is_as_far_from_the_next_fetch_as_the_wall(warehouse, land) -> None:
    for sport_key in (MLB, NBA):
        land(sport_key, "odds", FIRST_MOMENT)
    from linehouse.scheduling import decision

    with decision.connect(warehouse) as connection:
        due = decision.decide(connection, FIRST_MOMENT, Work.ODDS).next_at
    wall = datetime.now(UTC)
    at = next_run_at(warehouse, Work.ODDS, None, wall)
    assert at - wall == due - FIRST_MOMENT
    assert at > wall


def test_a_run_under_way_counts_as_made_and_one_that_failed_is_made_again(
    warehouse, land, sandbox
) -> None:
    for sport_key in (MLB, NBA):  # so that the run of nine minutes ago was for odds
        land(sport_key, "events", FIRST_MOMENT - 30 * MINUTE)
    sandbox.set_clock(FIRST_MOMENT, frozen=True)
    wall = datetime.now(UTC)
    assert next_run_at(warehouse, Work.ODDS, None, wall) == wall  # odds are due
    just_begun = next_run_at(warehouse, Work.ODDS, wall, wall)
    assert just_begun >= wall + 20 * MINUTE
    soon = next_run_at(warehouse, Work.ODDS, wall - 9 * MINUTE, wall)
    assert soon >= wall + 10 * MINUTE
    failed = next_run_at(warehouse, Work.ODDS, wall - 11 * MINUTE, wall)
    assert failed == wall


def test_games_are_moved_while_one_is_near_whatever_is_asked(warehouse, land, ask, airflow) -> None:
    """The first games of the day start at 17:05, two hours after the first moment."""
    from airflow.timetables.base import DataInterval

    from linehouse.scheduling.timetable import GameTimetable

    def due(minutes_ago: float = 1) -> timedelta:
        wall = datetime.now(UTC)
        return next_move_at(warehouse, wall - minutes_ago * MINUTE, wall) - wall

    assert due() == next_move.MOVE_AT_LEAST - MINUTE
    land(MLB, "events", FIRST_MOMENT)
    ((first,),) = ask("select min(commence_at) from raw_data.games_raw")
    to_come = first - next_move.NEAR - FIRST_MOMENT
    assert due() == to_come > timedelta(0)
    for at in (first - 20 * MINUTE, first + 60 * MINUTE):
        land(MLB, "events", at)
        assert (due(), due(30)) == (next_move.MOVE_EVERY - MINUTE, timedelta(0))
    # scores are not due for half an hour: the run comes all the same
    land(MLB, "scores", first + 61 * MINUTE)
    assert next_run_at(warehouse, Work.SCORES, None, datetime.now(UTC)) > datetime.now(UTC)
    now = datetime.now(UTC)
    info = GameTimetable(mode="sandbox", work="scores").next_dagrun_info(
        last_automated_data_interval=DataInterval.exact(pendulum.instance(now - 2 * MINUTE)),
        restriction=restriction(),
    )
    assert info.run_after == now + 8 * MINUTE
    # all over, or called off
    runs.move_games(warehouse)
    ask("update ops.game_states set state = 'final'")
    ask("delete from raw_data.games_raw where commence_at > %s + interval '2 hours'", first)
    assert due() == next_move.MOVE_AT_LEAST - MINUTE


@pytest.mark.parametrize("last", [None, 0, 5, 45])
def test_a_warehouse_that_is_away_means_another_look_in_half_an_hour(
    sandbox_server, setting, last: int | None
) -> None:
    sandbox_server.reset()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        setting(DATABASE_URL=f"postgresql://a:b@127.0.0.1:{port}/linehouse")
        wall = datetime.now(UTC)
        last_run = wall - last * MINUTE if last is not None else None
        at = next_run_at(Mode.SANDBOX, Work.ODDS, last_run, wall)
        moved_at = next_move_at(Mode.SANDBOX, last_run, wall)
    assert at == max(wall, (last_run or wall) + CHECK_AGAIN)
    assert moved_at == (at if last_run else wall)


def test_a_server_that_takes_the_call_and_says_nothing_keeps_nobody_waiting(
    sandbox_server, setting
) -> None:
    sandbox_server.reset()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        taken: list[socket.socket] = []
        threading.Thread(target=lambda: taken.append(silent.accept()[0]), daemon=True).start()
        port = silent.getsockname()[1]
        setting(DATABASE_URL=f"postgresql://a:b@127.0.0.1:{port}/linehouse")
        began = time.monotonic()
        at = next_run_at(Mode.SANDBOX, Work.ODDS, None, datetime.now(UTC))
        assert time.monotonic() - began < 8
    assert at > datetime.now(UTC)


def test_a_locked_table_keeps_nobody_waiting(warehouse, land) -> None:
    from linehouse import database

    land(MLB, "events", FIRST_MOMENT)
    with database.connect(warehouse, "owner") as blocker:
        blocker.execute("lock table raw_data.games_raw in access exclusive mode")
        began = time.monotonic()
        wall = datetime.now(UTC)
        assert next_run_at(warehouse, Work.ODDS, None, wall) == wall + CHECK_AGAIN
        assert time.monotonic() - began < 5


def test_a_sandbox_that_is_away_keeps_nobody_waiting(warehouse, setting) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        setting(LINEHOUSE_SANDBOX_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        wall = datetime.now(UTC)
        assert next_run_at(warehouse, Work.ODDS, None, wall) == wall + CHECK_AGAIN


def test_live_mode_goes_by_the_wall(setting) -> None:
    wall = datetime(2026, 4, 18, 12, tzinfo=UTC)
    assert next_run._clock(Mode.LIVE, wall) == wall
