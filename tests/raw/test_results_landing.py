"""Results and statistics land from the simulator over HTTP, and the raw gate judges them."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from linehouse import database
from linehouse.landing import FetchPolicy, LandingResult, land
from linehouse.landing.of_source import land_source
from linehouse.promotion.raw_gate import BatchVerdict, gate_raw
from linehouse.settings import Mode
from linehouse.sources.api_basketball import source as api_basketball
from linehouse.sources.base import Asking, HttpSource, KnownEvent, Request
from linehouse.sources.errors import (
    BadKeyError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.goalserve import source as goalserve
from linehouse.sources.nba_stats import source as nba_stats
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer
from tests.raw.conftest import rows

NBA, MLB = "basketball_nba", "baseball_mlb"
DAY = date(2026, 4, 10)
BASKETBALL, STATS, GOALSERVE = api_basketball.SOURCE, nba_stats.SOURCE, goalserve.SOURCE
HASTY = FetchPolicy(read_seconds=5, retries=0, sleep=lambda _: None)


def fetch(request: Request, source: HttpSource, run: str = "run") -> LandingResult:
    return land(request, source, mode=Mode.SANDBOX, run_key=run, policy=HASTY)


def gate(landed: Sequence[LandingResult]) -> dict[str, BatchVerdict]:
    verdicts = gate_raw(Mode.SANDBOX, [one.batch_id for one in landed if one.batch_id is not None])
    return {str(one.batch_id): one for one in verdicts}


def asking(sport: str, *events: KnownEvent) -> Asking:
    return Asking(sport, FIRST_MOMENT, DAY, events)


def test_every_feed_lands_and_is_accepted(raw_database: Mode, sandbox: SandboxServer) -> None:
    games = fetch(BASKETBALL.games_request(NBA, DAY), BASKETBALL)
    known = tuple(
        KnownEvent(event, NBA, at, DAY, state, home, away)
        for event, at, state, home, away in rows(
            raw_database,
            "select source_event_id, commence_at, state, details ->> 'home_team_id',"
            " details ->> 'away_team_id' from raw_data.games_raw",
        )
    )
    assert len(known) == games.event_count > 5
    landed = [games]
    for source, requests in (
        (BASKETBALL, BASKETBALL.requests(asking(NBA, *known))[1:]),
        (BASKETBALL, BASKETBALL.requests(asking(NBA), "season_statistics")[:2]),
        (BASKETBALL, BASKETBALL.requests(asking(NBA, *known), "head_to_head")[:2]),
        (STATS, STATS.requests(asking(NBA))),
        (STATS, STATS.requests(asking(NBA), "game_finder")),
        (GOALSERVE, [one for sport in (NBA, MLB) for one in GOALSERVE.requests(asking(sport))]),
    ):
        landed += [fetch(request, source) for request in requests]
    assert all((one.outcome, one.parse_error, one.drift) == ("landed", None, ()) for one in landed)
    verdicts = gate(landed)
    assert [one.sentence for one in verdicts.values() if not one.accepted] == []
    assert len(verdicts) == len(landed)
    counts = dict(
        rows(
            raw_database,
            "select source || ' ' || scope, count(*) from raw_data.team_stats_raw group by 1",
        )
    )
    assert counts["api_basketball game"] == 2 * len(known)
    assert counts["api_basketball standings"] == 30
    assert counts["api_basketball season_to_date"] == 2
    assert counts["api_basketball head_to_head"] >= 4
    assert counts["nba_stats game"] == 2460
    ((players, minutes),) = rows(
        raw_database,
        "select count(*), count(*) filter (where stats ->> 'minutes' ~ '^[0-9]+:[0-9]+$')"
        " from raw_data.player_stats_raw",
    )
    assert players == minutes > 15 * len(known)
    urls = rows(raw_database, "select url from raw_data.goalserve")
    assert len(urls) == 4 and all("/getfeed/" in url for (url,) in urls)
    assert not any("sandbox-goalserve" in url for (url,) in urls)


@pytest.mark.parametrize(
    ("kind", "source", "request_", "said"),
    [
        ("sides_swapped", BASKETBALL, BASKETBALL.games_request(NBA, DAY), None),
        ("sides_swapped", STATS, STATS.scoreboard_request(NBA, DAY), "points by period"),
        ("sides_swapped", GOALSERVE, GOALSERVE.scores_request(MLB, DAY), "points by period"),
        ("duplicate_rows", BASKETBALL, BASKETBALL.games_request(NBA, DAY), "named twice"),
        ("duplicate_rows", STATS, STATS.scoreboard_request(NBA, DAY), "named twice"),
        ("duplicate_rows", GOALSERVE, GOALSERVE.scores_request(NBA, DAY), "named twice"),
        ("half_missing", STATS, STATS.game_finder_request("2025-26"), "both"),
        ("duplicate_rows", STATS, STATS.game_finder_request("2025-26"), "named twice"),
        ("renamed_field", BASKETBALL, BASKETBALL.standings_request(NBA, "2025-26"), "read as its"),
        ("renamed_field", STATS, STATS.game_finder_request("2025-26"), "read as its"),
        ("truncated", GOALSERVE, GOALSERVE.schedule_request(NBA, first=DAY, last=DAY), "read as"),
        ("html", STATS, STATS.today_request(), "read as its"),
        ("extra_field", GOALSERVE, GOALSERVE.scores_request(MLB, DAY), None),
    ],
)
def test_spoiled_batches_are_held(
    raw_database: Mode,
    sandbox: SandboxServer,
    kind: str,
    source: HttpSource,
    request_: Request,
    said: str | None,
) -> None:
    sandbox.fault(kind, upstream=source.name)
    (verdict,) = gate([fetch(request_, source)]).values()
    # API-Basketball's sides carry their quarters with them, and an unknown field hurts nothing.
    assert verdict.accepted == (said is None), verdict.sentence
    assert said is None or said in verdict.sentence


def test_figures_that_are_named_twice_are_held(raw_database: Mode, sandbox: SandboxServer) -> None:
    fetch(BASKETBALL.games_request(NBA, DAY), BASKETBALL)
    ids = [
        event for (event,) in rows(raw_database, "select source_event_id from raw_data.games_raw")
    ]
    sandbox.fault("duplicate_rows", upstream="api_basketball")
    for request in (
        BASKETBALL.team_statistics_request(NBA, ids),
        BASKETBALL.player_statistics_request(NBA, ids),
    ):
        (verdict,) = gate([fetch(request, BASKETBALL)]).values()
        assert not verdict.accepted and "named twice" in verdict.sentence


def test_games_of_another_day_than_was_asked_for_are_held(
    raw_database: Mode, sandbox: SandboxServer
) -> None:
    fetch(BASKETBALL.games_request(NBA, DAY), BASKETBALL)
    ids = [
        event for (event,) in rows(raw_database, "select source_event_id from raw_data.games_raw")
    ]
    right = BASKETBALL.games_request(NBA, DAY)
    wrong = replace(right, params={"ids": "-".join(ids), "date": "2026-04-11"})
    (verdict,) = gate([fetch(wrong, BASKETBALL)]).values()
    assert not verdict.accepted and "day that was asked for" in verdict.sentence


@pytest.mark.parametrize(
    ("kind", "source", "request_", "error"),
    [
        ("bad_key", BASKETBALL, BASKETBALL.games_request(NBA, DAY), BadKeyError),
        ("out_of_credits", BASKETBALL, BASKETBALL.games_request(NBA, DAY), QuotaExhaustedError),
        ("rate_limited", BASKETBALL, BASKETBALL.games_request(NBA, DAY), RateLimitedError),
        ("server_error", GOALSERVE, GOALSERVE.scores_request(NBA), UpstreamUnavailableError),
        ("bad_key", GOALSERVE, GOALSERVE.scores_request(NBA), BadKeyError),
        ("server_error", STATS, STATS.today_request(), UpstreamUnavailableError),
    ],
)
def test_refusals_are_raised_as_what_they_are(
    raw_database: Mode,
    sandbox: SandboxServer,
    kind: str,
    source: HttpSource,
    request_: Request,
    error: type[SourceError],
) -> None:
    sandbox.fault(kind, upstream=source.name)
    with pytest.raises(error):
        fetch(request_, source)
    assert rows(raw_database, "select outcome, error_type from raw_data.collection_log") == [
        ("failed", error.__name__)
    ]
    # An answer that is an error is kept, though with 200, and is no batch.
    ((kept,),) = rows(raw_database, f"select count(*) from raw_data.{source.name}")
    ((batches,),) = rows(raw_database, "select count(*) from ops.batches")
    assert (kept, batches) == (1, 0)


def test_a_service_that_hangs_is_left_after_its_time(
    raw_database: Mode, sandbox: SandboxServer
) -> None:
    sandbox.fault("hang", upstream="nba_stats", seconds=8, count=1)
    began = time.monotonic()
    with pytest.raises(UpstreamUnavailableError):
        land(
            STATS.scoreboard_request(NBA, DAY),
            STATS,
            mode=Mode.SANDBOX,
            run_key="hang",
            policy=replace(HASTY, read_seconds=0.5),
        )
    assert time.monotonic() - began < 5


def test_keys_are_in_no_table_and_no_log(
    raw_database: Mode,
    sandbox: SandboxServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path_key, header_key = "sandbox-marked-5ec4e7b0d1f2", "sandbox-marked-438a9e6b7c8d"
    monkeypatch.setattr(goalserve, "SANDBOX_KEY", path_key)
    monkeypatch.setattr(api_basketball, "SANDBOX_KEY", header_key)
    with caplog.at_level(logging.DEBUG):
        landed = [
            fetch(GOALSERVE.scores_request(NBA), GOALSERVE),
            fetch(BASKETBALL.games_request(NBA, DAY), BASKETBALL),
        ]
        sandbox.fault("server_error")
        texts = []
        for request, source in (
            (GOALSERVE.scores_request(MLB), GOALSERVE),
            (BASKETBALL.standings_request(NBA, "2025-26"), BASKETBALL),
        ):
            with pytest.raises(UpstreamUnavailableError) as caught:
                fetch(request, source)
            texts.append(repr(caught.value) + repr(caught.value.__cause__))
    assert [one.outcome for one in landed] == ["landed", "landed"]
    with database.connect(raw_database, "owner") as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname in ('raw_data', 'ops')"
        ).fetchall()
        for (table,) in tables:
            texts += [str(row) for row in connection.execute(f"select t::text from {table} as t")]
        for table in ("goalserve", "api_basketball"):
            bodies = connection.execute(f"select body from raw_data.{table}").fetchall()
            texts += [bytes(body).decode("utf-8", "replace") for (body,) in bodies]
    everything = caplog.text + repr(landed) + "".join(texts)
    assert "/getfeed/" in everything
    for key in (path_key, header_key):
        assert key not in everything and key.removeprefix("sandbox-") not in everything


def test_a_run_asks_about_finished_games_what_the_list_named(
    raw_database: Mode, sandbox: SandboxServer
) -> None:
    landed = {
        name: land_source(Mode.SANDBOX, name, "run", sports=[NBA, MLB], day=DAY)
        for name in ("api_basketball", "nba_stats", "goalserve")
    }
    assert [one.failed for one in landed.values()] == [[], [], []]
    assert {name: one.requests for name, one in landed.items()} == {
        "api_basketball": 4,  # games, table, figures of teams and of players
        "nba_stats": 2,
        "goalserve": 4,
    }
    ((games, with_figures),) = rows(
        raw_database,
        "select count(distinct g.source_event_id), count(distinct p.source_event_id)"
        " from raw_data.games_raw as g left join raw_data.player_stats_raw as p"
        " on g.source = p.source and g.source_event_id = p.source_event_id"
        " where g.source = 'api_basketball'",
    )
    assert games == with_figures > 5
