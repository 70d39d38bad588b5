"""Season workbooks of Sportsbook Reviews Online: NBA and MLB, one file a season.

Endpoint: files that a person has downloaded. Grain: two worksheet rows a game, visitor first.
Cadence: once a season. Key: none. Terms of use: the publisher's; the files are not ours to copy on.

Only the first worksheet is read, by its headings. Cells are kept verbatim; what a pair of cells
means (which is the spread, which the total) is decided by the staging models.
"""

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from linehouse.sources.archives.cells import NOTHING
from linehouse.sources.base import (
    Coverage,
    DriftedSchemaError,
    GameRow,
    LineRow,
    Parsed,
    Payload,
    UnreadablePayloadError,
)

BOOKMAKER = "sbro"

_HEADER_SEARCH_ROWS = 10
_WHOLE = re.compile(r"(?<=\d)\.0+$")
_DATE = re.compile(r"(?:\d{4}-)?(\d\d?)[-/](\d\d?)(?:[T /].*)?|(\d{1,2})(\d\d)")
"""`MMDD`; a real date, as a spreadsheet stores it or as text. A year in it is not believed."""
_INNINGS = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th")


@dataclass(frozen=True)
class _LineColumn:
    """A column that holds lines: what its cells are, and where its price stands."""

    heading: str
    holds: str
    """`point` or `price`."""
    label: str | None
    priced_to_the_right: bool = False
    optional: bool = False


@dataclass(frozen=True)
class _Layout:
    sport_key: str
    league: str
    two_year_season: bool
    details: tuple[str, ...]
    periods: tuple[str, ...]
    lines: tuple[_LineColumn, ...]


_ALWAYS = ("Date", "Rot", "VH", "Team")

LAYOUTS: Mapping[str, _Layout] = {
    "sbro_nba": _Layout(
        sport_key="basketball_nba",
        league="nba",
        two_year_season=True,
        details=(*_ALWAYS, *_INNINGS[:4], "Final"),
        periods=_INNINGS[:4],
        lines=(
            _LineColumn("Open", "point", "open"),
            _LineColumn("Close", "point", "close"),
            _LineColumn("ML", "price", "close"),
            _LineColumn("2H", "point", None),
        ),
    ),
    "sbro_mlb": _Layout(
        sport_key="baseball_mlb",
        league="mlb",
        two_year_season=False,
        details=(*_ALWAYS, "Pitcher", *_INNINGS, "Final"),
        periods=_INNINGS,
        lines=(
            _LineColumn("Open", "price", "open"),
            _LineColumn("Close", "price", "close"),
            _LineColumn("RunLine", "point", "close", priced_to_the_right=True, optional=True),
            _LineColumn("OpenOU", "point", "open", priced_to_the_right=True),
            _LineColumn("CloseOU", "point", "close", priced_to_the_right=True),
        ),
    ),
}

PRICE_SUFFIX = " price"
"""Name in `details` of the price column, which has no heading of its own."""


class SbroSource:
    """Feeds `sbro_nba` and `sbro_mlb`."""

    name = "sbro"
    parser_version = "3"
    suite = "archives"
    payload_tables: Mapping[str, str] = {feed: "archive_files" for feed in LAYOUTS}

    def told_by_name(self, payload: Payload) -> str:
        """The season; the name itself where it tells none."""
        name, layout = payload.name or "", LAYOUTS.get(payload.feed)
        try:
            return season_of(name, layout) if layout is not None else name
        except DriftedSchemaError:
            return name

    def parse(self, payload: Payload) -> Parsed:
        """Read one workbook.

        Raises `UnreadablePayloadError` when the bytes are no workbook, `DriftedSchemaError` when
        a column is missing, the file name tells no season or the worksheet holds no game.
        """
        layout = LAYOUTS.get(payload.feed)
        if layout is None:
            raise DriftedSchemaError(
                f"{payload.name}: feed {payload.feed!r} is none of {', '.join(LAYOUTS)}"
            )
        season = season_of(payload.name or "", layout)
        sheet_name, rows = first_worksheet(payload.body, payload.name)
        sheet = _Sheet(payload.name, sheet_name, rows, layout)
        return _read(sheet, layout, season)


SOURCE = SbroSource()


def season_of(name: str, layout: _Layout) -> str:
    """The season that a file name tells: `2016-17` (two years) or `2017` (one).

    Raises `DriftedSchemaError` with the pattern that is expected.
    """
    if layout.two_year_season:
        for first, second in re.findall(
            r"(?<!\d)((?:19|20)\d\d)[\W_]{0,3}(\d{4}|\d\d)(?!\d)", name
        ):
            if int(second) % 100 == (int(first) + 1) % 100:
                return f"{first}-{int(second) % 100:02d}"
        expected = "two years such as 2016-17"
    else:
        years = set(re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", name))
        if len(years) == 1:
            return years.pop()
        expected = "one year such as 2017"
    raise DriftedSchemaError(
        f"The file name {name!r} does not tell the {layout.league.upper()} season: the dates in "
        f"the file have no year, so rename it to hold {expected}"
    )


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
class _Row:
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


class _Sheet:
    """A worksheet whose columns have been found by their headings."""

    def __init__(
        self, file_name: str | None, name: str, rows: Sequence[Sequence[Any]], layout: _Layout
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

    def _find_columns(self, layout: _Layout) -> dict[str, int]:
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
        self, line: _LineColumn, columns: Mapping[str, int], keys: Sequence[str]
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

    def rows(self) -> Iterator[_Row]:
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
            read = _Row(
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


def _pairs(rows: Sequence[_Row], drift: list[str]) -> Iterator[tuple[_Row, _Row]]:
    """Games as (away, home): neighbours in the file, unless one lacks its other half."""
    index = 0
    while index < len(rows):
        away, *following = rows[index : index + 3]
        if following and _belong_together(away, following[0]):
            yield away, following[0]
            index += 2
        elif following and _mistyped(away, following):
            drift.append(f"rows {away.number} and {following[0].number}: VH or Rot is mistyped")
            yield away, following[0]
            index += 2
        else:
            drift.append(
                f"row {away.number} ({away.text('Date')} {away.text('VH')} {away.text('Team')}) "
                "has no second row beside it: no game"
            )
            index += 1


def _mistyped(away: _Row, following: Sequence[_Row]) -> bool:
    """Whether two rows are a game all the same: of one date, and the second opens no other game."""
    home = following[0]
    opens_another = len(following) > 1 and _belong_together(home, following[1])
    return away.text("Date") == home.text("Date") and not opens_another


def _belong_together(away: _Row, home: _Row) -> bool:
    sides = (away.text("VH").upper(), home.text("VH").upper())
    if sides in {("V", "H"), ("N", "N"), ("V", "N"), ("N", "H")}:
        return _follow(away, home) or away.text("Date") == home.text("Date")
    return _follow(away, home)


def _follow(away: _Row, home: _Row) -> bool:
    """Rotation numbers of a game are an odd one and the next."""
    first, second = away.text("Rot"), home.text("Rot")
    return (
        first.isdigit()
        and second.isdigit()
        and int(first) % 2 == 1
        and int(second) == int(first) + 1
    )


_LAST_NEW_YEAR_MONTH = 9
"""No season of two years begins before October or runs on beyond a break that long."""


class _Calendar:
    """Gives dates without a year their year, in file order."""

    def __init__(self, season: str) -> None:
        self._first_year = int(season[:4])
        self._two_years = "-" in season
        self._rolled = False
        self._month = 0

    def date_of(self, text: str) -> date | None:
        """Date of a `MMDD` cell; None when it is no day of that year."""
        match = _DATE.fullmatch(text)
        if match is None:
            return None
        month, day = (int(part) for part in match.groups() if part is not None)
        # From December back to November is a date that was filed late or mistyped
        if self._two_years and self._month == 12 and 1 <= month <= _LAST_NEW_YEAR_MONTH:
            self._rolled = True
        self._month = month
        # A December row that was filed late still belongs to the first year
        late_december = self._two_years and month == 12
        year = self._first_year + (self._rolled and not late_december)
        try:
            return date(year, month, day)
        except ValueError:
            return None


def _read(sheet: _Sheet, layout: _Layout, season: str) -> Parsed:
    parsed = Parsed(historical=True)
    rows = list(sheet.rows())
    calendar = _Calendar(season)
    dates = {row.number: calendar.date_of(row.text("Date")) for row in rows}
    ordinals: dict[str, int] = {}
    for away, home in _pairs(rows, sheet.drift):
        played_on = dates[home.number]
        if played_on is None:
            sheet.drift.append(f"row {home.number}: {home.text('Date')!r} is no date")
        fixture = _fixture(layout, season, away, home, played_on)
        ordinals[fixture] = ordinals.get(fixture, 0) + 1
        event_id = f"{fixture}/{ordinals[fixture]}"
        parsed.games.append(
            _game(sheet.name, layout, season, event_id, away, home, played_on, ordinals[fixture])
        )
        parsed.lines.extend(_lines(layout, event_id, away, home))
    if not parsed.games:
        raise DriftedSchemaError(f"{sheet.where}: no game below the headings")
    parsed.coverage.append(
        Coverage(
            layout.sport_key,
            markets=tuple(dict.fromkeys(line.market for line in parsed.lines)),
            bookmakers=(BOOKMAKER,),
        )
    )
    parsed.drift.extend(sheet.drift)
    return parsed


def _fixture(layout: _Layout, season: str, away: _Row, home: _Row, played_on: date | None) -> str:
    """What a game is called whatever else its file holds: a workbook that was corrected, with games
    put in or moved, calls it the same."""
    day = f"{played_on:%m%d}" if played_on else heading_key(home.text("Date"))
    names = heading_key(away.text("Team")), heading_key(home.text("Team"))
    return "/".join((layout.league, season, day, *names))


def _game(
    sheet_name: str,
    layout: _Layout,
    season: str,
    event_id: str,
    away: _Row,
    home: _Row,
    played_on: date | None,
    ordinal: int,
) -> GameRow:
    finals = away.text("Final"), home.text("Final")
    is_postponed = all(final.upper() == "NL" for final in finals)
    is_over = all(final.isdigit() for final in finals)
    line_columns = {
        heading for line in layout.lines for heading in (line.heading, line.heading + PRICE_SUFFIX)
    }
    return GameRow(
        source_event_id=event_id,
        sport_key=layout.sport_key,
        away_team=away.cells["Team"] or "",
        home_team=home.cells["Team"] or "",
        game_date_et=played_on,
        season=season,
        status="postponed" if is_postponed else None,
        state="postponed" if is_postponed else "final" if is_over else None,
        completed=True if is_over else None,
        away_score=away.cells["Final"],
        home_score=home.cells["Final"],
        neutral_site=True if "N" in (away.text("VH").upper(), home.text("VH").upper()) else None,
        event_ordinal=ordinal,
        details={
            "sheet": sheet_name,
            "row": away.number,
            "away": {k: v for k, v in away.cells.items() if k not in line_columns},
            "home": {k: v for k, v in home.cells.items() if k not in line_columns},
            "periods_away": [away.cells.get(period) for period in layout.periods],
            "periods_home": [home.cells.get(period) for period in layout.periods],
            "pitcher_away": away.cells.get("Pitcher"),
            "pitcher_home": home.cells.get("Pitcher"),
        },
    )


def _lines(layout: _Layout, event_id: str, away: _Row, home: _Row) -> Iterator[LineRow]:
    for column in layout.lines:
        for outcome, row in (("away", away), ("home", home)):
            cell = row.cells.get(column.heading)
            right = row.cells.get(column.heading + PRICE_SUFFIX)
            if cell is None and right is None:
                continue
            yield LineRow(
                source_event_id=event_id,
                bookmaker=BOOKMAKER,
                market=column.heading,
                outcome=outcome,
                price=cell if column.holds == "price" else right,
                point=cell if column.holds == "point" else None,
                label=column.label,
            )
