"""CSV as collectors of The Odds API write it: columns found by their headings, captures told apart.

A heading counts without case, blanks and order (`Event ID`, `eventId`, `event_id`), and under the
names that collectors use for the same thing. Cells stay as they were written, apart from blanks
around them and from those in which a program wrote that there is nothing (`nan`, `None`).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from linehouse.sources.archives.cells import NOTHING
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.the_odds_api.events import parse_time

SAME_CAPTURE = timedelta(seconds=60)
"""Instants in one file that lie closer together are one capture, unless a line is there twice."""
LONGEST_POLL = timedelta(minutes=15)
"""Books report at least that often: a time without zone that lies so near their last update, as
UTC, is UTC (zones differ by more)."""
CLOCK_TOLERANCE = timedelta(minutes=2)

EVENT_COLUMNS = ("event_id", "home_team", "away_team", "commence_time")
INSTANT = "snapshot_time"
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "event_id": ("event_id", "id", "game_id"),
    "home_team": ("home_team", "home"),
    "away_team": ("away_team", "away"),
    "commence_time": ("commence_time", "commence_time_utc", "start_time"),
    INSTANT: (
        "snapshot_utc",
        "snapshot_time",
        "snapshot_time_utc",
        "snapshot_timestamp",
        "snapshot_at",
        "snapshot",
        "timestamp",
        "timestamp_utc",
        "fetched_at",
        "fetched_at_utc",
        "captured_at",
        "collected_at",
        "retrieved_at",
        "observed_at",
    ),
    "sport_key": ("sport_key", "sport"),
    "bookmaker": ("bookmaker_key", "bookmaker", "book", "sportsbook"),
    "market": ("market", "market_key"),
    "outcome_name": ("outcome_name", "name", "outcome"),
    "price": ("price", "outcome_price", "odds"),
    "point": ("point", "outcome_point", "line", "handicap"),
    "last_update": ("last_update", "market_last_update", "bookmaker_last_update"),
    "score_name": ("score_name", "name"),
    "score_value": ("score_value", "score"),
}
"""Column to the headings it goes by, the best first."""
SCORE_COLUMNS = ("completed", "score_name", "score_value")
DERIVED = frozenset(
    {
        "sport_title",
        "bookmaker",
        "bookmaker_title",
        "bookmaker_name",
        "market_type",
        "implied_prob",
        "ingested_at",
        "last_update",
        "index",
    }
)
"""Headings that are known and tell nothing that other columns do not."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A file's rows by column, and the text that each was read from."""

    name: str | None
    columns: tuple[str, ...]
    """Those of `SYNONYMS` that are there, and `completed`."""
    unknown: tuple[str, ...]
    rows: tuple[Row, ...]
    header_text: str
    row_texts: tuple[str, ...]
    instant_heading: str | None

    def require(self, columns: Sequence[str]) -> None:
        """Raises `DriftedSchemaError` naming what is missing, and the headings that would do."""
        missing = [column for column in columns if column not in self.columns]
        if missing:
            raise DriftedSchemaError(
                f"{self.name}: column {', '.join(missing)} is missing; there are "
                f"{', '.join((*self.columns, *self.unknown))}"
            )


@dataclass(frozen=True)
class Capture:
    """Rows of one file that were taken at one time."""

    observed_at: datetime
    """The last instant of its rows."""
    instants: int
    rows: tuple[int, ...]
    """Numbers of the rows in their table."""


def has_event_columns(body: bytes) -> bool:
    """Whether the first line of these bytes heads a table of events."""
    line = body[:8192].decode("utf-8-sig", "replace").split("\n", 1)[0]
    cells = next(csv.reader([line], delimiter=_delimiter(line)), [])
    return set(EVENT_COLUMNS) <= set(_columns_of([_plain(cell) for cell in cells]))


def read_table(body: bytes, name: str | None) -> Table:
    """Read a file.

    Raises `UnreadablePayloadError` where it is no whole CSV, `DriftedSchemaError` without the
    columns that tell an event.
    """
    text = _text(body, name)
    lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    first_line = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=_delimiter(first_line), strict=True)
    try:
        headings = [_plain(cell) for cell in next(reader, [])]
        header_end = reader.line_num
        _refuse_twice(headings, name)
        places = _columns_of(headings)
        rows, texts = [], []
        before = header_end
        for cells in reader:
            written, before = "".join(lines[before : reader.line_num]), reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(headings):
                raise UnreadablePayloadError(
                    f"{name}, line {before}: {len(cells)} cells under {len(headings)} headings; "
                    "the file may be cut off"
                )
            rows.append({column: _cell(cells[place]) for column, place in places.items()})
            texts.append(written)
    except csv.Error as error:
        raise UnreadablePayloadError(f"{name}: not readable as CSV ({error})") from error
    used = set(places.values())
    others = [heading for place, heading in enumerate(headings) if heading and place not in used]
    table = Table(
        name=name,
        columns=tuple(places),
        unknown=tuple(
            sorted({h for h in others if h not in DERIVED and not h.startswith("unnamed")})
        ),
        rows=tuple(rows),
        header_text=text[: len(text) - len("".join(lines[header_end:]))],
        row_texts=tuple(texts),
        instant_heading=headings[places[INSTANT]] if INSTANT in places else None,
    )
    table.require(EVENT_COLUMNS)
    return table


def captures_in(table: Table) -> list[Capture]:
    """The captures that a file holds, oldest first; none where no row tells an instant.

    Rows are of one capture while their instants lie within `SAME_CAPTURE` and none tells again
    what an earlier instant told. Raises `DriftedSchemaError` for an instant that cannot be read.
    """
    by_instant: dict[datetime, list[int]] = {}
    for number, instant in _instants(table):
        by_instant.setdefault(instant, []).append(number)
    found: list[tuple[list[datetime], list[int]]] = []
    told: set[tuple[str, ...]] = set()
    for instant in sorted(by_instant):
        numbers = by_instant[instant]
        tells = {_subject(table.rows[number], table) for number in numbers} - {()}
        if found and instant - found[-1][0][0] <= SAME_CAPTURE and not tells & told:
            found[-1][0].append(instant)
            found[-1][1].extend(numbers)
            told |= tells
        else:
            found.append(([instant], list(numbers)))
            told = tells
    return [Capture(max(instants), len(instants), tuple(sorted(rows))) for instants, rows in found]


def _subject(row: Row, table: Table) -> tuple[str, ...]:
    """What a row speaks of; nothing for one that holds no line where others do."""
    if "market" in table.columns and not row.get("bookmaker"):
        return ()
    columns = ("event_id", "bookmaker", "market", "outcome_name", "point", "score_name")
    return tuple(row.get(column, "") for column in columns)


def _instants(table: Table) -> Iterator[tuple[int, datetime]]:
    if table.instant_heading is None:
        return
    texts = {row[INSTANT] for row in table.rows} - {""}
    instants = {text: _instant(text, table) for text in texts}
    without_zone = {text: at for text, at in instants.items() if at.tzinfo is None}
    if without_zone and "utc" not in table.instant_heading and not _is_utc(table, without_zone):
        example = next(iter(without_zone))
        raise DriftedSchemaError(
            f"{table.name}: {table.instant_heading} {example!r} names no time zone; if it is UTC, "
            "call the column snapshot_utc"
        )
    for number, row in enumerate(table.rows):
        if row[INSTANT]:
            at = instants[row[INSTANT]]
            yield number, at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _instant(text: str, table: Table) -> datetime:
    """An instant as written; without time zone where it names none."""
    if stamp := re.fullmatch(r"(\d{8})[_T-](\d{6})Z?", text):
        try:
            return datetime.strptime("".join(stamp.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError as error:
            raise DriftedSchemaError(f"{table.name}: {text!r} is no time") from error
    if re.fullmatch(r"\d{10}(\d{3})?(\.\d+)?", text):
        seconds = float(text) / (1000 if len(text.partition(".")[0]) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    try:
        moment = datetime.fromisoformat(re.sub(r"\s*(UTC|GMT)$", "+00:00", text))
    except ValueError:
        return parse_time(text, table.instant_heading or INSTANT)
    return moment.astimezone(UTC) if moment.tzinfo else moment


def _is_utc(table: Table, instants: Mapping[str, datetime]) -> bool:
    """Whether times without zone follow the books' last updates (UTC) closely."""
    newest: dict[str, datetime] = {}
    for row in table.rows:
        if row[INSTANT] in instants and row.get("last_update"):
            updated = parse_time(row["last_update"], "last_update")
            newest[row[INSTANT]] = max(updated, newest.get(row[INSTANT], updated))
    if not newest:
        return False
    typical = median(
        (instants[text].replace(tzinfo=UTC) - updated).total_seconds()
        for text, updated in newest.items()
    )
    return -CLOCK_TOLERANCE.total_seconds() <= typical <= LONGEST_POLL.total_seconds()


def _text(body: bytes, name: str | None) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadablePayloadError(f"{name}: not UTF-8 at byte {error.start}") from error
    if "\x00" in text:
        raise UnreadablePayloadError(f"{name}: holds NUL characters, so it is no CSV text")
    return text


def _delimiter(heading_line: str) -> str:
    return max(",;\t|", key=heading_line.count)


def _plain(heading: str) -> str:
    """`Event ID`, `eventId` and ` event_id ` as `event_id`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", heading.strip())
    return re.sub(r"[\W_]+", "_", apart).strip("_").casefold()


def _cell(text: str) -> str:
    cell = text.strip()
    return "" if cell.casefold() in NOTHING else cell


def _refuse_twice(headings: Sequence[str], name: str | None) -> None:
    known = {heading for names in SYNONYMS.values() for heading in names} | {"completed"}
    twice = sorted({h for h in headings if h in known and headings.count(h) > 1})
    if twice:
        raise DriftedSchemaError(f"{name}: column {', '.join(twice)} is there twice")


def _columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Columns to their places."""
    scores = "completed" in headings and not {"market", "market_key"} & set(headings)
    places = {heading: place for place, heading in enumerate(headings)}
    columns: dict[str, int] = {}
    for column, names in SYNONYMS.items():
        if scores and column in ("outcome_name", "point", "price", "bookmaker"):
            continue
        if not scores and column in SCORE_COLUMNS:
            continue
        place = next((places[name] for name in names if name in places), None)
        if place is not None and place not in columns.values():
            columns[column] = place
    if scores:
        columns["completed"] = places["completed"]
    return columns
