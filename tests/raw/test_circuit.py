"""An upstream that fails is left alone for a while, then tried once; the log says until when."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from linehouse import database
from linehouse.landing import FetchPolicy, land
from linehouse.landing.circuit import (
    FAILURES,
    PAUSE,
    REFUSAL_PAUSE,
    REFUSED_KEYS,
    Opening,
    Past,
    opening,
)
from linehouse.settings import Mode, get_settings
from linehouse.sources.errors import (
    AccessRefusedError,
    BadKeyError,
    BadRequestError,
    CircuitOpenError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.the_odds_api.source import SOURCE
from tests.raw.conftest import Answer, Upstream, log_rows, odds_body, rows

NOW = datetime(2026, 4, 18, 16, tzinfo=UTC)
RESET = datetime(2026, 5, 1, tzinfo=UTC)
ODDS, SCORES = SOURCE.odds_request("baseball_mlb"), SOURCE.scores_request("baseball_mlb")
ONCE = FetchPolicy(connect_seconds=1, read_seconds=1, retries=0, sleep=lambda _: None)
SILENT, KEY = UpstreamUnavailableError.__name__, BadKeyError.__name__
BARRED = AccessRefusedError.__name__
BUSY = RateLimitedError.__name__
GOOD = Answer(odds_body(), headers={"x-sandbox-now": "2026-04-18T16:00:00+00:00"})
DEAD = Answer(b"oops", status=500)


def decide(error: SourceError, past: list[Past], feed: str = "odds") -> Opening | None:
    return opening(feed, error, past, NOW, quota_reset=RESET, longest_retry_after_seconds=60)


def of(feed: str, *kinds: str | None) -> list[Past]:
    return [Past(feed, kind) for kind in kinds]


@pytest.mark.parametrize(
    ("error", "past", "opens"),
    [
        # five in a row without an answer, whatever the mix of silence and refusal for their number
        (UpstreamUnavailableError(), of("odds", SILENT, BUSY, SILENT), None),
        (UpstreamUnavailableError(), of("odds", SILENT, BUSY, SILENT, SILENT), "feed"),
        (UpstreamUnavailableError(), of("odds", SILENT, SILENT, SILENT, None, SILENT), None),
        # what the upstream refuses was answered
        (UpstreamUnavailableError(), of("odds", SILENT, "BadRequestError", SILENT, SILENT), None),
        (BadRequestError(), of("odds", *[SILENT] * 9), None),
        # a feed that fails closes none of the others ...
        (UpstreamUnavailableError(), of("scores", None) + of("odds", *[SILENT] * 4), "feed"),
        (UpstreamUnavailableError(), of("scores", SILENT, None) + of("odds", *[SILENT] * 3), None),
        # ... and two that fail in a row close the source
        (UpstreamUnavailableError(), of("scores", SILENT) + of("odds", *[SILENT] * 3), "source"),
        (BadKeyError(), [], None),
        (BadKeyError(), of("odds", KEY), "feed"),
        (BadKeyError(), of("scores", KEY), "source"),
        (BadKeyError(), of("scores", None, KEY), None),
        # shut out: three refusals in a row that are about us, not about what was asked
        (AccessRefusedError(), of("odds", BARRED), None),
        (AccessRefusedError(), of("odds", BARRED, BARRED), "feed"),
        (AccessRefusedError(), of("odds", BARRED) + of("history", BARRED), "source"),
        (AccessRefusedError(), of("odds", BARRED, None, BARRED), None),
    ],
)
def test_what_opens_it_and_for_whom(
    error: SourceError, past: list[Past], opens: str | None
) -> None:
    found = decide(error, past)
    assert (found.scope if found else None) == opens
    if found is not None:
        is_refusal = isinstance(error, BadKeyError | AccessRefusedError)
        pause = REFUSAL_PAUSE if is_refusal else PAUSE
        assert found.until == NOW + pause


def test_an_empty_quota_waits_for_its_reset_and_a_long_demand_for_as_long_as_it_says() -> None:
    assert decide(QuotaExhaustedError(), []) == Opening("source", RESET)
    assert decide(RateLimitedError("", 59), []) is None
    assert decide(RateLimitedError("", 300), []) == Opening("source", NOW + timedelta(seconds=300))


def test_the_odds_api_grants_credits_on_the_first() -> None:
    assert SOURCE.quota_reset(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == datetime(
        2027, 1, 1, tzinfo=UTC
    )


def fail(mode: Mode, request: object, count: int, run: str = "r") -> None:
    for number in range(count):
        with pytest.raises(SourceError):
            land(
                request,  # type: ignore[arg-type]
                SOURCE,
                mode=mode,
                run_key=f"{run}{number}",
                policy=ONCE,
                heed_circuit=True,
            )


def let_pass(mode: Mode) -> None:
    """The pause is over."""
    with database.connect(mode, "owner") as connection:
        connection.execute(
            "update raw_data.collection_log set ask_again_at = now() - interval '1 second',"
            " finished_at = finished_at - interval '1 second' where ask_again_at is not null"
        )


def test_after_five_failures_nothing_is_sent_and_the_error_says_until_when(
    raw_database: Mode, upstream: Upstream
) -> None:
    upstream.play(DEAD)
    before = datetime.now(UTC)
    fail(raw_database, ODDS, FAILURES)
    with pytest.raises(CircuitOpenError, match=r"odds is left alone until .*Z.*answered 500") as no:
        land(ODDS, SOURCE, mode=raw_database, run_key="x", policy=ONCE, heed_circuit=True)
    assert len(upstream.seen) == FAILURES
    assert no.value.until is not None and no.value.until >= before + PAUSE
    assert log_rows(raw_database) == [("failed", SILENT)] * FAILURES + [
        ("skipped", "CircuitOpenError")
    ]
    # another feed is still asked
    upstream.play(Answer(b"[]"))
    land(SCORES, SOURCE, mode=raw_database, run_key="x", policy=ONCE, heed_circuit=True)
    assert rows(
        raw_database,
        "select feed, circuit, circuit_scope, ask_again_at = %s, failures_in_a_row"
        " from raw_data.source_health order by feed",
        no.value.until,
    ) == [("odds", "open", "feed", True, FAILURES), ("scores", "closed", None, None, 0)]


def test_when_the_pause_is_over_one_request_tries_it_once(
    raw_database: Mode, upstream: Upstream
) -> None:
    upstream.play(DEAD)
    fail(raw_database, ODDS, FAILURES)
    let_pass(raw_database)
    upstream.play(DEAD)
    patient = FetchPolicy(retries=3, sleep=lambda _: None)
    with pytest.raises(UpstreamUnavailableError):
        land(ODDS, SOURCE, mode=raw_database, run_key="t", policy=patient, heed_circuit=True)
    assert len(upstream.seen) == 1
    fail(raw_database, ODDS, 1, "again")
    assert len(upstream.seen) == 1, "its failure has opened it again"
    let_pass(raw_database)
    upstream.play(GOOD)
    for run in ("u", "v"):
        land(ODDS, SOURCE, mode=raw_database, run_key=run, policy=ONCE, heed_circuit=True)
    assert len(upstream.seen) == 2
    assert rows(raw_database, "select circuit from raw_data.source_health") == [("closed",)]


def test_those_that_come_while_it_is_tried_wait_for_how_that_ends(
    raw_database: Mode, upstream: Upstream
) -> None:
    upstream.play(DEAD)
    fail(raw_database, ODDS, FAILURES)
    let_pass(raw_database)
    upstream.play(Answer(b"oops", status=500, hang_seconds=0.6))
    errors: list[str] = []

    def ask(run: str) -> None:
        try:
            land(ODDS, SOURCE, mode=raw_database, run_key=run, policy=ONCE, heed_circuit=True)
        except SourceError as error:
            errors.append(type(error).__name__)

    threads = [threading.Thread(target=ask, args=(f"t{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(upstream.seen) == 1
    assert sorted(errors) == ["CircuitOpenError"] * 3 + [SILENT]


def test_a_key_that_is_refused_is_left_alone_until_it_changes(
    live_raw_database: Mode,
    upstream: Upstream,
    live_key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upstream.play(Answer(b'{"message": "no", "error_code": "INVALID_KEY"}', status=401))
    fail(live_raw_database, ODDS, REFUSED_KEYS + 1)
    assert len(upstream.seen) == REFUSED_KEYS
    ((until,),) = rows(
        live_raw_database,
        "select max(ask_again_at) - max(finished_at) from raw_data.collection_log"
        " where outcome = 'failed'",
    )
    assert abs(until - REFUSAL_PAUSE) < timedelta(minutes=1)
    monkeypatch.setenv("ODDS_API_KEY", "another-key-of-the-same-user-1234")
    get_settings.cache_clear()
    upstream.play(GOOD)
    land(ODDS, SOURCE, mode=live_raw_database, run_key="n", policy=ONCE, heed_circuit=True)
    fingerprints = rows(
        live_raw_database, "select distinct key_fingerprint from raw_data.collection_log"
    )
    assert len(fingerprints) >= 2 and all(len(one or "....") == 4 for (one,) in fingerprints)


def test_an_empty_quota_is_left_alone_until_the_month_ends(
    live_raw_database: Mode, upstream: Upstream, live_key: str
) -> None:
    body = b'{"message": "used up", "error_code": "OUT_OF_USAGE_CREDITS"}'
    upstream.play(Answer(body, status=401))
    fail(live_raw_database, ODDS, 1)
    with pytest.raises(CircuitOpenError) as no:
        land(SCORES, SOURCE, mode=live_raw_database, run_key="s", policy=ONCE, heed_circuit=True)
    assert no.value.until == SOURCE.quota_reset(datetime.now(UTC))
    assert len(upstream.seen) == 1


def test_who_does_not_ask_for_it_is_not_stopped(raw_database: Mode, upstream: Upstream) -> None:
    upstream.play(DEAD)
    fail(raw_database, ODDS, FAILURES)
    upstream.play(GOOD)
    assert land(ODDS, SOURCE, mode=raw_database, run_key="by hand").outcome == "landed"
