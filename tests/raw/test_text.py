"""Any text that a source can write comes back the same, or its repair is told."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linehouse import database
from linehouse.landing import copy_rows, land_payload
from linehouse.landing.copy_rows import Place, copy_parsed, delete_parsed
from linehouse.landing.payloads import DEFAULT_POLICY
from linehouse.landing.reading import REPAIRED, storable, storable_json
from linehouse.settings import Mode
from linehouse.sources.base import Payload
from linehouse.sources.errors import UnreadablePayloadError
from linehouse.sources.rows import (
    Coverage,
    GameRow,
    InjuryRow,
    LineRow,
    MovementRow,
    Parsed,
    PlayerStatRow,
    SplitRow,
    TeamStatRow,
)
from tests.raw.conftest import log_rows, rows


class OneText:
    """A file that is one JSON string, which then stands in every text column."""

    name = "one_text"
    payload_tables = {"files": "archive_files"}

    def parse(self, payload: Payload) -> Parsed:
        return texts(json.loads(payload.body))


def texts(text: str) -> Parsed:
    return Parsed(
        games=[GameRow(text, text, text, text, details={"k": text, text: [text, {"n": 1}]})],
        lines=[LineRow(text, text, text, text, text, None, label=text, description=text)],
        movements=[
            MovementRow(text, text, text, text, text, text, None, text, details={"k": text})
        ],
        splits=[SplitRow(text, text, text, text, tickets_pct=text, details={"k": text})],
        injuries=[InjuryRow(text, text, text, status=text, details={"k": text})],
        team_stats=[TeamStatRow(text, text, text, source_event_id=text, stats={"k": text})],
        player_stats=[PlayerStatRow(text, text, text, stats={"k": text})],
        coverage=[Coverage(text, (text, "h2h"), (text,), text)],
    )


AWKWARD = [
    "a\tb\nc\rd\\e",
    "\\N",
    "\\.",
    "{a,b} \"c\" 'd'",
    "",
    "Montréal - Lietuvos Žalgiris 東京 🏀",
    "\x01\x1f\x7f\x85\u2028",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_comes_back_the_same(raw_database: Mode, text: str) -> None:
    body = json.dumps(text).encode()
    result = land_payload(
        Payload("one_text", "files", body, None, name="t"),
        OneText(),
        mode=raw_database,
        run_key="r",
    )
    assert result.parse_error is None and result.drift == ()
    assert rows(
        raw_database,
        "select source_event_id, bookmaker, market, outcome, price, point, label, description"
        " from raw_data.betting_lines_raw",
    ) == [(text, text, text, text, text, None, text, text)]
    ((home, details),) = rows(raw_database, "select home_team, details from raw_data.games_raw")
    assert (home, details) == (text, {"k": text, text: [text, {"n": 1}]})
    ((markets, event),) = rows(
        raw_database, "select markets, source_event_id from raw_data.payload_coverage"
    )
    assert (markets, event) == ([text, "h2h"], text)


@pytest.mark.parametrize("text", ["a\0b", "\ud800 lone", "\0"])
def test_text_that_postgresql_cannot_hold_is_replaced_and_told(
    raw_database: Mode, text: str
) -> None:
    body = json.dumps(text).encode()
    result = land_payload(
        Payload("one_text", "files", body, None, name="t"),
        OneText(),
        mode=raw_database,
        run_key="r",
    )
    repaired = text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
    assert result.parse_error is None
    assert result.drift == (REPAIRED,)
    assert rows(raw_database, "select drift from ops.batches") == [([REPAIRED],)]
    assert rows(raw_database, "select bookmaker, price from raw_data.betting_lines_raw") == [
        (repaired, repaired)
    ]
    ((stored,),) = rows(raw_database, "select body from raw_data.archive_files")
    assert bytes(stored) == body


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=30))
def test_any_text_survives_the_copy(raw_database: Mode, text: str) -> None:
    with database.connect(raw_database) as connection:
        connection.execute("select raw_data.ensure_lines_month('2026-04-18')")
        place = Place(1, "one_text", None, __import__("datetime").date(2026, 4, 18))
        copy_parsed(connection, texts(text), place)
        line = connection.execute("select bookmaker from raw_data.betting_lines_raw").fetchone()
        game = connection.execute("select details->>'k' from raw_data.games_raw").fetchone()
        others = connection.execute(
            """
            select moved_text, details->>'k', price_format from raw_data.line_movements_raw
            union all
            select tickets_pct, details->>'k', market from raw_data.betting_splits_raw
            union all
            select status, details->>'k', player from raw_data.injuries_raw
            union all
            select team, stats->>'k', scope from raw_data.team_stats_raw
            union all
            select player, stats->>'k', scope from raw_data.player_stats_raw
            """
        ).fetchall()
        delete_parsed(connection, 1, place.landed_on)
        kept = storable(text)
        assert line == game == (kept,)
        assert sorted(others) == sorted([(kept, kept, "american")] + [(kept, kept, kept)] * 4)
        for table in copy_rows.PARSED_TABLES:
            left = connection.execute(f"select count(*) from raw_data.{table}").fetchone()
            assert left == (0,), table
        connection.rollback()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_storable_text_is_left_alone(text: str) -> None:
    assert storable(text) == text


def test_details_of_any_type_become_json() -> None:
    from datetime import date
    from decimal import Decimal

    value = {"n": float("nan"), "d": date(2026, 4, 18), "x": Decimal("1.50"), "l": [1, None, True]}
    assert json.loads(storable_json(value)) == {
        "n": "nan",
        "d": "2026-04-18",
        "x": "1.50",
        "l": [1, None, True],
    }


def test_many_distinct_texts_do_not_fill_the_memory(
    raw_database: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_rows, "REMEMBERED_TEXTS", 10)
    cells = copy_rows._Cells()
    assert [cells[str(number)] for number in range(1000)] == [str(n) for n in range(1000)]
    assert len(cells) <= 12


def test_a_file_that_is_too_large_is_refused_and_logged(
    raw_database: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from linehouse.landing import payloads

    monkeypatch.setattr(payloads, "DEFAULT_POLICY", replace(DEFAULT_POLICY, maximum_body_bytes=9))
    payload = Payload("one_text", "files", b'"0123456789"', None, name="big.json")
    with pytest.raises(UnreadablePayloadError, match=r"big\.json has 12 bytes"):
        land_payload(payload, OneText(), mode=raw_database, run_key="r")
    assert log_rows(raw_database) == [("failed", "UnreadablePayloadError")]
    assert rows(raw_database, "select count(*) from ops.batches") == [(0,)]


def test_a_feed_that_the_source_does_not_have_is_a_mistake_of_the_caller(
    raw_database: Mode,
) -> None:
    with pytest.raises(ValueError, match="no feed 'odds'; there are files"):
        land_payload(Payload("one_text", "odds", b"", None), OneText(), mode="sandbox", run_key="r")
