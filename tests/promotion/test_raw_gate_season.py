"""The raw gate over real series and a simulated season: nothing good is held, every fault is."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linehouse import archives
from linehouse.landing import FetchPolicy, land, land_payload
from linehouse.promotion import gate_raw
from linehouse.promotion.raw_gate import BatchVerdict
from linehouse.settings import Mode
from linehouse.sources.base import Request
from linehouse.sources.errors import SourceError
from linehouse.sources.the_odds_api.source import SOURCE
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

HASTY = FetchPolicy(read_seconds=5, backoff_seconds=0.01, retries=0)
SPORTS = ("baseball_mlb", "basketball_nba")
FAULTS = ("half_missing", "sides_swapped", "duplicate_rows", "renamed_field", "truncated", "html")
LAST_HOURS_OF_THE_FINALS = datetime.fromisoformat("2026-06-14T16:00:00+00:00")


def gate(batches: list[Any], now: datetime) -> list[BatchVerdict]:
    return gate_raw(Mode.SANDBOX, batches, now=now)


def fetch(request: Request, key: str) -> Any:
    landed = land(request, SOURCE, mode=Mode.SANDBOX, run_key=key, policy=HASTY)
    assert landed.batch_id is not None
    return landed.batch_id


@pytest.mark.parametrize(
    ("folder", "files"),
    [("payloads/the_odds_api/series_mlb_preseason", 40), ("archives/oddsapi_nba_daily", 45)],
)
def test_no_real_capture_is_held(
    fresh_database: Mode, real_data: Path, folder: str, files: int
) -> None:
    batches = [
        land_payload(payload, source, mode=fresh_database, run_key="real").batch_id
        for source, payload in archives.payloads(real_data / folder)
    ]
    verdicts = gate(batches, FIRST_MOMENT + timedelta(days=365))
    assert len(verdicts) == files
    assert [one.sentence for one in verdicts if not one.accepted] == []


@pytest.mark.parametrize("start", [FIRST_MOMENT, LAST_HOURS_OF_THE_FINALS])
def test_no_hour_of_the_season_is_held(
    fresh_database: Mode, sandbox: SandboxServer, start: datetime
) -> None:
    hours = int(os.environ.get("LINEHOUSE_TEST_HOURS", "18"))
    batches = []
    for hour in range(hours):
        now = sandbox.set_clock(start + timedelta(hours=hour), frozen=True)
        batches += [fetch(SOURCE.odds_request(sport), f"{hour}") for sport in SPORTS]
    verdicts = gate(batches, now)
    assert [one.sentence for one in verdicts if not one.accepted] == []
    history = [
        fetch(
            SOURCE.historical_odds_request(sport, start + timedelta(hours=h, minutes=30)), f"h{h}"
        )
        for h in range(0, hours - 1, 3)
        for sport in SPORTS
    ]
    assert [one.sentence for one in gate(history, now) if not one.accepted] == []


def test_every_fault_is_held(fresh_database: Mode, sandbox: SandboxServer) -> None:
    for hour in range(2):
        now = sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hour), frozen=True)
        batches = [fetch(SOURCE.odds_request(sport), f"{hour}") for sport in SPORTS]
        past = now - timedelta(days=2)
        batches += [fetch(SOURCE.historical_odds_request(s, past), f"{hour}") for s in SPORTS]
        assert all(one.accepted for one in gate(batches, now))
    let_in = []
    for number, kind in enumerate(FAULTS):
        now = sandbox.set_clock(now + timedelta(minutes=10), frozen=True)
        for sport in SPORTS:
            past = now - timedelta(days=2)
            for request in (
                SOURCE.odds_request(sport),
                SOURCE.historical_odds_request(sport, past + timedelta(minutes=5 * number)),
            ):
                sandbox.fault(kind)
                try:
                    batch = fetch(request, kind)
                except SourceError:  # it did not even land
                    continue
                finally:
                    sandbox.clear_faults()
                (verdict,) = gate([batch], now)
                if verdict.accepted:
                    let_in.append((kind, request.feed, sport))
                assert "\n" not in verdict.sentence
    assert let_in == []
