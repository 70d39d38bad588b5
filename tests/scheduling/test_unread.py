"""Paid answers that cannot be read: asked for again while the money lasts, and not for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from linehouse import database, pipeline
from linehouse.scheduling import decision, event_odds
from linehouse.scheduling.decision import Decision, Wanted
from linehouse.scheduling.unread import AGAIN, TRIES, counted
from linehouse.scheduling.work import Work
from linehouse.settings import Mode
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

MLB = "baseball_mlb"
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def decide(mode: Mode, now: datetime, work: Work = Work.ODDS, **more) -> Decision:
    with decision.connect(mode) as connection:
        return decision.decide(connection, now, work, **more)


def ago(*minutes: float) -> list[datetime]:
    return [NOW - each * MINUTE for each in minutes]


@pytest.mark.parametrize(
    ("told", "unread", "counts", "again"),
    [
        (None, [], None, None),
        (60, [], 60, None),
        (60, [90, 91], 60, None),
        (60, [1], 1, -1),
        (60, [2], 60, None),
        (None, [1], 1, -1),
        (None, [2], None, None),
        (60, [3, 5], 3, -1),
        (60, [4, 6], 60, None),
        (60, [4, 8, 10], 4, None),
        (60, [50, 54, 56, 58], 50, None),
    ],
)
def test_the_third_in_a_row_counts_as_a_fetch(
    told: float | None, unread: list[float], counts: float | None, again: float | None
) -> None:
    def at(minutes: float | None) -> datetime | None:
        return None if minutes is None else NOW - minutes * MINUTE

    assert counted(at(told), ago(*unread), NOW) == (at(counts), at(again))


def test_a_closing_fetch_that_cannot_be_read_is_made_again_before_the_start(
    warehouse, land, sandbox: SandboxServer, setting, ask
) -> None:
    setting(SPORTS=MLB)
    land(MLB, "odds", FIRST_MOMENT)
    ((start,),) = ask("select min(commence_at) from raw_data.games_raw where commence_at > %s",
                      FIRST_MOMENT)  # fmt: skip
    now = start - 10 * MINUTE
    before = decide(warehouse, now)
    assert [one.feed for one in before.wanted] == ["odds"]
    sandbox.fault("html", upstream="the_odds_api", count=1)
    land(MLB, "odds", now)
    soon = now + timedelta(seconds=30)
    waits = decide(warehouse, soon, assumed=dict.fromkeys(before.wanted, now - MINUTE))
    assert waits.wanted == () and waits.next_at == now + AGAIN
    again = decide(warehouse, now + AGAIN, assumed=dict.fromkeys(before.wanted, now - MINUTE))
    assert [one.feed for one in again.wanted] == ["odds"]
    land(MLB, "odds", now + AGAIN)
    assert decide(warehouse, now + AGAIN).wanted == ()


def spend(mode: Mode, sandbox: SandboxServer, begins: datetime, hours: float) -> list[Wanted]:
    """What the schedule of odds asks in so many hours, each request at its moment."""
    now, asked = begins, []
    while now < begins + timedelta(hours=hours):
        sandbox.set_clock(now, frozen=True)
        found = decide(mode, now)
        for one in found.wanted:
            asked.append(one)
            if one.event_id is not None:
                event_odds.land_events(mode, one.sport_key, f"{now}", [one.event_id])
            else:
                pipeline.land_feed(mode, one.sport_key, one.feed, f"{now}")
        now = max(decide(mode, now).next_at, now + MINUTE)
    return asked


def test_a_schema_that_has_changed_costs_two_more_fetches_and_two_more_looks_at_a_game(
    warehouse, land, sandbox: SandboxServer, setting
) -> None:
    setting(SPORTS=MLB, MARKETS="h2h,h2h_1st_5_innings")
    begins = FIRST_MOMENT + timedelta(hours=4)
    asked: dict[str, list[Wanted]] = {}
    for how in ("well", "drifted"):
        sandbox.reset()
        sandbox.set_clock(FIRST_MOMENT, frozen=True)
        pipeline.land_feed(warehouse, MLB, "odds", how)
        if how == "drifted":
            sandbox.fault("html", upstream="the_odds_api")
        asked[how] = spend(warehouse, sandbox, begins, 1.2)
        with database.connect(warehouse, "owner") as connection:
            for table in ("games_raw", "payload_events", "odds_api_responses", "collection_log"):
                connection.execute(f"truncate raw_data.{table} cascade")
            connection.execute("truncate ops.batches cascade")
    tables, looks = (
        {how: [one for one in asked[how] if one.feed == feed] for how in asked}
        for feed in ("odds", "event_odds")
    )
    assert 1 < len(tables["well"]) < len(tables["drifted"]) <= len(tables["well"]) + TRIES - 1
    for event in {one.event_id for one in looks["well"]}:
        times = {how: sum(one.event_id == event for one in looks[how]) for how in looks}
        assert times["drifted"] <= times["well"] + TRIES - 1, times
    assert len(looks["drifted"]) > len(looks["well"]) > 3
