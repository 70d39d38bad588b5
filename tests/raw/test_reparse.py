"""A mended parser reads stored bytes again; batches keep their ids and their bytes."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from linehouse import database
from linehouse.landing import land, land_payload, reparse
from linehouse.settings import Mode
from linehouse.sources.archives import oddsapi_json
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed
from linehouse.sources.the_odds_api.source import SOURCE, TheOddsApi
from tests.raw.conftest import Answer, Upstream, odds_body, rows


@dataclass
class Prices:
    """A file of prices by event; version 1 cannot read a number."""

    version: int
    name: str = "prices"

    @property
    def parser_version(self) -> str:
        return str(self.version)

    @property
    def payload_tables(self) -> dict[str, str]:
        return {"files": "archive_files"}

    def parse(self, payload: Payload) -> Parsed:
        prices = json.loads(payload.body)
        if self.version == 1 and any(isinstance(price, int) for price in prices.values()):
            raise DriftedSchemaError("a price is a number")
        return Parsed(
            games=[GameRow(event, "baseball_mlb", "A", "H") for event in prices],
            lines=[
                LineRow(event, "b", "h2h", side, str(price), None)
                for event, price in prices.items()
                for side in ("A", "H")[: self.version]
            ],
            coverage=[Coverage("baseball_mlb")],
        )


def load(mode: Mode, name: str, prices: dict[str, Any], version: int = 1) -> UUID:
    payload = Payload("prices", "files", json.dumps(prices).encode(), None, name=name)
    return land_payload(payload, Prices(version), mode=mode, run_key="r").batch_id


def parsed_rows(mode: Mode) -> list[tuple[Any, ...]]:
    return rows(
        mode,
        """
        select 'line', payload_id, position, source_event_id, outcome, price
        from raw_data.betting_lines_raw
        union all
        select 'game', payload_id, position, source_event_id, home_team, null
        from raw_data.games_raw
        union all
        select 'event', payload_id, lines_from, source_event_id, lines_to::text, null
        from raw_data.payload_events
        union all
        select 'coverage', payload_id, 0, sport_key, null, null from raw_data.payload_coverage
        order by 1, 2, 3, 4
        """,
    )


def batch(mode: Mode, batch_id: UUID) -> tuple[Any, ...]:
    return rows(
        mode,
        "select state, revision, row_count, parse_error_type, parser_version from ops.batches"
        " where batch_id = %s",
        batch_id,
    )[0]


def test_a_mended_parser_reads_what_was_landed(raw_database: Mode) -> None:
    unread = load(raw_database, "1.json", {"e1": -110, "e2": "100"})
    assert batch(raw_database, unread) == ("landed", 1, 0, "DriftedSchemaError", "1")
    before = rows(raw_database, "select t::text from raw_data.archive_files as t")
    assert reparse(raw_database, "prices", source=Prices(2)) == [unread]
    assert batch(raw_database, unread) == ("landed", 2, 6, None, "2")
    assert rows(raw_database, "select t::text from raw_data.archive_files as t") == before
    assert [row[3:] for row in parsed_rows(raw_database) if row[0] == "line"] == [
        ("e1", "A", "-110"),
        ("e1", "H", "-110"),
        ("e2", "A", "100"),
        ("e2", "H", "100"),
    ]


def test_reparsing_twice_gives_the_same_rows(raw_database: Mode) -> None:
    for number in range(3):
        load(raw_database, f"{number}.json", {f"e{number}": "100"})
    first = parsed_rows(raw_database)
    assert len(first) == 3 * 4
    ids = reparse(raw_database, "prices", source=Prices(1))
    assert len(ids) == 3 and parsed_rows(raw_database) == first
    assert reparse(raw_database, source=Prices(1)) == ids
    assert parsed_rows(raw_database) == first
    assert rows(raw_database, "select distinct revision from ops.batches") == [(3,)]


def test_only_what_was_named_is_reparsed(raw_database: Mode) -> None:
    one = load(raw_database, "1.json", {"e1": "100"})
    two = load(raw_database, "2.json", {"e1": "100"})
    assert reparse(raw_database, "prices", [two], source=Prices(2)) == [two]
    assert batch(raw_database, one)[1:3] == (1, 2)
    assert batch(raw_database, two)[1:3] == (2, 3)
    assert reparse(raw_database, source=Prices(2, name="another")) == []
    with pytest.raises(KeyError, match="no source 'another'"):
        reparse(raw_database, "another")


@pytest.mark.parametrize(
    ("state", "decided_by", "then"),
    [
        ("accepted", "raw_gate", "landed"),
        ("accepted", "person", "landed"),
        ("held", "raw_gate", "landed"),
        ("held", "promotion", "held"),
        ("held", "person", "held"),
        ("retracted", "person", "retracted"),
    ],
)
def test_the_gate_judges_again_but_what_others_held_or_retracted_stays(
    raw_database: Mode, state: str, decided_by: str, then: str
) -> None:
    one = load(raw_database, "1.json", {"e1": "100"})
    with database.connect(raw_database) as connection:
        connection.execute(
            "update ops.batches set state = %s, decided_by = %s", [state, decided_by]
        )
    reparse(raw_database, batch_ids=[one], source=Prices(2))
    assert batch(raw_database, one)[:2] == (then, 2)


def test_a_parser_that_now_fails_leaves_no_old_rows(raw_database: Mode) -> None:
    one = load(raw_database, "1.json", {"e1": 100}, version=2)
    assert parsed_rows(raw_database)
    reparse(raw_database, batch_ids=[one], source=Prices(1))
    assert parsed_rows(raw_database) == []
    assert batch(raw_database, one) == ("landed", 2, 0, "DriftedSchemaError", "1")


def test_rows_stay_in_their_month_and_keep_their_time(
    raw_database: Mode, upstream: Upstream
) -> None:
    upstream.play(Answer(odds_body(), headers={"x-sandbox-now": "2026-04-18T16:00:00+00:00"}))
    request = SOURCE.odds_request("baseball_mlb")
    landed = land(request, SOURCE, mode=raw_database, run_key="r")

    def state() -> list[list[tuple[Any, ...]]]:
        return [
            rows(raw_database, f"select * from raw_data.{table} order by {order}")
            for table, order in (("payload_events", "lines_from"), ("moneylines_raw", "position"))
        ]

    before = state()
    assert reparse(raw_database, "the_odds_api") == [landed.batch_id]
    assert state() == before and len(before[1]) == 8


def test_a_capture_that_came_as_a_file_is_read_by_its_own_module(
    raw_database: Mode, upstream: Upstream
) -> None:
    name = "odds_20260418T160000Z.json"
    payload = Payload("the_odds_api", "oddsapi_json", odds_body(), None, name=name)
    filed = land_payload(payload, oddsapi_json.SOURCE, mode=raw_database, run_key="r")
    upstream.play(Answer(odds_body()))
    request = SOURCE.odds_request("baseball_mlb")
    asked = land(request, SOURCE, mode=raw_database, run_key="r")
    before = parsed_rows(raw_database)
    assert filed.parse_error is None and filed.row_count == asked.row_count == 18
    assert reparse(raw_database, "the_odds_api") == [asked.batch_id]
    assert reparse(raw_database, "oddsapi_json") == [filed.batch_id]
    assert reparse(raw_database) == [filed.batch_id, asked.batch_id]
    assert rows(raw_database, "select distinct parse_error from ops.batches") == [(None,)]
    assert parsed_rows(raw_database) == before


def test_a_historical_answer_that_can_be_read_at_last_stands_at_the_moment_that_it_shows(
    raw_database: Mode, upstream: Upstream
) -> None:
    shown, asked_at = datetime(2024, 5, 1, 22, 55, tzinfo=UTC), "2026-04-18T16:00:00+00:00"
    body = {
        "timestamp": "2024-05-01T22:55:00Z",
        "previous_timestamp": None,
        "next_timestamp": None,
        "data": json.loads(odds_body()),
    }
    upstream.play(Answer(json.dumps(body).encode(), headers={"x-sandbox-now": asked_at}))
    broken = TheOddsApi()
    broken.parse = unreadable  # type: ignore[method-assign]
    request = SOURCE.historical_odds_request("baseball_mlb", shown)
    landed = land(request, broken, mode=raw_database, run_key="r")
    assert landed.parse_error and landed.observed_at == datetime(2026, 4, 18, 16, tzinfo=UTC)
    for _ in range(2):
        reparse(raw_database, "the_odds_api")
        for table in ("ops.batches", "raw_data.payload_events", "raw_data.games_raw",
                      "raw_data.payload_coverage"):  # fmt: skip
            found = rows(raw_database, f"select distinct observed_at from {table}")
            assert found == [(shown,)], table
    assert rows(raw_database, "select batch_id, historical from ops.batches") == [
        (landed.batch_id, True)
    ]


def unreadable(payload: Payload) -> Parsed:
    raise DriftedSchemaError("bookmakers are called otherwise")
