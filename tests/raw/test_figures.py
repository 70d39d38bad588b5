"""Figures of events over an evening whose games end one after another, and the morning after it."""

from datetime import date, timedelta
from typing import Any

import pytest

from linehouse import database
from linehouse.landing import SourceLanding, land_source
from linehouse.landing.due import due_feeds
from linehouse.settings import Mode
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer
from tests.raw.conftest import Answer, Upstream, rows

NBA, MLB = "basketball_nba", "baseball_mlb"
EVENING = FIRST_MOMENT.date()
FIGURES = ("team_statistics", "player_statistics")


def scheduled(sandbox: SandboxServer, source: str, sport_key: str, hours: float) -> SourceLanding:
    """What a scheduled run does so many hours after the first moment (11 a.m. Eastern)."""
    now = sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
    due = due_feeds(Mode.SANDBOX, source, sport_key, now)
    landed = land_source(Mode.SANDBOX, source, f"{source} {hours}", sports=[sport_key], among=due)
    assert landed.failed == []
    return landed


def over(source: str, day: date) -> set[str]:
    """The events of a day that the source has told to be over."""
    found = rows(
        Mode.SANDBOX,
        "select distinct source_event_id from raw_data.games_raw where state = 'final'"
        f" and source = '{source}'"
        f" and (commence_at at time zone 'America/New_York')::date = '{day}'",
    )
    return {event for (event,) in found}


def told(source: str, feed: str) -> dict[str, int]:
    """The events that a feed has told of, each with the number of its batches."""
    with database.connect(Mode.SANDBOX) as connection:
        found: list[Any] = connection.execute(
            "select e.source_event_id, count(*) from raw_data.payload_events as e"
            " inner join ops.batches as b using (payload_id)"
            " where b.source = %s and b.feed = %s group by 1",
            [source, feed],
        ).fetchall()
    return dict(found)


def test_every_game_of_an_evening_has_its_figures_asked_once(
    raw_database: Mode, sandbox: SandboxServer
) -> None:
    seen: list[int] = []
    for hours in range(4, 13):  # until 11 p.m., then nobody asks before the morning
        scheduled(sandbox, "api_basketball", NBA, hours)
        seen.append(len(told("api_basketball", "player_statistics")))
        assert set(told("api_basketball", "team_statistics")) == over("api_basketball", EVENING)
    assert len(set(seen)) > 2, f"the games should end one after another: {seen}"
    before = seen[-1]

    scheduled(sandbox, "api_basketball", NBA, 23)  # 10 a.m.: the slate is the next day's
    ended = over("api_basketball", EVENING)
    assert len(ended) > before > 0, "the last games end while nobody asks"
    for feed in FIGURES:
        assert told("api_basketball", feed) == dict.fromkeys(ended, 1), feed
    again = scheduled(sandbox, "api_basketball", NBA, 24)
    assert {feed: told("api_basketball", feed) for feed in FIGURES} == {
        feed: dict.fromkeys(ended, 1) for feed in FIGURES
    }
    assert again.requests == 1, "the day's games alone"


def test_figures_that_were_held_are_asked_again_an_hour_later(
    raw_database: Mode, sandbox: SandboxServer
) -> None:
    scheduled(sandbox, "mlb_stats_api", MLB, 1)
    feeds = told("mlb_stats_api", "live_feed")
    ended = over("mlb_stats_api", EVENING) | over("mlb_stats_api", EVENING - timedelta(days=1))
    assert set(feeds) == ended and set(feeds.values()) == {1}
    one = min(ended)
    with database.connect(raw_database) as connection:
        connection.execute(
            "update ops.batches set state = 'held' where feed = 'live_feed' and payload_id in"
            " (select payload_id from raw_data.payload_events where source_event_id = %s)",
            [one],
        )
    scheduled(sandbox, "mlb_stats_api", MLB, 1.5)
    assert set(told("mlb_stats_api", "live_feed").values()) == {1}, "not at once"
    scheduled(sandbox, "mlb_stats_api", MLB, 2)
    assert {event for event, count in told("mlb_stats_api", "live_feed").items() if count == 2} == {
        one
    }


@pytest.mark.parametrize("body", [b'{"errors": [], "response": []}', b"<html>soon</html>"])
def test_figures_that_are_not_there_are_asked_for_a_few_times_and_no_more(
    raw_database: Mode, upstream: Upstream, body: bytes
) -> None:
    """Two games end an hour apart; their figures stay empty, or cannot be read, for two days."""
    ends = {"90001": FIRST_MOMENT, "90002": FIRST_MOMENT + timedelta(hours=1)}
    with database.connect(raw_database) as connection:
        for number, (event, ended_at) in enumerate(ends.items()):
            connection.execute(
                "insert into raw_data.games_raw (payload_id, position, source, source_event_id,"
                " sport_key, away_team, home_team, commence_at, observed_at, state)"
                " values (%s, 1, 'api_basketball', %s, %s, 'A', 'B', %s, %s, 'final')",
                [number, event, NBA, FIRST_MOMENT - timedelta(hours=2), ended_at],
            )
    asked: dict[str, list[int]] = {event: [] for event in ends}
    for hour in range(1, 40):
        now = FIRST_MOMENT + timedelta(hours=hour)
        upstream.play(Answer(body, headers={"x-sandbox-now": now.isoformat()}))
        land_source(raw_database, "api_basketball", f"{hour}", sports=[NBA], among=FIGURES, now=now)
        paths = [seen.path for seen in upstream.seen if "statistics/players" in seen.path]
        for event in ends:
            asked[event] += [hour] * sum(event in path for path in paths)
    assert asked == {"90001": [1, 2, 6, 22], "90002": [1, 2, 6, 22]}
