"""Halves and innings over the warehouse: asked game by game, as the plan says."""

from datetime import UTC, datetime, timedelta

from linehouse.scheduling import decision, event_odds, runs
from linehouse.scheduling.work import Work
from tests.fixtures.sandbox import FIRST_MOMENT

MLB = "baseball_mlb"


def decide(mode, now: datetime) -> decision.Decision:
    with decision.connect(mode) as connection:
        return decision.decide(connection, now, Work.ODDS)


def test_halves_are_asked_game_by_game_as_the_plan_says(
    warehouse, land, ask, setting, sandbox
) -> None:
    setting(MARKETS="h2h,h2h_1st_5_innings")
    assert event_odds.sports() == (MLB,)
    land(MLB, "odds", FIRST_MOMENT)
    (start,) = ask("select min(commence_at) from raw_data.games_raw where commence_at > %s",
                   FIRST_MOMENT)[0]  # fmt: skip
    now = start - timedelta(minutes=10)
    land(MLB, "odds", now)
    due = runs.due_events(warehouse, MLB)
    assert due and runs.due_feed(warehouse, MLB) is None
    event_odds.land_events(warehouse, MLB, "looks", due)
    ask("update ops.batches set state = 'accepted'")
    looked = ask(
        "select distinct market from raw_data.betting_lines_raw as line"
        " inner join ops.batches as batch on line.payload_id = batch.payload_id"
        " where batch.feed = 'event_odds' and %s",
        True,
    )
    assert looked == [("h2h_1st_5_innings",)]
    assert runs.due_events(warehouse, MLB) == []
    assert decide(warehouse, now).plan.per_tier()["closing"][1] > 0
    # half an hour later those that have not begun are due again
    sandbox.set_clock(now + timedelta(minutes=31), frozen=True)
    again = runs.due_events(warehouse, MLB)
    begun = ask(
        "select distinct source_event_id from raw_data.games_raw where commence_at <= %s",
        now + timedelta(minutes=31),
    )
    assert set(again).isdisjoint(event for (event,) in begun)


def test_halves_alone_never_go_to_the_list_of_odds(warehouse, land, setting, ask) -> None:
    setting(MARKETS="h2h_1st_5_innings", SPORTS=MLB)
    land(MLB, "odds", FIRST_MOMENT)
    evening = datetime(2026, 4, 18, 22, 55, tzinfo=UTC)
    land(MLB, "odds", evening)
    found = decide(warehouse, evening)
    assert {one.feed for one in found.wanted} == {"event_odds"}
    assert {fetch.feed for fetch in found.plan.fetches} == {"event_odds", "scores"}
    assert ask("select distinct feed from raw_data.collection_log") == [("events",)]
    assert runs.affordable_extra(warehouse, [MLB]) == []
