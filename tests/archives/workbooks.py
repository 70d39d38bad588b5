"""Season workbooks written by hand, small, in the shape that the archives have."""

import io
from collections.abc import Callable, Sequence

import openpyxl

from linehouse.sources.base import Payload

NBA_HEADINGS = ("Date", "Rot", "VH", "Team", "1st", "2nd", "3rd", "4th", "Final", "Open", "Close",
                "ML", "2H")  # fmt: skip
MLB_INNINGS = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th")
MLB_HEADINGS = ("Date", "Rot", "VH", "Team", "Pitcher", *MLB_INNINGS, "Final", "Open", "Close",
                "Run Line", None, "Open OU", None, "Close OU", None)  # fmt: skip

Cells = Sequence[object]
Workbook = Callable[..., Payload]


def workbook_bytes(*sheets: Sequence[Cells]) -> bytes:
    """A workbook of these worksheets, each given as rows of cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def nba_game(
    mmdd: int,
    away: str,
    home: str,
    *,
    rot: int = 501,
    vh: tuple[str, str] = ("V", "H"),
    finals: tuple[object, object] = (100, 90),
    opening: tuple[object, object] | None = None,
    closing: tuple[object, object] = (191.5, 6),
    moneyline: tuple[object, object] = (210, -250),
    second_half: tuple[object, object] = (95, 3),
    home_mmdd: int | None = None,
) -> list[Cells]:
    """The two rows of a game that opened as it closed, unless told otherwise."""
    opening = closing if opening is None else opening
    rows = []
    for side, (name, date) in enumerate(((away, mmdd), (home, home_mmdd or mmdd))):
        final = finals[side]
        quarters = (
            [final // 4] * 3 + [final - 3 * (final // 4)] if isinstance(final, int) else [0] * 4
        )
        rows.append(
            (date, rot + side, vh[side], name, *quarters, final, opening[side], closing[side],
             moneyline[side], second_half[side])
        )  # fmt: skip
    return rows


def mlb_game(
    mmdd: int,
    away: str,
    home: str,
    *,
    rot: int = 901,
    finals: tuple[object, object] = (4, 2),
    opening: tuple[object, object] = (-110, 100),
    closing: tuple[object, object] = (-120, 110),
    run_line: tuple[object, object, object, object] = (-1.5, 140, 1.5, -160),
    opening_total: tuple[object, object, object, object] = (8, -110, 8, -110),
    closing_total: tuple[object, object, object, object] = (8.5, -115, 8.5, -105),
) -> list[Cells]:
    """The two rows of a game; all runs are scored in the first inning."""
    rows = []
    for side, name in enumerate((away, home)):
        innings = [
            finals[side] if isinstance(finals[side], int) else 0,
            *[0] * 7,
            "x" if side else 0,
        ]
        rows.append(
            (mmdd, rot + side, "VH"[side], name, "APITCHER-R", *innings, finals[side],
             opening[side], closing[side], run_line[2 * side], run_line[2 * side + 1],
             opening_total[2 * side], opening_total[2 * side + 1],
             closing_total[2 * side], closing_total[2 * side + 1])
        )  # fmt: skip
    return rows
