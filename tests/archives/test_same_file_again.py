"""A file is what it holds and what its name tells, not what it is called."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from linehouse import archives, database, pipeline
from linehouse.landing import land_payload
from linehouse.settings import Mode
from linehouse.sources.archives import oddsapi_csv
from linehouse.sources.archives.sbro import source as sbro
from tests.archives.workbooks import Workbook, nba_game

CAPTURE = b"""\
event_id,home_team,away_team,commence_time,bookmaker,market,outcome_name,price,point,snapshot_utc
e1,Utah Jazz,Miami Heat,2026-03-04T00:10:00Z,tab,h2h,Utah Jazz,1.9,,20260303_212706
"""


def batches(mode: Mode) -> int:
    with database.connect(mode) as connection:
        row: psycopg.rows.TupleRow | None = connection.execute(
            "select count(*) from ops.batches"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_workbook_under_another_name_is_a_duplicate(
    fresh_live_database: Mode, nba_workbook: Workbook
) -> None:
    mode = fresh_live_database
    first = nba_workbook(*nba_game(1025, "Utah", "Miami"), name="nba odds 2016-17.xlsx")

    def land(name: str) -> tuple[str, object]:
        landed = land_payload(
            replace(first, name=name), sbro.SOURCE, mode=mode, run_key=f"load {name}"
        )
        return landed.outcome, landed.batch_id

    outcome, batch = land("nba odds 2016-17.xlsx")
    assert outcome == "landed"
    for name in ("nba odds 2016-17 (1).xlsx", "NBA_2016-2017.xlsx", "copy of 2016/17.xlsx"):
        assert land(name) == ("duplicate", batch), name
    assert batches(mode) == 1
    assert land("nba odds 2017-18.xlsx")[0] == "landed", "another season is something else"
    assert land("nba odds.xlsx")[0] == "landed", "without a season it cannot be read"
    assert batches(mode) == 3


def test_a_capture_under_another_name_is_a_duplicate(fresh_live_database: Mode) -> None:
    mode = fresh_live_database
    outcomes = []
    for name in ("odds_snapshot_20260303_212706.csv", "copy.csv"):
        (capture,) = oddsapi_csv.captures(CAPTURE, name)
        outcomes.append(land_payload(capture, oddsapi_csv.SOURCE, mode=mode, run_key=name).outcome)
    assert outcomes == ["landed", "duplicate"] and batches(mode) == 1


def test_a_bad_file_is_named_and_the_others_are_loaded(
    fresh_live_database: Mode, tmp_path: Path
) -> None:
    (tmp_path / "a_notes.txt").write_text("hello")
    (tmp_path / "b.csv").write_bytes(CAPTURE)
    (tmp_path / "c_two.csv").write_bytes(
        CAPTURE.replace(b"_212706", b"_222706") + CAPTURE.splitlines()[1].replace(b"_21", b"_23")
    )
    done = list(pipeline.land_archive(fresh_live_database, tmp_path, None, "load"))
    assert [(one["file"], one["outcome"]) for one in done] == [
        ("b.csv", "landed"),
        ("c_two.csv#2026-03-03T22:27:06Z", "landed"),
        ("c_two.csv#2026-03-03T23:27:06Z", "landed"),
        (None, "not_loaded"),
    ]
    assert done[-1]["error"].startswith("a_notes.txt: of no known format")
    assert [one["error"] for one in done[:-1]] == [None] * 3
    summary = pipeline.gate(fresh_live_database, [one["batch_id"] for one in done])
    assert len(summary.accepted) == 3 and summary.held == []
    with database.connect(fresh_live_database) as connection:
        seen = connection.execute(
            "select e.observed_at from raw_data.payload_events as e order by 1"
        ).fetchall()
    assert [at.hour for (at,) in seen] == [21, 22, 23]

    (tmp_path / "b.csv").unlink()
    (tmp_path / "c_two.csv").unlink()
    with pytest.raises(archives.NotLoadedError, match=r"a_notes\.txt: of no known format"):
        list(pipeline.land_archive(fresh_live_database, tmp_path, None, "load"))
