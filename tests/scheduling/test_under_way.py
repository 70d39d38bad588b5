"""A run that is under way counts for what it asks, and for nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from linehouse.scheduling.calendar import ODDS_SOURCE, Calendar, KnownGame
from linehouse.scheduling.decision import Decision, Wanted, decide_on
from linehouse.scheduling.quota import Quota
from linehouse.scheduling.states import State
from linehouse.scheduling.work import Work
from linehouse.settings import Settings

MLB = "baseball_mlb"
RAN_AT = datetime(2026, 7, 10, 22, 57, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST_START = RAN_AT + 8 * MINUTE
CREDITS = Quota(500, 300, datetime(2026, 8, 1, tzinfo=UTC), RAN_AT)
SETTINGS = Settings(sports=(MLB,), _env_file=None)  # type: ignore[call-arg]


def calendar(now: datetime, last: datetime) -> Calendar:
    """A game a day; odds and list were asked last at `last`."""
    games = [
        KnownGame(
            MLB, FIRST_START + timedelta(days=day), "H", "A", State("scheduled", ""),
            ((ODDS_SOURCE, f"e{day}"),), None, True,
        )
        for day in range(7)
    ]  # fmt: skip
    told = {MLB: last}
    return Calendar(now, games, dict(told), asked_at=dict(told), usual_games={MLB: 15.0})


def decide(now: datetime, last: datetime, assumed: dict[Wanted, datetime]) -> Decision:
    return decide_on(calendar(now, last), CREDITS, Work.ODDS, SETTINGS, assumed)


def test_a_run_for_the_free_list_leaves_the_closing_fetch_where_it_is() -> None:
    last = RAN_AT - timedelta(hours=6, minutes=10)
    run = decide(RAN_AT, last, {})
    assert [one.feed for one in run.wanted] == ["events"]
    closing = min(fetch.at for fetch in run.plan.fetches)
    assert closing <= FIRST_START
    soon = RAN_AT + timedelta(seconds=20)
    under_way = decide(soon, last, dict.fromkeys(run.wanted, RAN_AT))
    assert under_way.wanted == ()
    assert under_way.next_at == closing
    then = decide(closing, last, dict.fromkeys(run.wanted, RAN_AT))
    assert [one.feed for one in then.wanted] == ["odds"]


def test_a_run_for_odds_is_a_list_too_and_one_for_scores_is_neither() -> None:
    last = RAN_AT - timedelta(days=1)
    odds = Wanted(MLB, "odds", "closing", 3, "its start is near")
    known = calendar(RAN_AT, last)
    decide_on(known, CREDITS, Work.ODDS, SETTINGS, {odds: RAN_AT})
    assert (known.fetched_at, known.asked_at) == ({MLB: RAN_AT}, {MLB: RAN_AT})
    known = calendar(RAN_AT, last)
    look = replace(odds, feed="event_odds", event_id="e0")
    decide_on(known, CREDITS, Work.ODDS, SETTINGS, {look: RAN_AT})
    assert (known.fetched_at, known.asked_at) == ({MLB: last}, {MLB: last})
    assert known.looked_at == {"e0": RAN_AT}
    known = calendar(RAN_AT, last)
    decide_on(known, CREDITS, Work.SCORES, SETTINGS, {replace(odds, feed="scores"): RAN_AT})
    assert known.polled_at == {MLB: RAN_AT} and known.fetched_at == {MLB: last}
