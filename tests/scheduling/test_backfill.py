"""A backfill says its price before it spends, and goes on where it was stopped."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from linehouse import database, pipeline
from linehouse.backfill import known_games as past
from linehouse.backfill import making, runs, store
from linehouse.backfill.execute import execute, run_key
from linehouse.backfill.making import Wish, WishError
from linehouse.backfill.plan import (
    BackfillPlan,
    PlanFileError,
    Step,
    moments,
    on_the_grid,
    read,
    write,
)
from linehouse.backfill.selection import PastGame, Selection
from linehouse.settings import PROJECT_ROOT, Mode
from linehouse.sources.base import Request
from linehouse.sources.the_odds_api.source import SOURCE

MLB, NBA = "baseball_mlb", "basketball_nba"
FIRST, LAST = date(2026, 4, 9), date(2026, 4, 10)
SCRIPT = Path(__file__).with_name("backfill_process.py")


@pytest.fixture
def no_pause(setting) -> None:
    setting(BACKFILL_PAUSE_SECONDS="0")


def plan(mode: Mode, wish: Wish) -> tuple[int, making.BackfillPlan]:
    with database.connect(mode) as connection:
        made = making.make(mode, connection, wish)
        return store.save(connection, made), made


def progress(mode: Mode, plan_id: int) -> store.Progress:
    with database.connect(mode) as connection:
        return store.progress(connection, plan_id)


@pytest.fixture
def known_games(warehouse: Mode, no_pause: None) -> Mode:
    """A warehouse that knows the two days' games, from the free calendars of both leagues."""
    plan_id, made = plan(warehouse, Wish(FIRST, LAST, (MLB, NBA)))
    assert made.cost == 0 and made.about["days_unknown"] == {MLB: 2, NBA: 2}
    done = execute(warehouse, plan_id)
    assert done.failed == [] and done.stopped is None
    return warehouse


def used(sandbox) -> float:
    return sandbox.http.get("/__sandbox__/upstreams").json()["the_odds_api"]["used"]


def wish(**more) -> Wish:
    return Wish(FIRST, LAST, (MLB, NBA), **{"share_pct": 30.0, "hours": (0.0,), **more})


def test_free_calendars_tell_the_games_that_the_next_plan_chooses_from(
    known_games, sandbox, ask
) -> None:
    plan_id, made = plan(known_games, wish())
    assert made.about["days_unknown"] == {}
    assert made.about["games_known"] > 30
    assert made.about["games_selected"] == pytest.approx(0.3 * made.about["games_known"], abs=1)
    odds = [step for step in made.steps if step.request.feed == "historical_odds"]
    assert made.cost == 30 * len(odds) > 0
    assert used(sandbox) == 0, "a plan costs nothing"
    execute(known_games, plan_id)
    assert used(sandbox) == made.cost
    # every selected game has a snapshot in the half hour before its start, at the price of a few
    assert len(odds) < made.about["games_selected"]
    for game in made.games:
        ((count,),) = ask(
            "select count(*) from raw_data.snapshot_games where source = 'the_odds_api'"
            " and sport_key = %s and home_team = %s and hours_until_start between 0 and 0.5",
            game.sport_key,
            game.home_team,
        )
        assert count >= 1, game
    # and its score
    scores = ask(
        "select count(*) from raw_data.games_raw where source <> 'the_odds_api'"
        " and home_score is not null and completed"
    )
    assert scores[0][0] > 0


def test_a_plan_that_is_done_sends_nothing_again(known_games, sandbox) -> None:
    plan_id, made = plan(known_games, wish())
    first = execute(known_games, plan_id)
    assert (first.sent + first.found, first.failed) == (len(made.steps), [])
    assert progress(known_games, plan_id).state == "done"
    spent = used(sandbox)
    again = execute(known_games, plan_id)
    assert (again.sent, again.found, used(sandbox)) == (0, 0, spent)


def test_another_plan_buys_nothing_that_an_earlier_one_has(known_games, sandbox) -> None:
    """Neither when it is made later, nor when both were made before either was executed."""
    less = wish(number=2, results=False)
    more = wish(number=4, results=False)
    first, made = plan(known_games, less)
    at_once, both = plan(known_games, more)
    execute(known_games, first)
    assert used(sandbox) == made.cost > 0
    done = execute(known_games, at_once)
    shared = [step for step in both.steps if step.request in [one.request for one in made.steps]]
    assert done.found == len(shared) > 0
    assert used(sandbox) == made.cost + both.cost - 30 * len(shared)
    later, nothing = plan(known_games, more)
    assert (nothing.steps, nothing.about["snapshots_bought_before"]) == ((), len(both.steps))
    assert "earlier plans bought" in nothing.about["notes"][0]
    assert progress(known_games, at_once).state == "done"
    # a plan that was made to see its price is not executed unasked
    with pytest.raises(store.UnknownPlanError, match=f"to be named: {later}"):
        runs.fetch(known_games, None)


def test_games_that_were_not_played_are_not_chosen(known_games, ask) -> None:
    def known() -> list[PastGame]:
        with database.connect(known_games) as connection:
            return past.known(connection, (MLB,), FIRST, LAST)

    before = known()
    off, moved, doubted = (game.home_team for game in before[:3])
    ask(
        "insert into raw_data.games_raw (payload_id, position, source, source_event_id, sport_key,"
        " observed_at, away_team, home_team, commence_at, state)"
        " select payload_id, position + 1000, source, source_event_id, sport_key,"
        " observed_at + interval '1 hour', away_team, home_team,"
        " commence_at + case when home_team = %s then interval '40 days' else '0' end,"
        " case when home_team = %s then 'postponed' else 'scheduled' end"
        " from raw_data.games_raw where home_team in (%s, %s) and commence_at <= %s",
        moved, off, off, moved, before[1].commence_at,
    )  # fmt: skip
    after = known()
    gone = [game for game in before if game not in after]
    assert {game.home_team for game in gone} == {off, moved}
    assert doubted in {game.home_team for game in after}
    # what the gate has held says nothing
    ask("update ops.batches set state = 'held' where sport_key = %s", MLB)
    assert known() == []


def test_a_game_that_was_made_up_is_known_on_the_day_on_which_it_was_played(
    known_games, ask
) -> None:
    """Also when the day that was given up is asked about again, and still called off."""

    def teams(first: date, last: date) -> list[str]:
        with database.connect(known_games) as connection:
            return [game.home_team for game in past.known(connection, (MLB,), first, last)]

    played_on = FIRST + timedelta(days=40)
    team = teams(FIRST, FIRST)[0]
    ask(
        "insert into raw_data.games_raw (payload_id, position, source, source_event_id, sport_key,"
        " observed_at, away_team, home_team, commence_at, state, completed)"
        " select payload_id, position + word.place, source, source_event_id, sport_key,"
        " observed_at + word.later, away_team, home_team, commence_at + word.moved_by, word.state,"
        " word.state = 'final'"
        " from raw_data.games_raw, (values (1000, interval '40 days', interval '40 days', 'final'),"
        " (2000, '80 days', '0', 'postponed')) as word (place, later, moved_by, state)"
        " where home_team = %s and commence_at < '2026-04-10 10:00Z'",
        team,
    )
    assert team not in teams(FIRST, FIRST)
    assert teams(played_on, played_on) == [team]


def test_a_team_has_one_name_whatever_its_sources_call_it(known_games, ask) -> None:
    def teams(first: date, last: date) -> Counter[str]:
        with database.connect(known_games) as connection:
            games = past.known(connection, (MLB,), first, last)
        return Counter(name for game in games for name in (game.home_team, game.away_team))

    both_days = teams(FIRST, FIRST).keys() & teams(LAST, LAST).keys()
    name = min(both_days)
    ask(
        "insert into raw_data.games_raw (payload_id, position, source, source_event_id, sport_key,"
        " observed_at, away_team, home_team, commence_at)"
        " select payload_id, position + 1000, source, source_event_id, sport_key,"
        " observed_at + interval '1 hour', replace(away_team, %s, 'short'),"
        " replace(home_team, %s, 'short'), commence_at"
        " from raw_data.games_raw where sport_key = %s and commence_at < '2026-04-10 10:00Z'",
        name, name, MLB,
    )  # fmt: skip
    assert teams(FIRST, LAST)["short"] > 0 < teams(FIRST, LAST)[name]
    ask(
        "insert into ops.game_registry (source, source_event_id, sport_key, home_team_id,"
        " away_team_id, matched_by)"
        " select distinct on (1, 2) source, source_event_id, sport_key,"
        " case when home_team in (%s, 'short') then 'mlb_one' end,"
        " case when away_team in (%s, 'short') then 'mlb_one' end, 'a test'"
        " from raw_data.games_raw where sport_key = %s",
        name, name, MLB,
    )  # fmt: skip
    assert teams(FIRST, LAST)["short"] == 0 < teams(FIRST, LAST)[name]


@pytest.mark.slow
@pytest.mark.parametrize("when", ["between two steps", "landed and not written down"])
def test_killed_in_the_middle_it_goes_on_without_a_second_request(
    known_games, sandbox, ask, setting, when: str
) -> None:
    plan_id, made = plan(known_games, wish(share_pct=60.0, results=False))
    assert len(made.steps) >= 6
    before = used(sandbox)
    dies_itself = when.startswith("landed")
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(plan_id), *(["3"] if dies_itself else [])],
        env=os.environ
        | {
            "BACKFILL_PAUSE_SECONDS": "0.1" if dies_itself else "1.5",
            "PYTHONPATH": os.pathsep.join([str(PROJECT_ROOT / "include"), str(PROJECT_ROOT)]),
        },
    )
    if not dies_itself:
        deadline = time.monotonic() + 60
        while progress(known_games, plan_id).done < 3:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()
    assert process.wait(60) == -signal.SIGKILL
    stopped = progress(known_games, plan_id)
    assert stopped.state == "running"
    assert stopped.done == (2 if dies_itself else 3)
    assert before < used(sandbox) < before + made.cost
    done = execute(known_games, plan_id)
    assert done.found == (1 if dies_itself else 0)
    assert progress(known_games, plan_id).state == "done"
    assert used(sandbox) == before + made.cost
    landed = ask(
        "select request_key, count(*) from raw_data.collection_log"
        " where run_id = %s and outcome = 'landed' group by 1",
        run_key(plan_id, made.cost),
    )
    assert len(landed) == len(made.steps)
    assert {count for _, count in landed} == {1}


def test_it_waits_where_the_reserve_begins_and_goes_on_after_the_reset(
    known_games, sandbox
) -> None:
    """Credits are those of the month in which is asked, not of the one that is asked about."""
    plan_id, made = plan(known_games, wish(share_pct=60.0))
    sandbox.set_clock(datetime(2026, 5, 20, 12, tzinfo=UTC), frozen=True)
    sandbox.credits(quota=500, used=395)  # 20 are kept in reserve
    pipeline.land_feed(known_games, NBA, "events", "tells the quota")
    first = execute(known_games, plan_id)
    assert first.stopped and "credits are left" in first.stopped
    assert used(sandbox) == 395 + 2 * 30
    waiting = progress(known_games, plan_id)
    assert (waiting.state, waiting.note) == ("waiting", first.stopped)
    sandbox.set_clock(datetime(2026, 6, 1, 0, 1, tzinfo=UTC), frozen=True)
    second = execute(known_games, plan_id)
    assert second.stopped is None
    assert progress(known_games, plan_id).state == "done"
    assert used(sandbox) + 60 == made.cost


def test_the_file_can_be_read_edited_and_executed(known_games, sandbox, tmp_path) -> None:
    plan_id, made = plan(known_games, wish())
    from dataclasses import replace

    for name in ("plan.yaml", "plan.json"):
        write(replace(made, plan_id=plan_id), tmp_path / name)
        again = read(tmp_path / name)
        assert (again.steps, again.plan_id, again.cost) == (made.steps, plan_id, made.cost)
    document = yaml.safe_load((tmp_path / "plan.yaml").read_text())
    assert len(document["games"]) == made.about["games_selected"]
    odds = [one for one in document["requests"] if one["feed"] == "historical_odds"]
    document["requests"].remove(odds[0])
    odds[1]["params"]["date"] = "2026-04-10T01:00:00Z"
    odds[1]["credits"] = 0  # said, not believed
    (tmp_path / "edited.yaml").write_text(yaml.safe_dump(document))
    edited = read(tmp_path / "edited.yaml")
    assert edited.cost == made.cost - 30
    with database.connect(known_games) as connection:
        store.edit(connection, plan_id, edited)
    done = execute(known_games, plan_id)
    assert done.failed == []
    assert used(sandbox) == edited.cost
    assert progress(known_games, plan_id).steps == len(made.steps) - 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "no list `requests`"),
        ("requests: [1]", "request 1 is not a mapping"),
        ("requests: [{source: the_odds_api, feed: historical_odds}]", "has no path, month"),
        ("requests: [{source: x, feed: y, path: /z, month: 2026-04-01}]", "no source reads"),
        ("requests: [{source: x, feed: y, path: /z, month: soon}]", "month is a date"),
        (
            "requests: [{source: sbro, feed: sbro_nba, path: /z, month: 2026-04-01}]",
            "request 1: sbro sbro_nba comes in files and cannot be asked",
        ),
        (
            "requests: [{source: espn, feed: scoreboard, path: /z, month: 2026-04-01, games: x}]",
            "request 1: games is a whole number",
        ),
        ("{", "cannot be read"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_its_place(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(PlanFileError, match=complaint):
        read(tmp_path / "plan.yaml")


def test_a_file_that_is_no_text_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(bytes(range(256)))
    with pytest.raises(PlanFileError, match=r"plan\.yaml cannot be read"):
        read(tmp_path / "plan.yaml")


def test_a_plan_that_cannot_go_on_leaves_the_turn_to_the_next(warehouse, no_pause, sandbox) -> None:
    """One whose request nobody can send, as from before that was refused; then one that credits do
    not allow; then one that is free."""
    month = FIRST.replace(day=1)
    nobodys = Step(Request("sbro", "sbro_nba", "/x", sport_key=NBA), month, 0)
    at = datetime(2026, 4, 9, 22, 55, tzinfo=UTC)
    dear = Step(SOURCE.historical_odds_request(NBA, at), month, 30)
    with database.connect(warehouse) as connection:
        stuck = store.save(connection, BackfillPlan((nobodys,)))
        poor = store.save(connection, BackfillPlan((dear,)))
    free, made = plan(warehouse, Wish(FIRST, FIRST, (NBA,)))
    sandbox.credits(quota=500, used=475)
    pipeline.land_feed(warehouse, NBA, "events", "tells the quota")
    with database.connect(warehouse) as connection:
        for plan_id in (stuck, poor, free):
            store.set_state(connection, plan_id, "running")
    told = runs.fetch(warehouse, None)
    assert (told["plan_ids"], told["sent"]) == ([stuck, poor, free], len(made.steps))
    assert "no source 'sbro' is asked over HTTP" in told["failed"][0]
    assert told["failed"][1].startswith(f"backfill {poor} waits: 25 credits are left")
    states = [progress(warehouse, plan_id).state for plan_id in (stuck, poor, free)]
    assert states == ["waiting", "waiting", "done"]
    assert len(runs.undecided(warehouse, told["plan_ids"])) == told["sent"]
    # given up: its file without what is left
    with database.connect(warehouse) as connection:
        store.edit(connection, stuck, BackfillPlan(()))
    execute(warehouse, stuck)
    assert progress(warehouse, stuck).state == "done"


def test_a_plan_that_an_error_of_ours_breaks_off_waits_and_says_so(warehouse, no_pause) -> None:
    plan_id, made = plan(warehouse, Wish(FIRST, FIRST, (NBA,)))

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        execute(warehouse, plan_id, after_month=fails)
    broken = progress(warehouse, plan_id)
    assert (broken.state, broken.done) == ("waiting", len(made.steps))
    assert broken.note and "ZeroDivisionError" in broken.note


def test_one_moment_serves_all_games_near_it() -> None:
    start = datetime(2026, 4, 9, 23, 10, tzinfo=UTC)
    games = [
        PastGame(MLB, date(2026, 4, 9), start + timedelta(minutes=late), f"a{late}", f"h{late}")
        for late in (0, 2, 4, 30)
    ]
    assert moments(games, [0.0]) == {
        (MLB, start - timedelta(minutes=5)): 3,
        (MLB, start + timedelta(minutes=25)): 1,
    }
    old = datetime(2021, 4, 9, 23, 17, tzinfo=UTC)
    assert on_the_grid(old) == old.replace(minute=10)
    too_old = PastGame(MLB, date(2019, 4, 9), datetime(2019, 4, 9, 23, tzinfo=UTC), "a", "h")
    assert moments([too_old], [0.0]) == {}


@pytest.mark.parametrize(
    ("source", "sport_key", "requests"),
    [
        ("goalserve", NBA, 3),
        ("goalserve", MLB, 3),
        ("nba_stats", NBA, 9),
        ("mlb_stats_api", MLB, 3),
    ],
)
def test_other_sources_are_fetched_month_by_month(
    warehouse, no_pause, ask, source: str, sport_key: str, requests: int
) -> None:
    plan_id, made = plan(
        warehouse,
        Wish(date(2026, 2, 1), date(2026, 4, 10), (sport_key,), source=source),
    )
    assert (len(made.steps), made.cost) == (requests, 0)
    assert [f"{month:%Y-%m}" for month in made.per_month()] == ["2026-02", "2026-03", "2026-04"]
    done = execute(warehouse, plan_id)
    assert (done.sent, done.failed) == (requests, [])
    ((games,),) = ask("select count(distinct source_event_id) from raw_data.games_raw")
    assert games > 50


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"last": date(2026, 4, 1)}, "before the first"),
        ({"share_pct": 0.0}, "per cent"),
        ({"number": 0}, "at least one"),
        ({"hours": ()}, "0 or more"),
        ({"source": "nobody"}, "no source 'nobody'"),
        ({"source": "goalserve", "feed": "gossip"}, "no feed gossip"),
    ],
)
def test_what_cannot_be_planned_is_said(warehouse, change: dict, complaint: str) -> None:
    from dataclasses import replace

    with database.connect(warehouse) as connection, pytest.raises(WishError, match=complaint):
        making.make(warehouse, connection, replace(wish(), **change))


def test_the_same_wish_makes_the_same_plan(known_games) -> None:
    _, one = plan(known_games, wish(selection=Selection.RANDOM, seed=3))
    _, two = plan(known_games, wish(selection=Selection.RANDOM, seed=3))
    assert one == two
