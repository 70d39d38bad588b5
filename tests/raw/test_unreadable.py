"""Answers that cannot be read: asked for again soon, and ever less often while they stay so."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from linehouse import database
from linehouse.landing import land_source
from linehouse.landing.due import AGAIN, due_feeds
from linehouse.settings import Mode
from linehouse.sources import registry
from linehouse.sources.feeds import cadence
from tests.raw.conftest import Answer, Upstream, rows

NBA = "basketball_nba"
BEGINS = datetime(2026, 11, 20, 15, tzinfo=UTC)
EVERY = AGAIN
HTML = b"<html><body>We will be back soon</body></html>"
INJURIES = b'{"timestamp": "2026-11-20T15:00:00Z", "status": "success", "injuries": []}'


def run(mode: Mode, upstream: Upstream, now: datetime, body: bytes) -> list[str]:
    """What a scheduled run does that gets this answer for everything."""
    due = due_feeds(mode, "espn", NBA, now)
    upstream.play(Answer(body, headers={"x-sandbox-now": now.isoformat()}))
    land_source(mode, "espn", f"run {now}", sports=[NBA], among=due, now=now)
    return due


def test_what_could_not_be_read_is_asked_for_by_the_next_run(
    raw_database: Mode, upstream: Upstream
) -> None:
    assert "injuries" in run(raw_database, upstream, BEGINS, HTML)
    assert rows(raw_database, "select count(*) from ops.batches where parse_error is null") == [
        (0,)
    ]
    assert due_feeds(raw_database, "espn", NBA, BEGINS + timedelta(minutes=2)) == []
    assert "injuries" in run(raw_database, upstream, BEGINS + EVERY, INJURIES)
    (error,) = rows(
        raw_database,
        "select parse_error from ops.batches where feed = 'injuries' order by observed_at desc",
    )[0]
    assert error is None
    assert "injuries" not in due_feeds(raw_database, "espn", NBA, BEGINS + timedelta(hours=10))
    assert "injuries" in due_feeds(raw_database, "espn", NBA, BEGINS + timedelta(hours=12))
    with database.connect(raw_database) as connection:
        connection.execute("update ops.batches set state = 'held' where feed = 'injuries'")
    assert "injuries" in due_feeds(raw_database, "espn", NBA, BEGINS + timedelta(hours=1))


def test_one_that_never_sends_anything_readable_is_asked_ever_less_often(
    raw_database: Mode, upstream: Upstream
) -> None:
    every = cadence(registry.get("espn"), "injuries")
    run(raw_database, upstream, BEGINS - every, INJURIES)
    asked = []
    pause = 2 * EVERY
    for step in range(4 * int(every / pause)):  # two days
        now = BEGINS + step * pause
        if "injuries" in due_feeds(raw_database, "espn", NBA, now):
            run(raw_database, upstream, now, HTML)
            asked.append(now)
    pauses = [later - before for before, later in pairwise(asked)]
    assert pauses[0] == pause and pauses == sorted(pauses)
    assert pauses[-1] >= 0.9 * every
    assert len(asked) <= 11
