"""The end of a month through the warehouse and over HTTP, with the simulator counting credits."""

from datetime import UTC, datetime, timedelta

import pytest

from linehouse import pipeline
from linehouse.scheduling import decision
from linehouse.scheduling.work import Work
from tests.fixtures.sandbox import SandboxServer

BEGINS = datetime(2026, 4, 29, 14, tzinfo=UTC)
ENDS = datetime(2026, 5, 1, tzinfo=UTC)


def used(sandbox: SandboxServer) -> float:
    return sandbox.http.get("/__sandbox__/upstreams").json()["the_odds_api"]["used"]


def live(mode, sandbox: SandboxServer, ask, begins: datetime, ends: datetime) -> int:
    """What both schedules would do from one moment to another; returns the requests sent."""
    now, sent = begins, 0
    while now < ends:
        sandbox.set_clock(now, frozen=True)
        moments = [ends]
        for work in Work:
            asked: list[tuple[str, str]] = []
            while wanted := (found := decide(mode, now, work)).wanted:
                for one in wanted:
                    landed = pipeline.land_feed(mode, one.sport_key, one.feed, f"{work} {now}")
                    assert landed["outcome"] in ("landed", "duplicate")
                ask("update ops.batches set state = 'accepted' where state = 'landed'")
                asked += [(one.sport_key, one.feed) for one in wanted]
                assert len(set(asked)) == len(asked), "what was asked is not due again"
            sent += len(asked)
            moments.append(found.next_at)
        assert min(moments) > now
        now = min(moments)
    return sent


def decide(mode, now: datetime, work: Work) -> decision.Decision:
    with decision.connect(mode) as connection:
        return decision.decide(connection, now, work)


def begin(mode, sandbox: SandboxServer, spent: int) -> None:
    """The moment, with so many of 500 credits spent; the warehouse has been told."""
    sandbox.set_clock(BEGINS, frozen=True)
    pipeline.land_feed(mode, "baseball_mlb", "events", "the month has begun")
    sandbox.credits(quota=500, used=spent)
    pipeline.land_feed(mode, "baseball_mlb", "events", "the credits are told")


@pytest.mark.slow
def test_the_month_ends_inside_its_credits(warehouse, sandbox, ask) -> None:
    """Sixty credits for a day and a half of two leagues: twenty fetches, or fewer and results."""
    begin(warehouse, sandbox, 420)
    live(warehouse, sandbox, ask, BEGINS, ENDS)
    assert 420 + 40 <= used(sandbox) <= 480, "the reserve of twenty is untouched"
    refused = ask("select count(*) from raw_data.collection_log where outcome = 'failed'")
    assert refused == [(0,)]
    ((told,),) = ask(
        "select quota_used from raw_data.collection_log"
        " where quota_used is not null order by attempt_id desc limit 1"
    )
    assert told == used(sandbox)
    ((games, closing, near),) = ask(
        """
        with starts as (
            select distinct on (source_event_id) sport_key, source_event_id, commence_at
            from raw_data.games_raw
            where source = 'the_odds_api' and commence_at between %s and %s
            order by source_event_id, observed_at desc
        ),
        last_looks as (
            select starts.source_event_id, min(snapshot.hours_until_start) as hours
            from starts
            left join raw_data.snapshot_games as snapshot
                on
                    starts.source_event_id = snapshot.source_event_id
                    and snapshot.feed = 'odds'
                    and snapshot.hours_until_start > 0
            group by starts.source_event_id
        )
        select
            count(*),
            count(*) filter (where hours <= 0.5),
            count(*) filter (where hours <= 3)
        from last_looks
        """,
        BEGINS,
        ENDS,
    )
    print(
        f"\n{used(sandbox) - 420:.0f} of 60 credits for {games} games: {closing} with a snapshot in"
        f" their last 30 minutes, {near} in their last 3 hours"
    )
    assert games > 15
    assert closing >= 0.8 * games
    assert near >= 0.95 * games


def test_when_the_credits_are_gone_only_free_lists_are_asked_until_the_reset(
    warehouse, sandbox, ask
) -> None:
    begin(warehouse, sandbox, 481)
    live(warehouse, sandbox, ask, BEGINS, ENDS)
    assert used(sandbox) == 481
    feeds = ask("select distinct feed from raw_data.collection_log")
    assert feeds == [("events",)]
    after = ENDS + timedelta(minutes=5)
    sandbox.set_clock(after, frozen=True)
    found = decide(warehouse, after, Work.ODDS)
    assert found.quota.left == 500
    assert any(fetch.feed == "odds" for fetch in found.plan.fetches)
