"""Captures of The Odds API's JSON that others have kept as files.

Endpoints: as of the vendor's odds, scores and events. Grain: one outcome of one market at one book.
Cadence: whatever its collector chose. Key: none. Terms of use: the vendor's and the collector's.

Shapes: the vendor's bare list, one event, the historical envelope `{timestamp, ..., data}`, or a
collector's wrapper such as `{last_updated, sport, game_count, odds}`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from linehouse.sources.archives.times import STAMP_ADVICE, time_in_name
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.bookmaker_regions import spoken_about
from linehouse.sources.reading.price_formats import price_format
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Parsed
from linehouse.sources.the_odds_api.events import (
    parse_events,
    parse_schedule,
    parse_scores,
    parse_time,
)

FEED = "oddsapi_json"
TIME_FIELDS = ("timestamp", "last_updated", "fetched_at", "captured_at", "snapshot_time")
LIST_FIELDS = ("data", "odds", "events", "games", "scores", "response")


@dataclass(frozen=True)
class _Capture:
    events: Sequence[Mapping[str, Any]]
    path: str
    one_event: bool
    observed_at: datetime | None
    wrapper_fields: tuple[str, ...] = ()


class OddsApiJson:
    """Feed `oddsapi_json`; the rows are The Odds API's own."""

    name = "the_odds_api"
    parser_version = "2"
    payload_tables: Mapping[str, str] = {FEED: "archive_files"}
    may_be_empty = (FEED,)
    """An empty answer that was filed: no game was listed."""

    def told_by_name(self, payload: Payload) -> str:
        """Nothing but the time of the capture, which `observed_at` reads."""
        return ""

    def parse(self, payload: Payload) -> Parsed:
        """Read one capture. Raises `UnreadablePayloadError` or `DriftedSchemaError`."""
        capture = _open(payload.body, payload.name)
        parsed = _parse(capture, payload.sport_key)
        parsed.historical = True
        books = spoken_about(line.bookmaker for line in parsed.lines)
        parsed.coverage = [
            replace(
                covered,
                bookmakers=books or None,
                source_event_id=(parsed.games[0].source_event_id if capture.one_event else None),
            )
            for covered in parsed.coverage
        ]
        parsed.drift = [*parsed.drift, *(f"wrapper.{name}" for name in capture.wrapper_fields)]
        return parsed


SOURCE = OddsApiJson()


def observed_at(body: bytes, name: str | None) -> datetime:
    """When the capture was taken: the envelope's `timestamp`, else the wrapper's `last_updated`,
    else the UTC time in the file's name.

    Raises `UnreadablePayloadError` or `DriftedSchemaError`; the latter also without any time.
    """
    moment = _open(body, name).observed_at or time_in_name(name)
    if moment is None:
        raise DriftedSchemaError(
            f"{name}: neither the file nor its name tells when it was captured; {STAMP_ADVICE}.json"
        )
    return moment


def captures(body: bytes, name: str) -> Iterator[Payload]:
    """The payload that a file is landed as. Raises as `observed_at` does."""
    yield Payload(SOURCE.name, FEED, body, observed_at(body, name), name=name)


def is_capture(body: bytes) -> bool:
    """Whether these bytes are JSON that holds the vendor's events."""
    try:
        capture = _open(body, None)
    except DriftedSchemaError:
        return False
    return all("commence_time" in event for event in capture.events[:1])


def _open(body: bytes, name: str | None) -> _Capture:
    document = read_json(body)
    if isinstance(document, list):
        return _Capture(document, "", False, None)
    if not isinstance(document, dict):
        raise DriftedSchemaError(f"{name}: neither a list nor an object")
    if "commence_time" in document:
        return _Capture([document], "", True, None)
    moment = next(
        (
            parse_time(document[field], field)
            for field in TIME_FIELDS
            if document.get(field) is not None
        ),
        None,
    )
    for field in LIST_FIELDS:
        inner = document.get(field)
        known = {field, *TIME_FIELDS, "previous_timestamp", "next_timestamp"}
        others = tuple(sorted(document.keys() - known))
        if isinstance(inner, list):
            return _Capture(inner, field, False, moment, others)
        if isinstance(inner, dict) and "commence_time" in inner:
            return _Capture([inner], field, True, moment, others)
    raise DriftedSchemaError(
        f"{name}: no list of events under any of {', '.join(LIST_FIELDS)}; there are "
        f"{', '.join(sorted(document)) or 'no fields'}"
    )


def _parse(capture: _Capture, sport_key: str | None) -> Parsed:
    fields = {key for event in capture.events if isinstance(event, dict) for key in event}
    if "bookmakers" in fields:
        return parse_events(
            capture.events,
            at=capture.path,
            sport_key=sport_key,
            price_format=price_format(_prices(capture.events)),
        )
    if "scores" in fields:
        return parse_scores(capture.events, at=capture.path, sport_key=sport_key)
    return parse_schedule(capture.events, at=capture.path, sport_key=sport_key)


def _prices(events: Sequence[Any]) -> list[str]:
    """Every price that can be reached; what has another shape is left to the parser to name."""
    found: list[str] = []
    waiting: list[Any] = list(events)
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.get(key) for key in ("bookmakers", "markets", "outcomes"))
            found.append(str(value.get("price")))
    return found
