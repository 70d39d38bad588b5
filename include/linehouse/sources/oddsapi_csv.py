"""The Odds API, flattened to CSV by those who collected it.

Endpoints: as of the vendor's odds, events and scores. Grain: one row an outcome (odds), an event
(schedules) or a team's score. Cadence: one file a capture. Key: none. Terms of use: the vendor's
and the collector's. Prices are decimal.

Dialects are told by their headings: `snapshot_utc` (`20260303_212706`) with `bookmaker`, or
`snapshot_time` (ISO) with `bookmaker_key`, `market_type`, `implied_prob`; events; scores.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from linehouse.settings import PROJECT_ROOT
from linehouse.sources.archive_times import STAMP_ADVICE, time_in_name
from linehouse.sources.base import DriftedSchemaError, Parsed, Payload, UnreadablePayloadError
from linehouse.sources.the_odds_api_events import (
    parse_events,
    parse_schedule,
    parse_scores,
    parse_time,
)
from linehouse.sources.verbatim_json import NumberText

FEED = "oddsapi_csv"
SAME_CAPTURE = timedelta(seconds=60)
"""Instants in one file that lie closer together are one capture."""

EVENT_COLUMNS = ("event_id", "home_team", "away_team", "commence_time")
OPTIONAL_COLUMNS = {"sport_key", "sport_title", "snapshot_utc", "snapshot_time"}
BOOKMAKER_COLUMNS = ("bookmaker", "bookmaker_key")
ODDS_COLUMNS = ("market", "outcome_name", "price", "point", "last_update")
DERIVED_COLUMNS = {"bookmaker_title", "market_type", "implied_prob"}
SCORE_COLUMNS = ("completed", "last_update", "score_name", "score_value")

Row = Mapping[str, str]


class OddsApiCsv:
    """Feed `oddsapi_csv`; the rows are The Odds API's own."""

    name = "the_odds_api"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {FEED: "archive_files"}

    def parse(self, payload: Payload) -> Parsed:
        """Read one file. Raises `UnreadablePayloadError` or `DriftedSchemaError`."""
        headings, rows = _table(payload.body, payload.name)
        drift: list[str] = []
        sport_key = payload.sport_key
        if "market" in headings:
            events = _events_with_odds(headings, rows, payload, drift)
            parsed = parse_events(events, sport_key=sport_key, price_format="decimal")
            known = {*ODDS_COLUMNS, *BOOKMAKER_COLUMNS, *DERIVED_COLUMNS}
        elif "completed" in headings:
            events = _events_with_scores(headings, rows, payload, drift)
            parsed = parse_scores(events, sport_key=sport_key)
            known = set(SCORE_COLUMNS)
        else:
            events = [_event(row, payload) for row in _with_event(rows, drift)]
            parsed = parse_schedule(events, sport_key=sport_key)
            known = set()
        unknown = set(headings) - known - {*EVENT_COLUMNS, *OPTIONAL_COLUMNS, "ingested_at"}
        instants = _instants(rows, payload.name)
        if len(instants) > 1:
            drift.append(f"{len(instants)} instants within one capture, the last counts")
        parsed.historical = True
        parsed.drift = [*parsed.drift, *(f"unknown column {c!r}" for c in sorted(unknown)), *drift]
        books = tuple(dict.fromkeys(line.bookmaker for line in parsed.lines))
        parsed.coverage = [replace(c, bookmakers=books or None) for c in parsed.coverage]
        return parsed


SOURCE = OddsApiCsv()


def observed_at(body: bytes, name: str | None) -> datetime:
    """When the capture was taken: the column's instant, else the time in the file's name, else
    (scores) the last update of any score.

    Raises `UnreadablePayloadError` or `DriftedSchemaError`; the latter also without any time.
    """
    _, rows = _table(body, name)
    instants = _instants(rows, name)
    if instants:
        return max(instants)
    in_name = time_in_name(name)
    if in_name is not None:
        return in_name
    updates = [row["last_update"] for row in rows if row.get("last_update")]
    if updates and "score_name" in rows[0]:
        return max(parse_time(text, "last_update") for text in updates)
    raise DriftedSchemaError(
        f"{name}: neither a column (snapshot_utc, snapshot_time) nor the file's name tells when it "
        f"was captured; {STAMP_ADVICE}.csv"
    )


def is_capture(body: bytes) -> bool:
    """Whether these bytes are CSV with the headings of one of the dialects."""
    first_line = body[:4096].decode("utf-8-sig", "replace").split("\n", 1)[0]
    return set(EVENT_COLUMNS) <= {heading.strip() for heading in first_line.split(",")}


def _table(body: bytes, name: str | None) -> tuple[list[str], list[Row]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadablePayloadError(f"{name}: not UTF-8 at byte {error.start}") from error
    if "\x00" in text:
        raise UnreadablePayloadError(f"{name}: holds NUL characters, so it is no CSV text")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        headings = [heading.strip() for heading in next(reader, [])]
        cells = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UnreadablePayloadError(f"{name}: not readable as CSV ({error})") from error
    _require(headings, EVENT_COLUMNS, name)
    if len(set(headings)) < len(headings):
        raise DriftedSchemaError(f"{name}: a heading is there twice: {', '.join(headings)}")
    for line, row in cells:
        if len(row) != len(headings):
            raise UnreadablePayloadError(
                f"{name}, line {line}: {len(row)} cells under {len(headings)} headings; the file "
                "may be cut off"
            )
    return headings, [dict(zip(headings, row, strict=True)) for _, row in cells]


def _require(headings: Sequence[str], wanted: Iterable[str], name: str | None) -> None:
    missing = [column for column in wanted if column not in headings]
    if missing:
        raise DriftedSchemaError(
            f"{name}: column {', '.join(missing)} is missing; there are {', '.join(headings)}"
        )


def _instants(rows: Sequence[Row], name: str | None) -> set[datetime]:
    """The capture's instants, told apart; raises when they are no single capture."""
    texts = {row.get("snapshot_utc") or row.get("snapshot_time") or "" for row in rows} - {""}
    instants = {_instant(text) for text in texts}
    if instants and max(instants) - min(instants) > SAME_CAPTURE:
        raise DriftedSchemaError(
            f"{name}: holds {len(instants)} captures from {min(instants):%Y-%m-%d %H:%M:%S} to "
            f"{max(instants):%Y-%m-%d %H:%M:%S} UTC; split it into one file per capture"
        )
    return instants


def _instant(text: str) -> datetime:
    if re.fullmatch(r"\d{8}_\d{6}", text):
        return datetime.strptime(text, "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    return parse_time(text, "snapshot_time")


def _with_event(rows: Sequence[Row], drift: list[str]) -> list[Row]:
    whole = [row for row in rows if all(row[column].strip() for column in EVENT_COLUMNS)]
    if len(whole) < len(rows):
        drift.append(f"{len(rows) - len(whole)} rows without an event: left out")
    return whole


def _event(row: Row, payload: Payload) -> dict[str, Any]:
    event: dict[str, Any] = {
        "id": row["event_id"],
        "sport_key": row.get("sport_key") or payload.sport_key or _sport_of(row, payload.name),
        "commence_time": row["commence_time"],
        "home_team": row["home_team"],
        "away_team": row["away_team"],
    }
    if row.get("sport_title"):
        event["sport_title"] = row["sport_title"]
    return event


def _events_with_odds(
    headings: Sequence[str], rows: Sequence[Row], payload: Payload, drift: list[str]
) -> list[dict[str, Any]]:
    _require(headings, ODDS_COLUMNS, payload.name)
    book_column = next((c for c in BOOKMAKER_COLUMNS if c in headings), BOOKMAKER_COLUMNS[0])
    _require(headings, [book_column], payload.name)
    events: dict[str, dict[str, Any]] = {}
    bookmakers: dict[tuple[str, str], dict[str, Any]] = {}
    markets: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    without_line = 0
    for row in _with_event(rows, drift):
        event_id, book, market = row["event_id"], row[book_column], row["market"]
        if event_id not in events:
            events[event_id] = {**_event(row, payload), "bookmakers": []}
        if not (book and market and row["outcome_name"]):
            without_line += 1
            continue
        if (event_id, book) not in bookmakers:
            bookmakers[event_id, book] = {"key": book, "markets": []}
            events[event_id]["bookmakers"].append(bookmakers[event_id, book])
        key = (event_id, book, market, row["last_update"])
        if key not in markets:
            markets[key] = {
                "key": market,
                "last_update": row["last_update"] or None,
                "outcomes": [],
            }
            bookmakers[event_id, book]["markets"].append(markets[key])
        markets[key]["outcomes"].append(
            {
                "name": row["outcome_name"],
                "price": NumberText(row["price"]) if row["price"] else None,
                "point": NumberText(row["point"]) if row["point"] else None,
            }
        )
    if without_line:
        drift.append(f"{without_line} rows without bookmaker, market or outcome: no line")
    return list(events.values())


def _events_with_scores(
    headings: Sequence[str], rows: Sequence[Row], payload: Payload, drift: list[str]
) -> list[dict[str, Any]]:
    _require(headings, SCORE_COLUMNS, payload.name)
    events: dict[str, dict[str, Any]] = {}
    for row in _with_event(rows, drift):
        completed = row["completed"].strip().lower()
        if completed not in ("true", "false"):
            raise DriftedSchemaError(f"{payload.name}: completed is {row['completed']!r}")
        event = events.setdefault(
            row["event_id"],
            {
                **_event(row, payload),
                "completed": completed == "true",
                "scores": None,
                "last_update": row["last_update"] or None,
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
    seeds = PROJECT_ROOT / "dbt" / "seeds"
    sports: dict[str, str] = {}
    with (seeds / "sports.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["season_type"] != "preseason":
                sports.setdefault(row["league"], row["sport_key"])
    with (seeds / "team_names.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["full_name"].casefold(): sports[row["team_id"].partition("_")[0]]
            for row in csv.DictReader(file)
        }


def sport_of_team(full_name: str) -> str | None:
    """Sport key of a team by its full name (`Boston Celtics`), from the seeds; None if unknown."""
    return _sports_by_team().get(full_name.strip().casefold())
