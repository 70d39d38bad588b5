"""Every way in which an upstream fails: what is kept, what is logged, how often it is asked."""

import logging
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from linehouse.landing import FetchPolicy, land
from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Payload
from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.rows import Parsed
from linehouse.sources.the_odds_api.source import SOURCE, TheOddsApi
from tests.raw.conftest import Answer, Upstream, log_rows, odds_body, rows

NOW = {"x-sandbox-now": "2026-04-18T16:00:00+00:00"}
REQUEST = SOURCE.odds_request("baseball_mlb")
GOOD = Answer(odds_body(), headers=NOW)


class Naps(list[float]):
    """Takes the place of sleeping and remembers for how long."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def policy(naps: Naps) -> FetchPolicy:
    return FetchPolicy(connect_seconds=1, read_seconds=0.5, total_seconds=1.5, sleep=naps)


def error_body(code: str) -> bytes:
    return b'{"message": "no", "error_code": "%s", "details_url": "x"}' % code.encode()


def kept(mode: Mode) -> list[tuple[object, ...]]:
    """Status, body and batch of every payload, in order."""
    found = rows(
        mode,
        "select http_status, body, batch_id is not null from raw_data.odds_api_responses"
        " order by payload_id",
    )
    return [(status, bytes(body), batch) for status, body, batch in found]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(error_body("INVALID_KEY"), status=401), BadKeyError),
        (Answer(error_body("OUT_OF_USAGE_CREDITS"), status=401), QuotaExhaustedError),
        (Answer(error_body("UNKNOWN_SPORT"), status=404), BadRequestError),
        (Answer(error_body("INVALID_MARKET"), status=422), BadRequestError),
        (Answer(b"", status=302, headers={"location": "https://elsewhere"}), BadRequestError),
    ],
)
def test_what_a_person_must_mend_is_asked_once(
    raw_database: Mode,
    upstream: Upstream,
    policy: FetchPolicy,
    answer: Answer,
    error: type[SourceError],
) -> None:
    upstream.play(answer)
    with pytest.raises(error):
        land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert len(upstream.seen) == 1
    assert log_rows(raw_database) == [("failed", error.__name__)]
    assert kept(raw_database) == [(answer.status, answer.body, False)]
    assert rows(raw_database, "select count(*) from ops.batches") == [(0,)]
    ((status, linked),) = rows(
        raw_database,
        "select l.http_status, p.payload_id is not null from raw_data.collection_log l"
        " left join raw_data.odds_api_responses p using (payload_id)",
    )
    assert (status, linked) == (answer.status, True)


def test_a_failing_upstream_is_asked_four_times_with_growing_pauses(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy, naps: Naps
) -> None:
    random.seed(1)
    upstream.play(Answer(b"oops", status=500))
    with pytest.raises(UpstreamUnavailableError):
        land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert len(upstream.seen) == 4
    assert log_rows(raw_database) == [("failed", "UpstreamUnavailableError")] * 4
    assert kept(raw_database) == [(500, b"oops", False)] * 4
    assert len(naps) == 3
    for nap, longest in zip(naps, (1, 2, 4), strict=True):
        assert longest / 2 <= nap <= longest
    assert len({nap / longest for nap, longest in zip(naps, (1, 2, 4), strict=True)}) == 3


def test_a_passing_failure_ends_well(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy
) -> None:
    upstream.play(Answer(b"<h1>", status=503), Answer(drop=True), GOOD)
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert result.outcome == "landed" and result.row_count == 18
    assert [row[0] for row in log_rows(raw_database)] == ["failed", "failed", "landed"]
    assert kept(raw_database) == [(503, b"<h1>", False), (200, GOOD.body, True)]


@pytest.mark.parametrize("form", ["seconds", "date", "absent"])
def test_retry_after_is_honoured(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy, naps: Naps, form: str
) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    headers = {"seconds": {"retry-after": "7"}, "date": {"retry-after": moment}, "absent": {}}
    upstream.play(Answer(error_body("EXCEEDED_FREQ_LIMIT"), 429, headers[form]), GOOD)
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert result.outcome == "landed"
    assert log_rows(raw_database) == [("failed", "RateLimitedError"), ("landed", None)]
    low, high = {"seconds": (7, 7.1), "date": (15, 20.1), "absent": (0.5, 1)}[form]
    assert low <= naps[0] <= high


def test_a_pause_longer_than_the_cap_is_left_to_the_scheduler(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy, naps: Naps
) -> None:
    upstream.play(Answer(error_body("EXCEEDED_FREQ_LIMIT"), 429, {"retry-after": "3600"}), GOOD)
    with pytest.raises(RateLimitedError) as caught:
        land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert caught.value.retry_after_seconds == 3600
    assert (len(upstream.seen), naps) == (1, [])


def test_a_hanging_upstream_times_out(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy
) -> None:
    upstream.play(Answer(hang_seconds=3), GOOD)
    began = time.monotonic()
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert time.monotonic() - began < 2
    assert result.outcome == "landed"
    assert log_rows(raw_database) == [("failed", "UpstreamUnavailableError"), ("landed", None)]
    assert kept(raw_database) == [(200, GOOD.body, True)]


def test_an_answer_that_trickles_for_ever_is_cut_off_and_its_beginning_kept(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy
) -> None:
    upstream.play(Answer(b"x" * 500, trickle_seconds=0.05))
    began = time.monotonic()
    with pytest.raises(UpstreamUnavailableError, match="not complete after"):
        land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=replace(policy, retries=0))
    assert time.monotonic() - began < 3
    ((status, body, batch),) = kept(raw_database)
    assert status == 200 and set(str(body, "ascii")) == {"x"} and not batch  # type: ignore[call-overload]


def test_a_truncated_answer_is_kept_as_far_as_it_came_and_asked_again(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy
) -> None:
    half = GOOD.body[: len(GOOD.body) // 2]
    upstream.play(Answer(half, claimed_length=len(GOOD.body), headers=NOW), GOOD)
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert result.outcome == "landed" and result.parse_error is None
    assert kept(raw_database) == [(200, half, False), (200, GOOD.body, True)]
    ((error,),) = rows(
        raw_database, "select error from raw_data.collection_log where outcome = 'failed'"
    )
    assert f"{len(half)} bytes had come" in error


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_compressed_answers_are_kept_as_what_they_say(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy, encoding: str
) -> None:
    import gzip

    wire = gzip.compress(GOOD.body) if encoding == "gzip" else GOOD.body
    upstream.play(Answer(wire, headers={**NOW, "content-encoding": encoding}))
    land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert kept(raw_database) == [(200, GOOD.body, True)]


def test_a_broken_compression_is_asked_again(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy
) -> None:
    upstream.play(Answer(b"no gzip", headers={"content-encoding": "gzip"}), GOOD)
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert result.outcome == "landed"
    assert [row[0] for row in log_rows(raw_database)] == ["failed", "landed"]


def test_an_upstream_that_is_not_there(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy
) -> None:
    upstream.close()
    with pytest.raises(UpstreamUnavailableError, match="ConnectError"):
        land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert log_rows(raw_database) == [("failed", "UpstreamUnavailableError")] * 4
    assert kept(raw_database) == []


@pytest.mark.parametrize(
    ("body", "error_type"),
    [
        (b"<!doctype html><title>Sorry</title>", "UnreadablePayloadError"),
        (b"", "UnreadablePayloadError"),
        (b"\xff\xfe\x00broken", "UnreadablePayloadError"),
        (GOOD.body[:-40], "UnreadablePayloadError"),
        (GOOD.body.replace(b'"commence_time"', b'"starts"'), "DriftedSchemaError"),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_batch_without_rows(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy, body: bytes, error_type: str
) -> None:
    upstream.play(Answer(body, headers=NOW))
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert (result.outcome, result.state, result.row_count) == ("landed", "landed", 0)
    assert result.parse_error and result.parse_error_type == error_type
    assert kept(raw_database) == [(200, body, True)]
    assert log_rows(raw_database) == [("landed", error_type)]
    ((error, kind),) = rows(raw_database, "select parse_error, parse_error_type from ops.batches")
    assert (error, kind) == (result.parse_error, error_type)
    for table in ("games_raw", "betting_lines_raw", "payload_events", "payload_coverage"):
        assert rows(raw_database, f"select count(*) from raw_data.{table}") == [(0,)]


class Crashing(TheOddsApi):
    """A source with a defect in each of its methods, one at a time."""

    def __init__(self, where: str) -> None:
        self.where = where

    def parse(self, payload: Payload) -> Parsed:
        if self.where == "parse":
            raise KeyError("bookmakers")
        parsed = super().parse(payload)
        if self.where == "rows":
            parsed.games[0] = replace(parsed.games[0], game_number=2**40)
        return parsed

    def quota(self, headers: object) -> dict[str, float]:
        if self.where == "quota":
            raise ZeroDivisionError
        return {}

    def raise_for_error(self, status: int, headers: object, body: bytes) -> None:
        if self.where == "judge":
            raise AttributeError("no such thing")


@pytest.mark.parametrize(
    ("where", "error_type", "row_count"),
    [("parse", "KeyError", 0), ("rows", "NumericValueOutOfRange", 0), ("quota", None, 18)],
)
def test_a_defect_of_a_source_costs_no_payload(
    raw_database: Mode,
    upstream: Upstream,
    policy: FetchPolicy,
    where: str,
    error_type: str | None,
    row_count: int,
) -> None:
    upstream.play(GOOD)
    result = land(REQUEST, Crashing(where), mode=raw_database, run_key="r1", policy=policy)
    assert (result.parse_error_type, result.row_count) == (error_type, row_count)
    assert kept(raw_database) == [(200, GOOD.body, True)]
    assert rows(raw_database, "select count(*) from raw_data.betting_lines_raw") == [
        (row_count and 16,)
    ]


def test_an_answer_that_cannot_be_judged_is_kept(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy
) -> None:
    upstream.play(GOOD)
    with pytest.raises(UnreadablePayloadError, match="no such thing"):
        land(REQUEST, Crashing("judge"), mode=raw_database, run_key="r1", policy=policy)
    assert kept(raw_database) == [(200, GOOD.body, False)]


def test_an_answer_larger_than_the_limit_is_not_read_to_its_end(
    raw_database: Mode, upstream: Upstream, policy: FetchPolicy
) -> None:
    upstream.play(Answer(b"y" * 300_000))
    with pytest.raises(UnreadablePayloadError, match="larger than 100000 bytes"):
        land(
            REQUEST,
            SOURCE,
            mode=raw_database,
            run_key="r1",
            policy=replace(policy, maximum_body_bytes=100_000),
        )
    assert kept(raw_database) == [(200, b"y" * 100_000, False)]
    assert len(upstream.seen) == 1


def test_without_a_key_nothing_is_sent(
    live_raw_database: Mode, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODDS_API_KEY", "")
    get_settings.cache_clear()
    with pytest.raises(BadKeyError):
        land(REQUEST, SOURCE, mode=live_raw_database, run_key="r1")
    assert upstream.seen == []
    assert log_rows(live_raw_database) == [("failed", "BadKeyError")]


def test_a_retry_says_why_and_when(
    raw_database: Mode,
    upstream: Upstream,
    policy: FetchPolicy,
    caplog: pytest.LogCaptureFixture,
) -> None:
    upstream.play(Answer(b"", status=502), GOOD)
    with caplog.at_level(logging.WARNING, "linehouse"):
        land(REQUEST, SOURCE, mode=raw_database, run_key="r1", policy=policy)
    assert "attempt 1 failed" in caplog.text and "502" in caplog.text
