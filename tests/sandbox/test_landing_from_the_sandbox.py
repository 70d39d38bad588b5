"""What the simulator serves goes through the real landing into a real database."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from linehouse import database
from linehouse.landing import FetchPolicy, land
from linehouse.promotion import gate_raw
from linehouse.settings import Mode
from linehouse.sources.base import Request
from linehouse.sources.errors import (
    BadKeyError,
    QuotaExhaustedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.the_odds_api.source import SOURCE
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

PATIENT = FetchPolicy(read_seconds=5, backoff_seconds=0.01)
HASTY = FetchPolicy(read_seconds=0.5, retries=0)


def rows(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with database.connect(Mode.SANDBOX) as connection:
        return connection.execute(query, parameters).fetchall()


def fetch(request: Request, run_key: str, policy: FetchPolicy = PATIENT) -> Any:
    return land(request, SOURCE, mode=Mode.SANDBOX, run_key=run_key, policy=policy)


def prices_in(events: list[dict[str, Any]]) -> int:
    return sum(
        len(market["outcomes"])
        for event in events
        for book in event["bookmakers"]
        for market in book["markets"]
    )


def test_odds_land_at_the_virtual_instant_with_every_price(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    shown = {sport: sandbox.odds(sport) for sport in ("basketball_nba", "baseball_mlb")}
    for sport, events in shown.items():
        landed = fetch(SOURCE.odds_request(sport), "first")
        assert landed.outcome == "landed" and landed.observed_at == FIRST_MOMENT
        assert (landed.event_count, landed.drift) == (len(events), ())
    assert rows("select count(*) from raw_data.betting_lines_raw") == [
        (sum(map(prices_in, shown.values())),)
    ]
    for markets, bookmakers in rows("select markets, bookmakers from raw_data.payload_coverage"):
        assert markets == ["h2h", "spreads", "totals"] and len(bookmakers) == 8
    assert rows("select quota_cost from raw_data.collection_log") == [(3,), (3,)]


def test_scores_and_history_land(fresh_database: Mode, sandbox: SandboxServer) -> None:
    scores = fetch(SOURCE.scores_request("baseball_mlb", 3), "run")
    then = FIRST_MOMENT - timedelta(days=1, minutes=2)
    past = fetch(SOURCE.historical_odds_request("baseball_mlb", then), "run")
    assert scores.outcome == past.outcome == "landed"
    assert past.observed_at == FIRST_MOMENT - timedelta(days=1, minutes=5)
    assert rows("select historical from ops.batches order by observed_at") == [(True,), (False,)]
    ((finished,),) = rows("select count(*) from raw_data.games_raw where completed")
    assert finished > 30


def test_a_busy_upstream_is_asked_again(fresh_database: Mode, sandbox: SandboxServer) -> None:
    for kind in ("rate_limited", "server_error"):
        sandbox.fault(kind, count=2)
        assert fetch(SOURCE.odds_request("basketball_nba"), kind).outcome in ("landed", "duplicate")
        outcomes = rows(
            "select outcome from raw_data.collection_log where run_id = %s order by attempt_id",
            kind,
        )
        assert [outcome for (outcome,) in outcomes[:2]] == ["failed", "failed"]
        assert len(outcomes) == 3


def test_other_failures_are_raised_as_what_they_are(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    errors: dict[str, type[SourceError]] = {
        "bad_key": BadKeyError,
        "out_of_credits": QuotaExhaustedError,
        "hang": UpstreamUnavailableError,
    }
    for kind, error in errors.items():
        sandbox.clear_faults()
        sandbox.fault(kind)
        with pytest.raises(error):
            fetch(SOURCE.odds_request("basketball_nba"), kind, HASTY)
    assert rows("select outcome, error_type from raw_data.collection_log order by attempt_id") == [
        ("failed", error.__name__) for error in errors.values()
    ]
    assert rows("select count(*) from ops.batches") == [(0,)]


def test_what_cannot_be_read_is_kept_without_rows(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    for kind, error in (
        ("html", "UnreadablePayloadError"),
        ("truncated", "UnreadablePayloadError"),
        ("renamed_field", "DriftedSchemaError"),
    ):
        sandbox.clear_faults()
        sandbox.fault(kind)
        landed = fetch(SOURCE.odds_request("basketball_nba"), kind)
        assert (landed.parse_error_type, landed.row_count) == (error, 0)
        ((kept,),) = rows(
            "select body_bytes from raw_data.odds_api_responses where payload_id = %s",
            landed.payload_id,
        )
        assert kept > 50
    sandbox.clear_faults()
    assert fetch(SOURCE.odds_request("basketball_nba"), "next").parse_error is None


def test_halves_past_events_and_sports_land_and_pass_the_gate(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    then = FIRST_MOMENT - timedelta(days=1)
    batches: list[Any] = []
    for sport in ("basketball_nba", "baseball_mlb"):
        later = FIRST_MOMENT + timedelta(hours=2)
        event = next(
            event["id"]
            for event in sandbox.odds(sport)
            if datetime.fromisoformat(event["commence_time"]) > later
        )
        landed = fetch(SOURCE.event_odds_request(sport, event), "run")
        assert (landed.event_count, landed.drift) == (1, ())
        assert landed.row_count > 30
        past = fetch(SOURCE.historical_event_odds_request(sport, event, then), "run")
        events = fetch(SOURCE.historical_events_request(sport, then), "run")
        assert past.observed_at == events.observed_at == then
        assert events.event_count > 10
        batches += [landed.batch_id, past.batch_id, events.batch_id]
    sports = fetch(SOURCE.sports_request(out_of_season=True), "run")
    assert (sports.outcome, sports.event_count, sports.parse_error) == ("landed", 0, None)
    batches.append(sports.batch_id)
    verdicts = gate_raw(fresh_database, batches, now=FIRST_MOMENT)
    assert len(verdicts) == 7
    assert [one.sentence for one in verdicts if not one.accepted] == []
    markets = {market for (market,) in rows("select market from raw_data.betting_lines_raw")}
    assert {"h2h_h1", "totals_h1", "spreads_1st_5_innings"} <= markets
    known = {market for (market,) in rows("select source_market from reference.markets")}
    assert markets <= known, "each is a market that is read"
