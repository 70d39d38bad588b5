"""Bad answers of an upstream, through Airflow's scheduler: nothing of them reaches a reader."""

import re
from datetime import timedelta

import pytest

from linehouse import database
from tests.fixtures.chain import ORDER, Chain
from tests.fixtures.sandbox import FIRST_MOMENT

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
HALF_AN_HOUR = timedelta(minutes=30)
FAULTS = {
    "renamed_field": "read as its schema says",
    "duplicate_rows": "named twice",
    "half_missing": "still listed|usual lines|usually answers",
    "sides_swapped": "same favourite|sides stay|books have them",
}
"""Fault of the upstream to words of the expectations that stop it, any of which may come first."""


def test_a_bad_batch_is_stopped_and_the_next_good_one_goes_through(chain: Chain) -> None:
    chain.renew()
    at = FIRST_MOMENT
    chain.through(at)
    before = chain.hashes()
    runs = chain.count_runs()
    chain.sandbox.fault("bad_key", path="/scores")  # so that each run lands nothing but odds
    for number, (kind, words) in enumerate(FAULTS.items(), start=1):
        at += HALF_AN_HOUR
        chain.sandbox.fault(kind, path="/odds", count=2)  # two sports
        (ended,) = chain.follow(chain.land(at))

        assert ended.state == "failed"
        states = {task.task_id: task.state for task in ended.tasks if task.task_id != "land"}
        assert states == {"gate_raw": "failed", "report_held": "failed"}, kind
        assert chain.hashes() == before, kind
        assert chain.count_runs() == runs | {ORDER[0]: runs[ORDER[0]] + number}, kind
        verdicts = chain.ask(
            "select state_reason from ops.batches where state = 'held' and observed_at = %s", at
        )
        assert len(verdicts) == 2, kind
        for (verdict,) in verdicts:
            assert re.search(words, verdict), verdict
            assert re.search(r"\d+ (of \d+ )?(\w+ )*rows?", verdict) and "e.g. " in verdict
            assert verdict.endswith(").") and "\n" not in verdict
        with chain.running.client() as client:
            assert verdicts[0][0] in str(client.failure_of(ended)), "the run's log says it too"
    chain.sandbox.clear_faults()
    with database.connect(chain.mode, "owner") as connection:  # as if its hour had gone by
        connection.execute(
            "update raw_data.collection_log set ask_again_at = now() - interval '1s'"
            " where ask_again_at is not null"
        )
    chain.through(at + HALF_AN_HOUR)
    assert chain.hashes() != before
    ((held, seen),) = chain.ask(
        "select count(*), (select max(last_observed_at) from staging.betting_lines)"
        " from ops.batches where state = 'held'"
    )
    assert (held, seen) == (2 * len(FAULTS), at + HALF_AN_HOUR)
