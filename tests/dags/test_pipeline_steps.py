"""Steps that DAGs and commands share."""

from datetime import date

from linehouse import pipeline
from linehouse.settings import Mode
from tests.fixtures.sandbox import SandboxServer


def test_days_of_a_whole_run_say_what_is_fetched_and_what_it_landed_is_promoted() -> None:
    day = date(2026, 4, 17)
    assert pipeline.scope_of(day, day, whole_pipeline=True) == "pending"
    assert pipeline.scope_of(day, day) == ("dates", day, day)
    assert pipeline.scope_of(None, None) == "pending"
    assert pipeline.scope_of(None, None, everything=True, whole_pipeline=True) == "all"


def test_history_that_fails_keeps_nothing_of_the_present_from_landing(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    sandbox.fault("bad_key", path="historical")
    told: list[tuple[int, int]] = []
    landed = pipeline.land_all(
        fresh_database,
        None,
        None,
        "test",
        lambda done, total: told.append((done, total)),
        ["the_odds_api"],
    )
    present = len(landed["batch_ids"])
    assert present >= 4
    assert len(landed["failed"]) > 10
    assert all(
        sentence.startswith("the_odds_api historical_odds of ") for sentence in landed["failed"]
    )
    everything = len(landed["failed"]) + present
    assert [done for done, _ in told] == list(range(1, everything + 1))
    assert told[-1] == (everything, everything)
