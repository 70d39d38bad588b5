"""What lands is what was sent, once, with a row for each attempt."""

import hashlib
from datetime import UTC, datetime, timedelta

from linehouse.batches import batch_id, request_key
from linehouse.landing import land, land_payload
from linehouse.settings import Mode
from linehouse.sources.base import Payload, Request
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed
from linehouse.sources.the_odds_api.source import SOURCE
from tests.raw.conftest import Answer, Upstream, contents, log_rows, odds_body, rows

NOW = "2026-04-18T16:00:00+00:00"
QUOTA = {"x-requests-remaining": "19997", "x-requests-used": "3", "x-requests-last": "3"}
REQUEST = SOURCE.odds_request("baseball_mlb")


def odds_answer(events: int = 2, now: str = NOW, price: int = -110) -> Answer:
    return Answer(odds_body(events, price), headers={"x-sandbox-now": now, **QUOTA})


def test_the_bytes_are_kept_as_received(raw_database: Mode, upstream: Upstream) -> None:
    answer = odds_answer()
    upstream.play(answer)
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1")
    assert (result.outcome, result.state) == ("landed", "landed")
    ((payload_id, batch, body, sha, size, status, headers, params, url, observed),) = rows(
        raw_database,
        "select payload_id, batch_id, body, body_sha256, body_bytes, http_status,"
        " response_headers, params, url, observed_at from raw_data.odds_api_responses",
    )
    assert bytes(body) == answer.body
    assert bytes(sha) == hashlib.sha256(answer.body).digest()
    assert (size, status) == (len(answer.body), 200)
    assert headers["x-requests-remaining"] == "19997"
    assert params == dict(REQUEST.params)
    assert "/v4/sports/baseball_mlb/odds?" in url and "markets=h2h" in url
    assert observed == datetime(2026, 4, 18, 16, tzinfo=UTC)
    assert (payload_id, batch) == (result.payload_id, result.batch_id)


def test_rows_are_verbatim_and_lie_in_one_range_per_event(
    raw_database: Mode, upstream: Upstream
) -> None:
    upstream.play(odds_answer(events=3))
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1")
    assert (result.row_count, result.event_count) == (3 + 3 * 8, 3)
    events = rows(
        raw_database,
        "select source_event_id, lines_from, lines_to from raw_data.payload_events order by 2",
    )
    assert [(first, last) for _, first, last in events] == [(1, 8), (9, 16), (17, 24)]
    strays = rows(
        raw_database,
        "select l.* from raw_data.betting_lines_raw l left join raw_data.payload_events e"
        " on e.payload_id = l.payload_id and e.source_event_id = l.source_event_id"
        " and e.landed_on = l.landed_on and l.position between e.lines_from and e.lines_to"
        " where e.payload_id is null",
    )
    assert strays == []
    first = rows(
        raw_database,
        "select bookmaker, market, outcome, price, point, price_format, last_update"
        " from raw_data.betting_lines_raw where position in (1, 3) order by position",
    )
    assert first == [
        ("pinnacle", "h2h", "Home 1", "-110", None, "american", "2026-04-18T15:59:30Z"),
        ("pinnacle", "spreads", "Home 1", "-110", "-1.5", "american", "2026-04-18T15:59:30Z"),
    ]
    assert rows(raw_database, "select count(*) from raw_data.games_raw") == [(3,)]
    assert rows(raw_database, "select count(*) from raw_data.moneylines_raw") == [(12,)]
    assert rows(raw_database, "select count(*) from raw_data.spreads_raw") == [(12,)]
    assert rows(raw_database, "select count(*) from raw_data.totals_raw") == [(0,)]
    ((markets, books, event),) = rows(
        raw_database,
        "select markets, bookmakers, source_event_id from raw_data.payload_coverage",
    )
    assert markets == ["h2h", "spreads", "totals"] and "bovada" in books and event is None


def test_each_attempt_leaves_its_outcome(raw_database: Mode, upstream: Upstream) -> None:
    started: list[tuple[object, ...]] = []
    upstream.on_request = lambda: started.extend(log_rows(raw_database))
    upstream.play(odds_answer())
    result = land(REQUEST, SOURCE, mode=raw_database, run_key="r1")
    assert started == [("started", None)], "the row must be committed before the request"
    ((outcome, status, remaining, used, cost, events, books, batch, run, latency),) = rows(
        raw_database,
        "select outcome, http_status, quota_remaining, quota_used, quota_cost, event_count,"
        " bookmaker_count, batch_id, run_id, latency_ms from raw_data.collection_log",
    )
    assert (outcome, status, run, batch) == ("landed", 200, "r1", result.batch_id)
    assert (remaining, used, cost, events, books) == (19997, 3, 3, 2, 2)
    assert latency >= 0
    assert result.quota == {"remaining": 19997, "used": 3, "cost": 3}


def test_source_health_tells_what_an_operator_asks(raw_database: Mode, upstream: Upstream) -> None:
    upstream.play(odds_answer(), Answer(b"{}", status=404))
    land(REQUEST, SOURCE, mode=raw_database, run_key="r1")
    try:
        land(REQUEST, SOURCE, mode=raw_database, run_key="r2")
    except Exception as error:
        assert type(error).__name__ == "BadRequestError"
    ((source, sport, good, bad, kind, pct, quota, newest),) = rows(
        raw_database,
        "select source, sport_key, last_success_at, last_failure_at, last_error_type,"
        " success_pct_24h, quota_remaining, newest_observed_at from raw_data.source_health",
    )
    assert (source, sport, kind, pct) == ("the_odds_api", "baseball_mlb", "BadRequestError", 50)
    assert bad > good
    assert (quota, newest) == (19997, datetime(2026, 4, 18, 16, tzinfo=UTC))


def test_a_run_that_landed_is_not_asked_again(raw_database: Mode, upstream: Upstream) -> None:
    upstream.play(odds_answer())
    first = land(REQUEST, SOURCE, mode=raw_database, run_key="r1")
    before = contents(raw_database)
    again = land(REQUEST, SOURCE, mode=raw_database, run_key="r1")
    assert len(upstream.seen) == 1
    assert (again.outcome, again.batch_id) == ("duplicate", first.batch_id)
    assert (again.row_count, again.event_count) == (first.row_count, first.event_count)
    assert contents(raw_database) == before
    assert log_rows(raw_database) == [("landed", None), ("duplicate", None)]


def test_the_same_content_seen_at_the_same_time_is_one_batch(
    raw_database: Mode, upstream: Upstream
) -> None:
    upstream.play(odds_answer())
    first = land(REQUEST, SOURCE, mode=raw_database, run_key="r1")
    before = contents(raw_database)
    again = land(REQUEST, SOURCE, mode=raw_database, run_key="r2")
    assert (again.outcome, again.batch_id) == ("duplicate", first.batch_id)
    assert contents(raw_database) == before
    third = land(REQUEST, SOURCE, mode=raw_database, run_key="r2")
    assert third.outcome == "duplicate" and len(upstream.seen) == 2


def test_the_same_content_seen_later_is_another_batch(
    raw_database: Mode, upstream: Upstream
) -> None:
    upstream.play(odds_answer(), odds_answer(now="2026-04-18T16:05:00+00:00"))
    first = land(REQUEST, SOURCE, mode=raw_database, run_key="r1")
    second = land(REQUEST, SOURCE, mode=raw_database, run_key="r2")
    assert second.outcome == "landed" and second.batch_id != first.batch_id
    assert second.observed_at - first.observed_at == timedelta(minutes=5)


def test_live_answers_are_seen_when_received_whatever_a_header_says(
    live_raw_database: Mode, upstream: Upstream, live_key: str
) -> None:
    upstream.play(odds_answer())
    result = land(REQUEST, SOURCE, mode=live_raw_database, run_key="r1")
    assert result.observed_at is not None
    assert abs(datetime.now(UTC) - result.observed_at) < timedelta(seconds=30)


def test_a_historical_envelope_is_seen_at_its_own_time(
    raw_database: Mode, upstream: Upstream
) -> None:
    body = (
        b'{"timestamp": "2023-10-25T00:35:38Z", "previous_timestamp": null,'
        b' "next_timestamp": null, "data": ' + odds_body(1) + b"}"
    )
    upstream.play(Answer(body, headers={"x-sandbox-now": NOW}))
    request = SOURCE.historical_odds_request("baseball_mlb", datetime(2023, 10, 25, tzinfo=UTC))
    result = land(request, SOURCE, mode=raw_database, run_key="r1")
    told = datetime(2023, 10, 25, 0, 35, 38, tzinfo=UTC)
    assert result.observed_at == told
    for table in ("odds_api_responses", "payload_events", "games_raw", "payload_coverage"):
        assert rows(raw_database, f"select observed_at from raw_data.{table}") == [(told,)]
    assert rows(raw_database, "select historical from ops.batches") == [(True,)]


class Interleaved:
    """An archive whose lines jump between events."""

    name = "interleaved"
    payload_tables = {"files": "archive_files"}

    def parse(self, payload: Payload) -> Parsed:
        order = ("b", "a", "b", "c", "a", "b")
        return Parsed(
            games=[GameRow(event, "baseball_mlb", "A", "H") for event in ("z", "a", "b")],
            lines=[
                LineRow(event, "book", "h2h", "A", str(number), None)
                for number, event in enumerate(order)
            ],
            coverage=[Coverage("baseball_mlb")],
            historical=True,
        )


def file_payload(body: bytes = b"1", name: str = "f.csv") -> Payload:
    return Payload("interleaved", "files", body, None, name=name)


def test_lines_that_jump_between_events_are_grouped(raw_database: Mode) -> None:
    result = land_payload(file_payload(), Interleaved(), mode=raw_database, run_key="r1")
    assert (result.row_count, result.event_count) == (9, 4)
    assert rows(
        raw_database,
        "select source_event_id, price from raw_data.betting_lines_raw order by position",
    ) == [("b", "0"), ("b", "2"), ("b", "5"), ("a", "1"), ("a", "4"), ("c", "3")]
    assert set(
        rows(
            raw_database,
            "select source_event_id, lines_from, lines_to from raw_data.payload_events",
        )
    ) == {("z", None, None), ("b", 1, 3), ("a", 4, 5), ("c", 6, 6)}


def test_a_file_is_known_by_its_name_and_bytes(raw_database: Mode) -> None:
    first = land_payload(file_payload(), Interleaved(), mode=raw_database, run_key="r1")
    before = contents(raw_database)
    again = land_payload(file_payload(), Interleaved(), mode=raw_database, run_key="r2")
    assert (again.outcome, again.batch_id) == ("duplicate", first.batch_id)
    assert contents(raw_database) == before
    other = land_payload(file_payload(b"2"), Interleaved(), mode=raw_database, run_key="r2")
    renamed = land_payload(
        file_payload(name="g.csv"), Interleaved(), mode=raw_database, run_key="r2"
    )
    assert len({first.batch_id, other.batch_id, renamed.batch_id}) == 3


def test_a_batch_id_does_not_change_over_time() -> None:
    """Ids are in users' databases: a change of this value would load everything twice."""
    payload = Payload("s", "f", b"body", None, name="n.csv")
    assert str(batch_id(payload, "", None)) == "b037b60a-55ed-5198-8aa4-a23c1ede10b0"
    assert str(request_key("run", Request("s", "f", "/p", {"b": "2", "a": "1"}))) == (
        "b956851b-45d2-5280-9eff-6751348cbf8c"
    )
