"""A batch is judged by when it landed: it does not grow old while it waits or is parsed again."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from slate import BOOKS, NOON, Warehouse, events

from linehouse.landing import land_payload, reparse
from linehouse.promotion import gate_raw
from linehouse.settings import Mode
from linehouse.sources.base import Payload
from linehouse.sources.the_odds_api.source import SOURCE

WEEK = timedelta(days=7)


def test_batches_that_waited_for_a_week_are_accepted(warehouse: Warehouse) -> None:
    batches = [warehouse.land(NOON + timedelta(hours=hour)) for hour in range(3)]
    verdicts = gate_raw(warehouse.mode, batches, now=NOON + WEEK)
    assert [verdict.accepted for verdict in verdicts] == [True] * 3


@pytest.mark.parametrize("later", [WEEK, -WEEK])
def test_old_batches_that_are_parsed_again_are_accepted(
    warehouse: Warehouse, later: timedelta
) -> None:
    for hour in range(3):
        warehouse.take_in(NOON + timedelta(hours=hour))
    again = reparse(warehouse.mode)
    verdicts = gate_raw(warehouse.mode, again, now=NOON + later)
    assert [verdict.accepted for verdict in verdicts] == [True] * 3


def land_live(observed_at: datetime) -> object:
    payload = Payload(
        source="the_odds_api",
        feed="odds",
        body=json.dumps(events()).encode(),
        observed_at=observed_at,
        sport_key="baseball_mlb",
        params={
            "oddsFormat": "american",
            "markets": "h2h,spreads,totals",
            "bookmakers": ",".join(BOOKS),
        },
    )
    return land_payload(payload, SOURCE, mode=Mode.LIVE, run_key="test").batch_id


def test_live_the_time_of_landing_counts(fresh_live_database: Mode) -> None:
    now = datetime.now(UTC)
    ages = (timedelta(0), timedelta(hours=25), timedelta(hours=-1))
    batches = [land_live(now - age) for age in ages]
    verdicts = {one.batch_id: one for one in gate_raw(Mode.LIVE, batches, now=now + WEEK)}
    assert [verdicts[batch].accepted for batch in batches] == [True, False, False]
    assert "of its time when it landed" in verdicts[batches[1]].sentence
