"""Landing of parsed lines: ours against three other ways to write the same rows under the same key.

Ours is the whole of it: claim of the batch, the payload's bytes, games, events, coverage, lines,
outcome row, one durable commit. The others write the lines alone. Every way gets the same rows in
turn, on one server with fsync; figures are medians.
"""

import io
import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import psycopg2
from psycopg2.extras import execute_values

from bench._machine import machine
from bench._scratch import scratch_warehouse
from linehouse import database
from linehouse.landing import land_payload
from linehouse.settings import Mode
from linehouse.sources.base import Payload
from linehouse.sources.rows import Parsed
from linehouse.sources.the_odds_api.source import SOURCE

EVENTS = 2084
BOOKMAKERS = tuple(f"book{number}" for number in range(8))
ROUNDS = 3
TARGET_LINES_PER_SECOND = 120_000
LANDED_ON = date(2026, 4, 18)
COLUMNS = (
    "payload_id",
    "position",
    "landed_on",
    "source_event_id",
    "bookmaker",
    "market",
    "outcome",
    "price",
    "point",
    "price_format",
    "label",
    "last_update",
    "description",
)
KEY = "payload_id, position, landed_on"
UPSERT = "on conflict ({}) do update set {}".format(
    KEY, ", ".join(f"{column} = excluded.{column}" for column in COLUMNS if column not in KEY)
)
OTHERS = ("to_sql", "execute_values", "copy_and_upsert", "bare_copy")
Rows = list[tuple[Any, ...]]


@dataclass
class Ready:
    """A source whose payloads are parsed beforehand, so that only landing is measured."""

    parsed: Parsed
    name: str = "the_odds_api"

    @property
    def payload_tables(self) -> dict[str, str]:
        return {"odds": "odds_api_responses"}

    def parse(self, payload: Payload) -> Parsed:
        return self.parsed


def measure() -> dict[str, Any]:
    """Lines a second for each way, and how long landing the same payload again takes."""
    body = _body()
    payload = Payload("the_odds_api", "odds", body, None, sport_key="baseball_mlb")
    began = time.perf_counter()
    parsed = SOURCE.parse(payload)
    parse_seconds = time.perf_counter() - began
    rows = _rows(parsed)
    with scratch_warehouse() as mode:
        _make_tables(mode)
        seconds: dict[str, list[float]] = {}
        for number in range(ROUNDS):
            ways: dict[str, Callable[[], None]] = {
                "linehouse": lambda n=number: _land(mode, parsed, body, n),  # type: ignore[misc]
                "landed_again": lambda n=number: _land(mode, parsed, body, n),  # type: ignore[misc]
                "to_sql": lambda: _to_sql(mode, rows),
                "execute_values": lambda: _execute_values(mode, rows),
                "copy_and_upsert": lambda: _copy_and_upsert(mode, rows),
                "bare_copy": lambda: _bare_copy(mode, rows),
            }
            _empty_tables(mode)
            for name, way in ways.items():
                began = time.perf_counter()
                way()
                seconds.setdefault(name, []).append(time.perf_counter() - began)
        _check(mode, len(rows))
    median = {name: statistics.median(times) for name, times in seconds.items()}
    speed = {name: round(len(rows) / taken) for name, taken in median.items()}
    return {
        "name": "landing",
        "seconds": round(median["linehouse"], 3),
        "lines_per_second": speed["linehouse"],
        "target_lines_per_second": TARGET_LINES_PER_SECOND,
        "lines": len(rows),
        "payload_megabytes": round(len(body) / 1e6, 1),
        "landed_again_seconds": round(median["landed_again"], 3),
        "parse_seconds": round(parse_seconds, 3),
        "rounds": ROUNDS,
        "measured_on": machine(),
        "compared_to": {
            "what": "lines a second of other ways, the same rows and key, without payload, games, "
            "events, batch and log",
            "to_sql": speed["to_sql"],
            "execute_values": speed["execute_values"],
            "copy_and_upsert": speed["copy_and_upsert"],
            "bare_copy_without_key": speed["bare_copy"],
        },
    }


def _body() -> bytes:
    """One answer with two sides of three markets at eight bookmakers for each event."""

    def outcomes(home: str, away: str, market: str, number: int) -> list[dict[str, Any]]:
        names = ("Over", "Under") if market == "totals" else (home, away)
        made: list[dict[str, Any]] = [
            {"name": name, "price": -140 + (number * 7 + side * 31) % 45}
            for side, name in enumerate(names)
        ]
        if market != "h2h":
            for side, outcome in enumerate(made):
                outcome["point"] = 8.5 if market == "totals" else (-1.5, 1.5)[side]
        return made

    events = []
    for number in range(EVENTS):
        home, away = f"Home Team {number % 30}", f"Away Team {(number * 7) % 30}"
        updated = f"2026-04-18T15:{number % 60:02d}:30Z"
        bookmakers = [
            {
                "key": book,
                "title": book.title(),
                "last_update": updated,
                "markets": [
                    {
                        "key": market,
                        "last_update": updated,
                        "outcomes": outcomes(home, away, market, number + offset),
                    }
                    for market in ("h2h", "spreads", "totals")
                ],
            }
            for offset, book in enumerate(BOOKMAKERS)
        ]
        events.append(
            {
                "id": f"{number:032x}",
                "sport_key": "baseball_mlb",
                "sport_title": "MLB",
                "commence_time": "2026-04-18T23:05:00Z",
                "home_team": home,
                "away_team": away,
                "bookmakers": bookmakers,
            }
        )
    return json.dumps(events).encode()


def _rows(parsed: Parsed) -> Rows:
    return [
        (
            1,
            position,
            LANDED_ON,
            line.source_event_id,
            line.bookmaker,
            line.market,
            line.outcome,
            line.price,
            line.point,
            line.price_format,
            line.label,
            line.last_update,
            line.description,
        )
        for position, line in enumerate(parsed.lines, 1)
    ]


def _make_tables(mode: Mode) -> None:
    with database.connect(mode) as connection:
        connection.execute("create schema bench")
        for name in ("to_sql", "execute_values", "copy_and_upsert"):
            connection.execute(
                f"create table bench.{name} (like raw_data.betting_lines_raw including all)"
            )
        connection.execute("create table bench.bare_copy (like raw_data.betting_lines_raw)")


def _empty_tables(mode: Mode) -> None:
    """The others write into empty tables each round; ours grow."""
    with database.connect(mode) as connection:
        connection.execute(f"truncate {', '.join(f'bench.{name}' for name in OTHERS)}")


def _check(mode: Mode, count: int) -> None:
    """Every way wrote every row, once."""
    with database.connect(mode) as connection:
        for table in OTHERS:
            found = connection.execute(f"select count(*) from bench.{table}").fetchone()
            assert found == (count,), f"{table} wrote {found}, not {count}"
        ours = connection.execute(
            "select count(*), count(distinct payload_id) from raw_data.betting_lines_raw"
        ).fetchone()
        assert ours == (count * ROUNDS, ROUNDS), ours


def _land(mode: Mode, parsed: Parsed, body: bytes, number: int) -> None:
    payload = Payload(
        "the_odds_api", "odds", body, None, name=f"{number}.json", sport_key="baseball_mlb"
    )
    land_payload(payload, Ready(parsed), mode=mode, run_key="bench")


def _to_sql(mode: Mode, rows: Rows) -> None:
    engine = database.engine(mode)
    with engine.begin() as connection:
        pd.DataFrame(rows, columns=list(COLUMNS)).to_sql(
            "to_sql", connection, schema="bench", if_exists="append", index=False, chunksize=10_000
        )


def _psycopg2(mode: Mode) -> Any:
    parts = database.dsn_parts(mode)
    return psycopg2.connect(
        host=parts.host,
        port=parts.port,
        user=parts.user,
        password=parts.password,
        dbname=parts.dbname,
    )


def _execute_values(mode: Mode, rows: Rows) -> None:
    connection = _psycopg2(mode)
    with connection, connection.cursor() as cursor:
        execute_values(
            cursor,
            f"insert into bench.execute_values ({', '.join(COLUMNS)}) values %s {UPSERT}",
            rows,
            page_size=1000,
        )
    connection.close()


def _copy_and_upsert(mode: Mode, rows: Rows) -> None:
    connection = _psycopg2(mode)
    with connection, connection.cursor() as cursor:
        cursor.execute("create temp table incoming (like bench.copy_and_upsert) on commit drop")
        cursor.copy_expert("copy incoming from stdin with (format csv)", _csv(rows))
        cursor.execute(f"insert into bench.copy_and_upsert select * from incoming {UPSERT}")
    connection.close()


def _bare_copy(mode: Mode, rows: Rows) -> None:
    connection = _psycopg2(mode)
    with connection, connection.cursor() as cursor:
        cursor.copy_expert("copy bench.bare_copy from stdin with (format csv)", _csv(rows))
    connection.close()


def _csv(rows: Iterable[tuple[Any, ...]]) -> io.StringIO:
    text = io.StringIO()
    text.writelines(
        ",".join("" if value is None else str(value) for value in row) + "\n" for row in rows
    )
    text.seek(0)
    return text


if __name__ == "__main__":
    print(json.dumps(measure()))
