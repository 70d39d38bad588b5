"""A worksheet: its columns by their headings, its rows as text."""

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from linehouse.sources.archives.cells import NOTHING
from linehouse.sources.archives.sbro.layout import PRICE_SUFFIX, Layout, LineColumn
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError

_HEADER_SEARCH_ROWS = 10
_WHOLE = re.compile(r"(?<=\d)\.0+$")


def first_worksheet(body: bytes, name: str | None) -> tuple[str, list[list[Any]]]:
    """Name and rows (from row 1 on, cells as stored) of a workbook's first worksheet."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheet_name = workbook.sheet_names[0]
        return sheet_name, workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, PasswordError, WorksheetNotFound, IndexError, OSError) as error:
        raise UnreadablePayloadError(
            f"{name}: not a readable workbook ({error}); download the file again"
        ) from error


def cell_text(cell: Any) -> str | None:
    """A cell as text, whole numbers without a decimal point; None for an empty cell, also for one
    in which a program wrote that it is (`nan`, `None`)."""
    if cell is None or (isinstance(cell, str) and cell.strip().casefold() in NOTHING):
        return None if cell is None or not cell.isspace() else cell
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return str(cell)


def heading_key(heading: object) -> str:
    """A heading or name without case, blanks and signs: `Run Line` and `RunLine ` are the same."""
    return re.sub(r"[\W_]+", "", str(heading)).lower()


@dataclass(frozen=True)
class Row:
    """Half a game: the cells that have a heading, by it."""

    number: int
    """As the spreadsheet counts: the first row is 1."""
    cells: Mapping[str, str | None]

    def text(self, heading: str) -> str:
        """A cell without blanks around it, whole numbers without a decimal point."""
        return _WHOLE.sub("", (self.cells.get(heading) or "").strip())

    def is_note(self) -> bool:
        """Whether the row is no half of a game: a source's name, a total, a line of text."""
        dated, numbered = (any(map(str.isdigit, self.text(cell))) for cell in ("Date", "Rot"))
        return not numbered and not (dated and self.text("Team"))


class Sheet:
    """A worksheet whose columns have been found by their headings."""

    def __init__(
        self, file_name: str | None, name: str, rows: Sequence[Sequence[Any]], layout: Layout
    ) -> None:
        self.name = name
        self.where = f"{file_name}, sheet {name!r}"
        self.drift: list[str] = []
        header_index = next(
            (
                index
                for index, row in enumerate(rows[:_HEADER_SEARCH_ROWS])
                if {"date", "team"} <= {heading_key(cell) for cell in row}
            ),
            None,
        )
        if header_index is None:
            raise DriftedSchemaError(
                f"{self.where}: no heading row with 'Date' and 'Team' in the first "
                f"{_HEADER_SEARCH_ROWS} rows"
            )
        self._header = rows[header_index]
        self._columns = self._find_columns(layout)
        self._rows = rows[header_index + 1 :]
        self._first_number = header_index + 2

    def _find_columns(self, layout: Layout) -> dict[str, int]:
        keys = [heading_key(cell) for cell in self._header]
        columns: dict[str, int] = {}
        for heading in (*layout.details, *(line.heading for line in layout.lines)):
            found = [index for index, key in enumerate(keys) if key == heading_key(heading)]
            if len(found) > 1:
                raise DriftedSchemaError(
                    f"{self.where}: column {heading!r} is there {len(found)} times"
                )
            if found:
                columns[heading] = found[0]
        optional = {line.heading for line in layout.lines if line.optional}
        missing = [
            heading
            for heading in (*layout.details, *(line.heading for line in layout.lines))
            if heading not in columns and heading not in optional
        ]
        if missing:
            raise DriftedSchemaError(
                f"{self.where}: column {', '.join(map(repr, missing))} is missing; the headings "
                f"are {', '.join(str(cell) for cell in self._header if cell not in (None, ''))}"
            )
        for line in layout.lines:
            if line.priced_to_the_right and line.heading in columns:
                columns[line.heading + PRICE_SUFFIX] = self._price_column(line, columns, keys)
        self._report_unknown(columns, keys)
        return columns

    def _price_column(
        self, line: LineColumn, columns: Mapping[str, int], keys: Sequence[str]
    ) -> int:
        index = columns[line.heading] + 1
        known = {"", *(heading_key(line.heading) + suffix for suffix in ("odds", "price"))}
        if index < len(keys) and (keys[index] in known or keys[index].startswith("unnamed")):
            return index
        found = repr(self._header[index]) if index < len(keys) else "nothing"
        raise DriftedSchemaError(
            f"{self.where}: right of column {line.heading!r} stands {found} instead of its price "
            "column without heading"
        )

    def _report_unknown(self, columns: Mapping[str, int], keys: Sequence[str]) -> None:
        used = set(columns.values())
        self._extra: dict[str, int] = {}
        for index, key in enumerate(keys):
            if index not in used and key and not key.startswith("unnamed"):
                self._extra[str(self._header[index])] = index
                self.drift.append(f"unknown column {str(self._header[index])!r}")

    def rows(self) -> Iterator[Row]:
        """Rows that hold something, without repeated headings; what is left out is reported."""
        columns = {**self._columns, **self._extra}
        used = set(columns.values())
        date_index, team_index = self._columns["Date"], self._columns["Team"]
        empty: list[int] = []
        strayed = 0
        for offset, row in enumerate(self._rows):
            number = self._first_number + offset
            if all(not (cell_text(cell) or "").strip() for cell in row):
                empty.append(number)
                continue
            if heading_key(row[date_index]) == "date" and heading_key(row[team_index]) == "team":
                self.drift.append(f"row {number} repeats the headings")
                continue
            strayed += any(
                index not in used and cell not in (None, "") for index, cell in enumerate(row)
            )
            read = Row(
                number,
                {heading: cell_text(row[index]) for heading, index in columns.items()},
            )
            if read.is_note():
                said = " ".join(filter(None, map(cell_text, row)))
                self.drift.append(f"row {number} is no half of a game: {said[:80]!r}")
                continue
            yield read
        if empty:
            self.drift.append(f"{len(empty)} empty rows, the first is row {empty[0]}")
        if strayed:
            self.drift.append(f"{strayed} rows have cells in columns without heading")
