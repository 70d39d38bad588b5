"""What ESPN and MLB tell goes through the real landing and the raw gate into a real database."""

from datetime import timedelta
from typing import Any

import pytest

from linehouse import database
from linehouse.landing import FetchPolicy, land
from linehouse.promotion.raw_gate import BatchVerdict, gate_raw
from linehouse.settings import Mode
from linehouse.sources.base import Asking, HttpSource, KnownEvent
from linehouse.sources.errors import (
    AccessRefusedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.espn.source import SOURCE as ESPN
from linehouse.sources.mlb_stats_api.source import SOURCE as MLB
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

HASTY = FetchPolicy(read_seconds=20, retries=0)
NBA_SPORT, MLB_SPORT = "basketball_nba", "baseball_mlb"


def rows(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with database.connect(Mode.SANDBOX) as connection:
        return connection.execute(query, parameters).fetchall()


def fetch(
    source: HttpSource, asking: Asking, run: str, feed: str | None = None
) -> list[BatchVerdict]:
    """Land what the source asks, and have it judged."""
    landed = [
        land(request, source, mode=Mode.SANDBOX, run_key=run, policy=HASTY)
        for request in source.requests(asking, feed)
    ]
    return gate_raw(Mode.SANDBOX, [one.batch_id for one in landed])


def at(sandbox: SandboxServer, hours: float = 0.0, sport: str = MLB_SPORT) -> Asking:
    moment = sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
    return Asking(sport, moment, FIRST_MOMENT.date())


def test_a_day_of_both_sources_is_accepted(fresh_database: Mode, sandbox: SandboxServer) -> None:
    """Every ninety minutes from before the first game to after most of them."""
    verdicts: list[BatchVerdict] = []
    for number in range(0, 30, 3):
        for sport in (NBA_SPORT, MLB_SPORT):
            verdicts += fetch(ESPN, at(sandbox, number / 2, sport), f"espn {number}")
        verdicts += fetch(MLB, at(sandbox, number / 2), f"mlb {number}")
    assert [one.sentence for one in verdicts if not one.accepted] == []
    assert len(verdicts) > 40
    assert rows("select count(*) from ops.batches where cardinality(drift) > 0") == [(0,)]
    counts = dict(
        rows(
            "select source || ' ' || feed, count(*) from ops.batches where row_count > 0"
            " group by 1 order by 1"
        )
    )
    assert counts.keys() == {
        *("espn injuries", "espn scoreboard"),
        *("mlb_stats_api schedule", "mlb_stats_api standings", "mlb_stats_api teams"),
    }
    ((prices,),) = rows("select count(*) from raw_data.betting_lines_raw where bookmaker = '100'")
    ((hurt,),) = rows("select count(*) from raw_data.injuries_raw where source = 'espn'")
    ((clubs,),) = rows("select count(distinct team) from raw_data.team_stats_raw")
    assert prices > 1000 and hurt > 100 and clubs == 30
    ((finished,),) = rows(
        "select count(distinct source_event_id) from raw_data.games_raw"
        " where source = 'mlb_stats_api' and completed and game_date_et = '2026-04-18'"
    )
    assert finished >= 10


def test_feeds_of_running_games_are_asked_and_accepted(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    asking = at(sandbox, 4)
    fetch(MLB, asking, "run", "schedule")
    events = tuple(
        KnownEvent(event, MLB_SPORT, start, day, state)
        for event, start, day, state in rows(
            "select source_event_id, commence_at, game_date_et, state from raw_data.games_raw"
            " where game_date_et = '2026-04-18'"
        )
    )
    live = [event for event in events if event.state == "live"]
    verdicts = fetch(MLB, Asking(MLB_SPORT, asking.now, asking.day_et, events), "run", "live_feed")
    assert len(verdicts) >= len(live) > 0
    assert all(one.accepted for one in verdicts)
    assert rows(
        "select count(*), count(distinct source_event_id) from raw_data.team_stats_raw"
        " where scope = 'game'"
    ) == [(2 * len(verdicts), len(verdicts))]


@pytest.mark.parametrize(
    ("kind", "source", "feed", "broken"),
    [
        ("half_missing", ESPN, "scoreboard", "games of the slate"),
        ("half_missing", MLB, "schedule", "games of the slate"),
        ("duplicate_rows", ESPN, "scoreboard", "named twice"),
        ("renamed_field", ESPN, "scoreboard", "read as its schema says"),
        ("renamed_field", MLB, "schedule", "read as its schema says"),
        ("truncated", MLB, "standings", "read as its schema says"),
        ("html", ESPN, "injuries", "read as its schema says"),
    ],
)
def test_a_bad_answer_is_held(
    fresh_database: Mode,
    sandbox: SandboxServer,
    kind: str,
    source: HttpSource,
    feed: str,
    broken: str,
) -> None:
    (good,) = fetch(source, at(sandbox), "good", feed)
    assert good.accepted
    sandbox.fault(kind, upstream=source.name)
    (bad,) = fetch(source, at(sandbox, 0.25), "bad", feed)
    assert not bad.accepted and broken in bad.sentence
    sandbox.clear_faults()
    (next_one,) = fetch(source, at(sandbox, 0.5), "next", feed)
    assert next_one.accepted


def test_sides_that_are_swapped_are_held(fresh_database: Mode, sandbox: SandboxServer) -> None:
    """Moneylines alone: the spread names the favourite."""
    moment = FIRST_MOMENT - timedelta(days=20)
    sandbox.set_clock(moment)
    asking = Asking(NBA_SPORT, moment, moment.date())
    (good,) = fetch(ESPN, asking, "good", "scoreboard")
    assert good.accepted
    sandbox.fault("sides_swapped", upstream="espn")
    sandbox.set_clock(moment + timedelta(minutes=10))
    (bad,) = fetch(ESPN, asking, "bad", "scoreboard")
    assert not bad.accepted and "name the same favourite" in bad.sentence


def test_lines_that_do_not_arrive_are_held(fresh_database: Mode, sandbox: SandboxServer) -> None:
    """The answer before is the measure; an answer about other days is none."""
    fetch(ESPN, at(sandbox), "good", "scoreboard")
    with database.connect(Mode.SANDBOX, "owner") as connection:
        # As if the answer before had brought three times as many lines of each game.
        connection.execute(
            "update raw_data.payload_events set lines_to = lines_from + 3 * (lines_to - lines_from)"
            " where source = 'espn' and lines_from is not null"
        )
    other_day = Asking(MLB_SPORT, FIRST_MOMENT, FIRST_MOMENT.date() + timedelta(days=1))
    at(sandbox, 0.25)
    (elsewhere,) = fetch(ESPN, other_day, "other day", "scoreboard")
    assert elsewhere.accepted
    (bad,) = fetch(ESPN, at(sandbox, 0.5), "bad", "scoreboard")
    assert not bad.accepted and "of the lines that they brought" in bad.sentence


def test_errors_are_raised_and_logged_by_their_type(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    errors: list[tuple[HttpSource, str, type[SourceError]]] = [
        (ESPN, "rate_limited", RateLimitedError),
        (ESPN, "bad_key", RateLimitedError),
        (ESPN, "server_error", UpstreamUnavailableError),
        (MLB, "rate_limited", RateLimitedError),
        (MLB, "bad_key", AccessRefusedError),
        (MLB, "server_error", UpstreamUnavailableError),
    ]
    for source, kind, error in errors:
        sandbox.clear_faults()
        sandbox.fault(kind, upstream=source.name)
        with pytest.raises(error):
            fetch(source, at(sandbox), f"{source.name} {kind}")
    assert rows("select source, error_type from raw_data.collection_log order by attempt_id") == [
        (source.name, error.__name__) for source, _, error in errors
    ]
    assert rows("select count(*) from ops.batches") == [(0,)]
