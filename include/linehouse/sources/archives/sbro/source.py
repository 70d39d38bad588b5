"""Season workbooks of Sportsbook Reviews Online: NBA and MLB, one file a season.

Endpoint: files that a person has downloaded. Grain: two worksheet rows a game, visitor first.
Cadence: once a season. Key: none. Terms of use: the publisher's; the files are not ours to copy on.

Only the first worksheet is read, by its headings. Cells are kept verbatim; what a pair of cells
means (which is the spread, which the total) is decided by the staging models.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from linehouse.sources.archives.sbro.layout import LAYOUTS, PRICE_SUFFIX, Layout, season_of
from linehouse.sources.archives.sbro.pairs import Calendar, pairs
from linehouse.sources.archives.sbro.sheet import Row, Sheet, first_worksheet, heading_key
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed

BOOKMAKER = "sbro"


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
        sheet = Sheet(payload.name, sheet_name, rows, layout)
        return _read(sheet, layout, season)


SOURCE = SbroSource()


def _read(sheet: Sheet, layout: Layout, season: str) -> Parsed:
    parsed = Parsed(historical=True)
    rows = list(sheet.rows())
    calendar = Calendar(season)
    dates = {row.number: calendar.date_of(row.text("Date")) for row in rows}
    ordinals: dict[str, int] = {}
    for away, home in pairs(rows, sheet.drift):
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


def _fixture(layout: Layout, season: str, away: Row, home: Row, played_on: date | None) -> str:
    """What a game is called whatever else its file holds: a workbook that was corrected, with games
    put in or moved, calls it the same."""
    day = f"{played_on:%m%d}" if played_on else heading_key(home.text("Date"))
    names = heading_key(away.text("Team")), heading_key(home.text("Team"))
    return "/".join((layout.league, season, day, *names))


def _game(
    sheet_name: str,
    layout: Layout,
    season: str,
    event_id: str,
    away: Row,
    home: Row,
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


def _lines(layout: Layout, event_id: str, away: Row, home: Row) -> Iterator[LineRow]:
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
