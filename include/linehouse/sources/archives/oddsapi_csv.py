"""The Odds API, flattened to CSV by those who collected it.

Endpoints: as of the vendor's odds, events and scores. Grain: one row an outcome (odds), an event
(schedules) or a team's score. Cadence: one file a capture, or many captures in one file. Key: none.
Terms of use: the vendor's and the collector's. Prices are American or decimal, as they look.

A file that holds several captures is landed as one payload for each: the heading line and the rows
of that capture, as they were written, under the name `odds.csv#2026-03-07T21:14:16Z`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from linehouse import own_seeds
from linehouse.sources.archives.csv_capture import (
    INSTANT,
    SCORE_COLUMNS,
    Capture,
    Row,
    Table,
    captures_in,
    has_event_columns,
    read_table,
)
from linehouse.sources.archives.times import STAMP_ADVICE, time_in_name
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.bookmaker_regions import spoken_about
from linehouse.sources.reading.price_formats import price_format
from linehouse.sources.reading.verbatim_json import NumberText
from linehouse.sources.rows import Parsed
from linehouse.sources.the_odds_api.events import (
    parse_events,
    parse_schedule,
    parse_scores,
    parse_time,
)

FEED = "oddsapi_csv"
EVENT_COLUMNS = ("event_id", "home_team", "away_team", "commence_time")
ODDS_COLUMNS = ("bookmaker", "market", "outcome_name", "price")
SPORT_KEY = re.compile(r"[a-z]+(_[a-z0-9]+)+")


class OddsApiCsv:
    """Feed `oddsapi_csv`; the rows are The Odds API's own."""

    name = "the_odds_api"
    parser_version = "2"
    payload_tables: Mapping[str, str] = {FEED: "archive_files"}
    may_be_empty = (FEED,)
    """An empty answer that was filed: no game was listed."""

    def told_by_name(self, payload: Payload) -> str:
        """Nothing but the time of the capture, which `captures` reads."""
        return ""

    def parse(self, payload: Payload) -> Parsed:
        """Read one capture. Raises `UnreadablePayloadError` or `DriftedSchemaError`."""
        table = read_table(payload.body, payload.name)
        drift: list[str] = []
        sport_key = payload.sport_key
        if "market" in table.columns:
            table.require(ODDS_COLUMNS)
            parsed = parse_events(
                _events_with_odds(table, payload, drift),
                sport_key=sport_key,
                price_format=price_format(row["price"] for row in table.rows),
            )
        elif "completed" in table.columns:
            table.require(SCORE_COLUMNS)
            parsed = parse_scores(_events_with_scores(table, payload, drift), sport_key=sport_key)
        else:
            events = [_event(row, payload) for row in _with_event(table, drift)]
            parsed = parse_schedule(events, sport_key=sport_key)
        captures = captures_in(table)
        if len(captures) > 1:
            raise DriftedSchemaError(
                f"{payload.name}: holds {len(captures)} captures from "
                f"{captures[0].observed_at:%Y-%m-%d %H:%M:%S} to "
                f"{captures[-1].observed_at:%Y-%m-%d %H:%M:%S} UTC; each is a payload of its own"
            )
        if captures and captures[0].instants > 1:
            drift.append(f"{captures[0].instants} instants within one capture, the last counts")
        parsed.historical = True
        parsed.drift = [
            *parsed.drift,
            *(f"unknown column {column!r}" for column in table.unknown),
            *drift,
        ]
        books = spoken_about(line.bookmaker for line in parsed.lines)
        parsed.coverage = [replace(c, bookmakers=books or None) for c in parsed.coverage]
        return parsed


SOURCE = OddsApiCsv()


def captures(body: bytes, name: str) -> Iterator[Payload]:
    """The payloads that a file is landed as, oldest first: the file itself, or where it holds
    several captures the rows of each.

    When one was taken is told by its rows, else by the file's name, else (scores) by the last
    update of any score. Raises `UnreadablePayloadError` or `DriftedSchemaError`: at once for a file
    that cannot be read or tells no time; after all others for rows without a time among captures.
    """
    table = read_table(body, name)
    found = captures_in(table)
    if len(found) < 2:
        observed_at = found[0].observed_at if found else _time_of_all(table)
        yield Payload(SOURCE.name, FEED, body, observed_at, name=name)
        return
    for capture in found:
        yield _part(table, capture)
    untimed = sum(not row[INSTANT] for row in table.rows)
    if untimed:
        raise DriftedSchemaError(
            f"{name}: {untimed} rows do not tell which of its {len(found)} captures they are of; "
            "the others were taken"
        )


def is_capture(body: bytes) -> bool:
    """Whether these bytes are CSV with the headings of an event."""
    return has_event_columns(body)


def _part(table: Table, capture: Capture) -> Payload:
    body = table.header_text + "".join(table.row_texts[number] for number in capture.rows)
    stamp = capture.observed_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return Payload(
        SOURCE.name, FEED, body.encode(), capture.observed_at, name=f"{table.name}#{stamp}"
    )


def _time_of_all(table: Table) -> datetime:
    in_name = time_in_name(table.name)
    if in_name is not None:
        return in_name
    updates = [row["last_update"] for row in table.rows if row.get("last_update")]
    if updates and "completed" in table.columns:
        return max(parse_time(text, "last_update") for text in updates)
    raise DriftedSchemaError(
        f"{table.name}: neither a column (snapshot_utc, snapshot_time, timestamp, fetched_at) nor "
        f"the file's name tells when it was captured; {STAMP_ADVICE}.csv"
    )


def _with_event(table: Table, drift: list[str]) -> list[Row]:
    whole = [row for row in table.rows if all(row[column] for column in EVENT_COLUMNS)]
    if len(whole) < len(table.rows):
        drift.append(f"{len(table.rows) - len(whole)} rows without an event: left out")
    return whole


def _event(row: Row, payload: Payload) -> dict[str, Any]:
    told = row.get("sport_key", "")
    return {
        "id": row["event_id"],
        "sport_key": (told if SPORT_KEY.fullmatch(told) else "")
        or payload.sport_key
        or _sport_of(row, payload.name),
        "commence_time": _number_or_text(row["commence_time"]),
        "home_team": row["home_team"],
        "away_team": row["away_team"],
    }


def _number_or_text(cell: str) -> str:
    return NumberText(cell) if cell.isdigit() else cell


def _events_with_odds(table: Table, payload: Payload, drift: list[str]) -> list[dict[str, Any]]:
    events: dict[str, dict[str, Any]] = {}
    bookmakers: dict[tuple[str, str], dict[str, Any]] = {}
    markets: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    without_line = 0
    for row in _with_event(table, drift):
        event_id, book, market = row["event_id"], row["bookmaker"], row["market"]
        if event_id not in events:
            events[event_id] = {**_event(row, payload), "bookmakers": []}
        if not (book and market and row["outcome_name"]):
            without_line += 1
            continue
        if (event_id, book) not in bookmakers:
            bookmakers[event_id, book] = {"key": book, "markets": []}
            events[event_id]["bookmakers"].append(bookmakers[event_id, book])
        last_update, point = row.get("last_update", ""), row.get("point", "")
        key = (event_id, book, market, last_update)
        if key not in markets:
            markets[key] = {"key": market, "last_update": last_update or None, "outcomes": []}
            bookmakers[event_id, book]["markets"].append(markets[key])
        markets[key]["outcomes"].append(
            {
                "name": row["outcome_name"],
                "price": NumberText(row["price"]) if row["price"] else None,
                "point": NumberText(point) if point else None,
            }
        )
    if without_line:
        drift.append(f"{without_line} rows without bookmaker, market or outcome: no line")
    return list(events.values())


def _events_with_scores(table: Table, payload: Payload, drift: list[str]) -> list[dict[str, Any]]:
    events: dict[str, dict[str, Any]] = {}
    for row in _with_event(table, drift):
        completed = row["completed"].lower()
        if completed not in ("true", "false"):
            raise DriftedSchemaError(f"{payload.name}: completed is {row['completed']!r}")
        event = events.setdefault(
            row["event_id"],
            {
                **_event(row, payload),
                "completed": completed == "true",
                "scores": None,
                "last_update": row.get("last_update") or None,
            },
        )
        if row["score_name"]:
            event["scores"] = [
                *(event["scores"] or []),
                {"name": row["score_name"], "score": row["score_value"] or None},
            ]
    return list(events.values())


def _sport_of(row: Row, name: str | None) -> str:
    """The sport that both teams tell, in a dialect that does not name it."""
    leagues = [sport_of_team(row[column]) for column in ("home_team", "away_team")]
    if leagues[0] is None or leagues[0] != leagues[1]:
        raise DriftedSchemaError(
            f"{name}: there is no column sport_key, and the teams {row['away_team']!r} and "
            f"{row['home_team']!r} are of no one known league; say which sport the file holds"
        )
    return leagues[0]


@lru_cache
def _sports_by_team() -> dict[str, str]:
    sports: dict[str, str] = {}
    for row in own_seeds.rows("sports"):
        if row["season_type"] != "preseason":
            sports.setdefault(row["league"], row["sport_key"])
    leagues = {row["team_id"]: row["league"] for row in own_seeds.rows("teams")}
    return {
        row["full_name"].casefold(): sports[leagues[row["team_id"]]]
        for row in own_seeds.rows("team_names")
    }


def sport_of_team(full_name: str) -> str | None:
    """Sport key of a team by its full name (`Boston Celtics`), from the seeds; None if unknown."""
    return _sports_by_team().get(full_name.strip().casefold())
