"""The pause that an upstream asks for, in whatever way it writes it: bounded, and never raising."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from linehouse.landing import circuit, land
from linehouse.landing.fetch import FetchPolicy
from linehouse.settings import Mode
from linehouse.sources.errors import LONGEST_PAUSE, CircuitOpenError, RateLimitedError
from linehouse.sources.reading.retry_after import retry_after_of
from linehouse.sources.the_odds_api.source import SOURCE
from tests.raw.conftest import Answer, Upstream, log_rows

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = LONGEST_PAUSE.total_seconds()


def later(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e300", None),
        ("99999999999999999999", None),
        ("Fri, 99 Foo", None),
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
        ("0", 0.0),
        ("-5", 0.0),
        (" 2.5 ", 2.5),
        ("3600", 3600.0),
        ("2678400", DAY),
        (str(int(later(1).timestamp())), 3600.0),
        (str(int(later(1).timestamp() * 1000)), 3600.0),
        (str(int(later(-1).timestamp())), 0.0),
        (str(int(later(700).timestamp())), DAY),
        (format_datetime(later(2), usegmt=True), 7200.0),
        (format_datetime(later(-2), usegmt=True), 0.0),
        ("Fri, 20 Nov 2026 13:00:00", 3600.0),
        (format_datetime(later(900), usegmt=True), DAY),
    ],
)
def test_seconds_epochs_and_dates_are_read_and_bounded(text: str, seconds: float | None) -> None:
    assert retry_after_of({"Retry-After": text}, NOW) == seconds


@pytest.mark.parametrize("asked", [float("inf"), float("nan"), 1e300, 99999999999999.0, -3.0])
def test_no_number_that_a_source_reads_breaks_the_circuit(asked: float) -> None:
    found = circuit.opening(
        "odds", RateLimitedError("", asked), [], NOW,
        quota_reset=later(1), longest_retry_after_seconds=60,
    )  # fmt: skip
    assert found is None or NOW < found.until <= NOW + LONGEST_PAUSE


def test_an_epoch_in_milliseconds_is_a_failure_like_others(
    raw_database: Mode, upstream: Upstream
) -> None:
    """It is kept, logged, and the source is left alone until the moment that it names."""
    until = datetime.now(UTC) + timedelta(hours=1)
    told = str(int(until.timestamp() * 1000))
    upstream.play(Answer(b"{}", 429, {"retry-after": told}))
    request = SOURCE.odds_request("baseball_mlb")
    policy = FetchPolicy(backoff_seconds=0.01)
    with pytest.raises(RateLimitedError):
        land(request, SOURCE, mode=raw_database, run_key="r1", policy=policy, heed_circuit=True)
    with pytest.raises(CircuitOpenError) as left_alone:
        land(request, SOURCE, mode=raw_database, run_key="r2", policy=policy, heed_circuit=True)
    assert left_alone.value.until is not None
    assert abs(left_alone.value.until - until) < timedelta(seconds=10)
    assert len(upstream.seen) == 1
    assert [outcome for outcome, _ in log_rows(raw_database)] == ["failed", "skipped"]
