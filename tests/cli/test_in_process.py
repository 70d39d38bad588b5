"""The steps of a run that a command does itself: no database, no upstream."""

from linehouse.cli.in_process import Steps, Work, run_steps
from linehouse.pipeline import NothingAcceptedError, RequestsFailedError, report


def says(state: str) -> Work:
    return lambda _: state


def fails(error: Exception) -> Work:
    def work(_: object) -> str:
        raise error

    return work


def test_a_failed_step_ends_the_run_and_the_reason_is_still_told() -> None:
    def steps() -> Steps:
        yield "land", says("0 batches")
        yield "gate_raw", fails(NothingAcceptedError("nothing was landed"))
        yield "promote_staging", fails(AssertionError("not after a gate that blocked"))
        yield "report_held", fails(RequestsFailedError("odds: 401 the key is refused"))

    done, failure = run_steps(steps())
    assert [(step["step"], step["state"]) for step in done] == [
        ("land", "0 batches"),
        ("gate_raw", "failed"),
        ("report_held", "failed"),
    ]
    assert failure == ("gate_raw: nothing was landed; report_held: odds: 401 the key is refused")


def test_a_run_without_failure_has_every_step_and_no_reason() -> None:
    def steps() -> Steps:
        yield "gate_raw", says("1 accepted, 0 held")
        yield "report_held", says("nothing")

    done, failure = run_steps(steps())
    assert [step["step"] for step in done] == ["gate_raw", "report_held"]
    assert failure is None


def test_equal_failures_are_told_once_with_their_number() -> None:
    refused = "event_odds of basketball_nba: 422 INVALID_MARKET"
    try:
        report([refused] * 21 + ["scores of baseball_mlb: 500"], ["batch 1 is held"])
    except RequestsFailedError as complaint:
        assert str(complaint) == (
            f"{refused} (21 times); scores of baseball_mlb: 500; batch 1 is held"
        )
    else:
        raise AssertionError("what failed was not told")
