"""Each source in turn dead, hanging, and answering garbage, beside others: they fail alone.

The others land and are promoted, the run reports it, and its health says what is wrong.
"""

import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from linehouse import pipeline
from linehouse.database import connect
from linehouse.days import eastern_day
from linehouse.promotion import promote
from linehouse.serving import source_health
from linehouse.settings import Mode
from linehouse.sources.availability import http_source, http_sources
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

pytestmark = pytest.mark.slow

SOURCES = sorted(http_sources())
NO_HISTORY = eastern_day(FIRST_MOMENT) + timedelta(days=2)
TIMEOUT_SECONDS = 1.5
TURNS = 6
GARBAGE = "UnreadablePayloadError|the payload is read as its schema says"
KINDS = {
    "dead": ("server_error", "UpstreamUnavailableError"),
    "hanging": ("hang", "no answer in time|left alone until"),
    "garbage": ("html", GARBAGE),
}


def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connect(Mode.SANDBOX) as connection:
        return connection.execute(query, values or None).fetchall()


def accepted() -> set[str]:
    return {source for (source,) in ask("select source from ops.batches where state = 'accepted'")}


def promoted() -> set[str]:
    """Sources whose batches are part of a published promotion."""
    rows = ask(
        "select distinct b.source from ops.promotion_batches as p"
        " inner join ops.batches as b using (batch_id)"
        " inner join ops.promotions as done using (promotion_id)"
        " where done.state = 'published' and done.zone = 'staging' and b.in_force"
    )
    return {source for (source,) in rows}


def test_all_sources_land_and_are_promoted(fresh_database: Mode, sandbox: SandboxServer) -> None:
    landed = pipeline.land_all(fresh_database, NO_HISTORY, None, "run")
    assert landed["failed"] == [] and landed["off"] == {}
    assert set(landed["sources"]) == set(SOURCES)
    summary = pipeline.gate(fresh_database, landed["batch_ids"])
    assert summary.held == []
    for zone in ("staging", "curated"):
        assert promote(fresh_database, zone).state == "published"
    assert promoted() == set(SOURCES)
    health = {one.source: (one.state, one.sentence) for one in source_health.sources(Mode.SANDBOX)}
    assert health == dict.fromkeys(SOURCES, ("ok", ""))
    asked = source_health.landed_in(fresh_database, "run")
    assert {one["source"]: one["landed"] for one in asked} == {
        name: one["requests"] for name, one in landed["sources"].items()
    }


def at_fault_in(turn: int) -> dict[str, str]:
    """Sources and their faults, of every kind one or two; in all turns each source has each."""
    return {
        name: kind
        for number, name in enumerate(SOURCES)
        for place, kind in enumerate(sorted(KINDS))
        if (number + 2 * place) % TURNS == turn
    }


def test_every_source_has_every_fault_once() -> None:
    turns = [at_fault_in(turn) for turn in range(TURNS)]
    had = Counter(pair for turn in turns for pair in turn.items())
    assert had == Counter((name, kind) for name in SOURCES for kind in KINDS)
    assert all(len(SOURCES) - len(turn) >= 4 for turn in turns)


@pytest.mark.parametrize("turn", range(TURNS))
def test_sources_fail_alone(
    fresh_database: Mode, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    at_fault = at_fault_in(turn)
    for name, kind in at_fault.items():
        sandbox.fault(KINDS[kind][0], upstream=name, seconds=20)
        if kind == "hanging":  # a short time-out, so that the test is short
            source = http_source(name)
            monkeypatch.setattr(type(source), "timeout_seconds", TIMEOUT_SECONDS, raising=False)
            monkeypatch.setattr(type(source), "retries", 0, raising=False)
    others = set(SOURCES) - set(at_fault)
    landed = pipeline.land_all(fresh_database, NO_HISTORY, None, "run")
    for name, kind in at_fault.items():
        if kind == "hanging":
            feeds = len(http_source(name).payload_tables)
            assert landed["sources"][name]["seconds"] < feeds * TIMEOUT_SECONDS + 5
    # what failed is those sources, and the others are there
    assert {sentence.split(" ")[0] for sentence in landed["failed"]} <= set(at_fault)
    summary = pipeline.gate(fresh_database, landed["batch_ids"])
    assert accepted() == others
    assert promote(fresh_database, "staging").state == "published"
    assert promoted() == others
    # the run is red at its end
    with pytest.raises(pipeline.RequestsFailedError) as red:
        pipeline.report(landed["failed"], summary.held)
    assert all(name in str(red.value) for name in at_fault)
    # and their health says what is wrong, of them alone
    began = time.monotonic()
    health = {one.source: one for one in source_health.sources(fresh_database)}
    assert time.monotonic() - began < 10
    assert {one.source for one in health.values() if one.state != "ok"} == set(at_fault)
    for name, kind in at_fault.items():
        says = KINDS[kind][1].split("|")
        assert health[name].state == "wrong"
        assert any(words in health[name].sentence for words in says), health[name]
        assert health[name].last_success_at is None
        assert health[name].success_pct_24h == 0


def test_a_defect_of_one_source_fails_it_alone(
    fresh_database: Mode, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> list[Any]:
        raise RuntimeError("a mistake in the source")

    monkeypatch.setattr(type(http_source("espn")), "requests", broken)
    landed = pipeline.land_all(fresh_database, NO_HISTORY, None, "run", sources=["espn", "sbd"])
    assert landed["failed"] == ["espn: RuntimeError: a mistake in the source"]
    assert landed["sources"]["sbd"]["batches"] > 0
