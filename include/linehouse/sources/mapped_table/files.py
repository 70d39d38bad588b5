"""Any table as rows of text: CSV, JSON, JSON lines, workbooks, Parquet; told by the bytes.

Cells are text as they were written, None where there is nothing (also where a program wrote `nan`
or `None`). Dates and times that a file stores as such read as ISO 8601, whole numbers of a workbook
without a decimal point. Fields of nested objects are columns with dots in their names
(`odds.home`).
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from linehouse.sources.archives.cells import NOTHING
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.mapped_table.mapping import Reading

COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
"""How workbooks of the older kind (`.xls`) begin."""
PARQUET = b"PAR1"

Cells = Mapping[str, str | None]


@dataclass(frozen=True)
class TableRow:
    """A row, and where it is: a line of CSV, a row of a worksheet, else its place from 1."""

    number: int
    cells: Cells
    text: str | None = None
    """As it was written, in a file of lines."""
    error: str | None = None
    """Why its cells cannot be told apart."""


@dataclass(frozen=True)
class Table:
    """A file's rows."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    heading_text: str | None = None
    """What stands before the rows of a file of lines."""

    def part(self, rows: Iterable[TableRow], encoding: str) -> bytes:
        """Some of the rows as a file: lines of CSV as they were written, the rows of all other
        files as JSON lines of their cells."""
        chosen = list(rows)
        if self.heading_text is not None:
            text = self.heading_text + "".join(row.text or "" for row in chosen)
            return text.encode(encoding)
        lines = (json.dumps(dict(row.cells), ensure_ascii=False) for row in chosen)
        return "".join(f"{line}\n" for line in lines).encode()


def read_table(body: bytes, name: str | None, reading: Reading) -> Table:
    """Read a file.

    Raises `UnreadablePayloadError` where it is no table, `DriftedSchemaError` where a heading or
    worksheet is not as the mapping says.
    """
    if body.startswith(PARQUET):
        return _parquet(body, name)
    if zipfile.is_zipfile(io.BytesIO(body)) or body.startswith(COMPOUND_FILE):
        return _workbook(body, name, reading)
    try:
        text = body.decode(reading.encoding)
    except UnicodeDecodeError as error:
        raise UnreadablePayloadError(
            f"{name}: not {reading.encoding} at byte {error.start}; say table.encoding"
        ) from error
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("[", "{"):
        return _json(text, name, reading)
    return _csv(text, name, reading)


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return None if text.casefold() in NOTHING else text


def _headings(cells: Sequence[Any], name: str | None) -> list[str]:
    headings = [(_cell(cell) or "") for cell in cells]
    twice = sorted({one for one in headings if one and headings.count(one) > 1})
    if twice:
        raise DriftedSchemaError(f"{name}: column {', '.join(map(repr, twice))} is there twice")
    if not any(headings):
        raise DriftedSchemaError(f"{name}: no headings in that row; say table.heading_row")
    return headings


def _csv(text: str, name: str | None, reading: Reading) -> Table:
    if "\x00" in text:
        raise UnreadablePayloadError(f"{name}: holds NUL characters, so it is no CSV text")
    lines = list(io.StringIO(text, newline=""))
    before = min(reading.heading_row - 1, len(lines))
    first = lines[before] if before < len(lines) else ""
    delimiter = reading.delimiter or max(",;\t|", key=first.count)
    reader = csv.reader(lines[before:], delimiter=delimiter, strict=True)
    rows: list[TableRow] = []
    try:
        headings = _headings(next(reader, []), name)
        end = reader.line_num
        heading_text = "".join(lines[: before + end])
        for cells in reader:
            start, end = end, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            wrong = len(cells) != len(headings)
            rows.append(
                TableRow(
                    before + start + 1,
                    dict(zip(headings, map(_cell, cells), strict=False)),
                    _ended("".join(lines[before + start : before + end])),
                    f"{len(cells)} cells under {len(headings)} headings" if wrong else None,
                )
            )
    except csv.Error as error:
        raise UnreadablePayloadError(f"{name}: not readable as CSV ({error})") from error
    return Table(tuple(one for one in headings if one), tuple(rows), heading_text)


def _ended(line: str) -> str:
    """The last line of a file may lack its end, and another may follow it in a part."""
    return line if line.endswith(("\n", "\r")) else line + "\n"


def _json(text: str, name: str | None, reading: Reading) -> Table:
    try:
        found = _loads(text)
    except json.JSONDecodeError as whole:
        found = []
        for number, line in enumerate(text.splitlines(), 1):
            try:
                found += [_loads(line)] if line.strip() else []
            except json.JSONDecodeError as of_line:
                error = whole if number == 1 else of_line
                raise UnreadablePayloadError(
                    f"{name}: neither JSON nor JSON lines (line {number}: {error.msg}); it may be "
                    "cut off"
                ) from error
    if isinstance(found, dict):
        found = _records(found, name, reading)
    rows = []
    for number, one in enumerate(found, 1):
        if not isinstance(one, dict):
            raise DriftedSchemaError(f"{name}: row {number} is no object")
        rows.append(TableRow(number, dict(_flat(one))))
    return _of_objects(rows)


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _records(document: dict[str, Any], name: str | None, reading: Reading) -> list[Any]:
    if reading.records is None:
        return [document]
    found: Any = document
    for key in reading.records.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise DriftedSchemaError(f"{name}: no list at table.records {reading.records!r}")
    return found


def _flat(fields: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str | None]]:
    for key, value in fields.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            yield prefix + key, json.dumps(value, ensure_ascii=False)
        else:
            yield prefix + key, _cell(value)


def _of_objects(rows: Sequence[TableRow]) -> Table:
    headings = tuple(dict.fromkeys(heading for row in rows for heading in row.cells))
    return Table(
        headings,
        tuple(TableRow(row.number, {one: row.cells.get(one) for one in headings}) for row in rows),
    )


def _workbook(body: bytes, name: str | None, reading: Reading) -> Table:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheet = (
            workbook.get_sheet_by_index(0)
            if reading.sheet is None
            else workbook.get_sheet_by_name(reading.sheet)
        )
        found = sheet.to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        raise DriftedSchemaError(
            f"{name}: no worksheet {reading.sheet!r}; there are {', '.join(workbook.sheet_names)}"
        ) from error
    except (CalamineError, PasswordError, IndexError, OSError) as error:
        raise UnreadablePayloadError(f"{name}: not a readable workbook ({error})") from error
    before = reading.heading_row
    headings = _headings(found[before - 1] if len(found) >= before else [], name)
    rows = []
    for number, row in enumerate(found[before:], before + 1):
        cells = {one: _cell(cell) for one, cell in zip(headings, row, strict=False) if one}
        if any(cells.values()):
            rows.append(TableRow(number, cells))
    return Table(tuple(one for one in headings if one), tuple(rows))


def _parquet(body: bytes, name: str | None) -> Table:
    import pyarrow
    from pyarrow import parquet

    try:
        found = parquet.read_table(io.BytesIO(body)).to_pylist()
    except (pyarrow.ArrowException, OSError) as error:
        raise UnreadablePayloadError(f"{name}: not readable as Parquet ({error})") from error
    return _of_objects([TableRow(number, dict(_flat(row))) for number, row in enumerate(found, 1)])
