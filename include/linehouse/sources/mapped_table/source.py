"""Any table that a person has, by a mapping file that names its columns, units, teams and times.

Endpoint: files (CSV, JSON, JSON lines, workbooks, Parquet). Grain: as the mapping says, a row a
game, a game and book, a team's game, or a line. Cadence: none. Key: the event's columns, or its
day, teams and number. Cost: none. Terms of use: those of whoever made the table.

The mapping lies beside the bytes, in the payload's parameters, so that they can be read again; what
it says is part of what the batch is. A table that was observed at several times is landed as one
payload for each, as captures of The Odds API are: lines of CSV as they were written, the rows of
other files as JSON lines of their cells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from linehouse.sources.archives.csv_capture import SAME_CAPTURE
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.mapped_table.files import Table, TableRow, read_table
from linehouse.sources.mapped_table.mapping import LongLines, TableMapping, WideLines
from linehouse.sources.mapped_table.rows import Record, merged, observed, read_row
from linehouse.sources.mapped_table.values import RowError
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed, SplitRow

FEED = "mapped_table"
MAPPING = "mapping"
"""The parameter of a payload that holds its mapping."""
MAXIMUM_UNREAD_SHARE = 0.05
"""Since 2026-11-20: as many rows as a batch may have invalid; beyond it the mapping is wrong."""
ROWS_NAMED = 5


class MappedTable:
    """Feed `mapped_table`; each mapping says which source its rows are of."""

    name = FEED
    parser_version = "1"
    suite = FEED
    payload_tables: Mapping[str, str] = {FEED: "archive_files"}
    reads_any_source = True
    """Its rows bear the name that the mapping gives."""

    def told_by_name(self, payload: Payload) -> str:
        """Nothing of the name; what the mapping says decides with the bytes."""
        return f"mapping {_mapping_of(payload).digest()}"

    def parse(self, payload: Payload) -> Parsed:
        """Read one capture.

        Raises `UnreadablePayloadError` for bytes that are no table, `DriftedSchemaError` where
        columns are missing, too many rows cannot be read, or it holds several captures.
        """
        mapping = _mapping_of(payload)
        table, records, unread = _read(payload.body, payload.name, mapping)
        captures = _captures(records)
        if len(captures) > 1:
            raise DriftedSchemaError(
                f"{payload.name}: holds {len(captures)} captures; each is a payload of its own"
            )
        parsed = _parsed(records, unread)
        unknown = [one for one in table.headings if one not in mapping.columns()]
        parsed.drift = [
            *(f"unknown column {one!r}" for one in unknown if one not in mapping.ignored),
            *_sentences(unread),
        ]
        parsed.coverage = _coverage(parsed, mapping)
        return parsed


SOURCE = MappedTable()


def payloads(body: bytes, name: str, mapping: TableMapping) -> Iterator[Payload]:
    """The payloads that a file is landed as, oldest first.

    Raises `UnreadablePayloadError` or `DriftedSchemaError`: at once for a file that cannot be read;
    after all captures for rows that belong to none.
    """
    params = {MAPPING: mapping.canonical()}
    sport_key = mapping.sport.constant
    table, records, unread = _read(body, name, mapping)
    captures = _captures(records)
    if len(captures) < 2:
        observed_at = captures[0].observed_at if captures else None
        yield Payload(
            mapping.source, FEED, body, observed_at, name=name, sport_key=sport_key, params=params
        )
        return
    timed = list(_timed(unread, mapping))
    for capture in captures:
        stamp = capture.observed_at.isoformat().replace("+00:00", "Z")
        rows = [record.row for record in capture.records]
        rows += [row for row, at in timed if capture.first_at <= at <= capture.observed_at]
        rows.sort(key=lambda row: row.number)
        part = table.part(rows, mapping.table.encoding)
        yield Payload(
            mapping.source, FEED, part, capture.observed_at, name=f"{name}#{stamp}",
            sport_key=sport_key, params=params,
        )  # fmt: skip
    taken = {
        row.number
        for row, at in timed
        if any(one.first_at <= at <= one.observed_at for one in captures)
    }
    untaken = [(row, reason) for row, reason in unread if row.number not in taken]
    if untaken:
        raise DriftedSchemaError(
            f"{name}: {len(captures)} captures were taken; of none of them: "
            f"{'; '.join(_sentences(untaken))}"
        )


@dataclass(frozen=True)
class _Capture:
    first_at: datetime
    observed_at: datetime
    """The last instant of its rows."""
    records: Sequence[Record]


Unread = Sequence[tuple[TableRow, str]]


def _mapping_of(payload: Payload) -> TableMapping:
    return TableMapping.model_validate_json(payload.params[MAPPING])


def _read(
    body: bytes, name: str | None, mapping: TableMapping
) -> tuple[Table, list[Record], list[tuple[TableRow, str]]]:
    table = read_table(body, name, mapping.table)
    if not table.rows:
        raise UnreadablePayloadError(f"{name}: no row in it")
    _require(table, mapping.columns(), name)
    records, unread = [], []
    for row in table.rows:
        try:
            records.append(read_row(row, mapping))
        except RowError as error:
            unread.append((row, str(error)))
    if len(unread) > MAXIMUM_UNREAD_SHARE * len(table.rows):
        raise DriftedSchemaError(
            f"{name}: {len(unread)} of {len(table.rows)} rows cannot be read by the mapping: "
            f"{'; '.join(_sentences(unread)[:ROWS_NAMED])}"
        )
    return table, records, unread


def _timed(unread: Unread, mapping: TableMapping) -> Iterator[tuple[TableRow, datetime]]:
    """Those that tell at least when they were seen: they are kept with their capture."""
    for row, _ in unread:
        try:
            at = observed(row, mapping)
        except RowError:
            continue
        if at is not None:
            yield row, at


def _require(table: Table, columns: Iterable[str], name: str | None) -> None:
    missing = sorted(set(columns) - set(table.headings))
    if not missing:
        return
    said = []
    for column in missing:
        near = get_close_matches(column, table.headings, n=1)
        said.append(f"{column!r}" + (f" (is it {near[0]!r}?)" if near else ""))
    raise DriftedSchemaError(
        f"{name}: the mapping names column {', '.join(said)}, which is not there; there are "
        f"{', '.join(table.headings)}. What is no column is written {{constant: ...}}"
    )


def _captures(records: Sequence[Record]) -> list[_Capture]:
    """Rows are of one capture while their instants lie close together and none tells again what an
    earlier instant told."""
    by_instant: dict[datetime, list[Record]] = {}
    for record in records:
        if record.observed_at is not None:
            by_instant.setdefault(record.observed_at, []).append(record)
    found: list[tuple[list[datetime], list[Record]]] = []
    told: set[tuple[str | None, ...]] = set()
    for at in sorted(by_instant):
        speaks_of = set().union(*(record.speaks_of() for record in by_instant[at]))
        if found and at - found[-1][0][0] <= SAME_CAPTURE and not speaks_of & told:
            found[-1][0].append(at)
            found[-1][1].extend(by_instant[at])
            told |= speaks_of
        else:
            found.append(([at], list(by_instant[at])))
            told = speaks_of
    return [
        _Capture(min(instants), max(instants), sorted(rows, key=lambda one: one.row.number))
        for instants, rows in found
    ]


def _parsed(records: Sequence[Record], unread: list[tuple[TableRow, str]]) -> Parsed:
    """Games once each with their lines beside them, in order of rows; rows that contradict an
    earlier one are left out and named."""
    games: dict[str, GameRow] = {}
    lines: dict[str, list[LineRow]] = {}
    splits: dict[tuple[str | None, ...], SplitRow] = {}
    for record in records:
        event = record.game.source_event_id
        try:
            games[event] = merged(games[event], record.game) if event in games else record.game
        except RowError as error:
            unread.append((record.row, str(error)))
            continue
        lines.setdefault(event, []).extend(record.lines)
        for one in record.splits:  # a row for each book repeats them
            key = (event, one.market, one.outcome, one.tickets_pct, one.money_pct)
            splits.setdefault(key, one)
    return Parsed(
        games=list(games.values()),
        lines=[line for of_event in lines.values() for line in of_event],
        splits=list(splits.values()),
        historical=True,
    )


def _coverage(parsed: Parsed, mapping: TableMapping) -> list[Coverage]:
    markets: tuple[str, ...] | None = None
    if isinstance(mapping.lines, WideLines):
        markets = tuple(dict.fromkeys(one.source_market for one in mapping.lines.columns))
    elif isinstance(mapping.lines, LongLines):
        markets = tuple(dict.fromkeys(line.market for line in parsed.lines))
    books = tuple(sorted({line.bookmaker for line in parsed.lines}))
    sports = dict.fromkeys(game.sport_key for game in parsed.games)
    return [Coverage(sport, markets, books or None) for sport in sports]


def _sentences(unread: Unread) -> list[str]:
    """One for each reason, with the numbers of the first rows."""
    by_reason: dict[str, list[int]] = {}
    for row, reason in unread:
        by_reason.setdefault(reason, []).append(row.number)
    said = []
    for reason, numbers in by_reason.items():
        rest = f" and {len(numbers) - ROWS_NAMED} more" if len(numbers) > ROWS_NAMED else ""
        listed = ", ".join(map(str, numbers[:ROWS_NAMED]))
        said.append(f"row {listed}{rest} is not read: {reason}")
    return said
