"""Season workbooks written by hand, small, in the shape that the archives have."""

import io
import struct
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


def xls_bytes(rows: Sequence[Cells]) -> bytes:
    """The same as a workbook of the older kind: one worksheet of numbers and texts in a compound
    file, as short as readers accept."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")

    def beginning(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    end = record(0x000A, b"")
    sheet = beginning(0x0010)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            at = struct.pack("<HHH", r, c, 0)
            if isinstance(cell, int | float):
                sheet += record(0x0203, at + struct.pack("<d", cell))
            elif cell is not None:
                sheet += record(0x0204, at + text(str(cell)))
    head = beginning(0x0005) + record(0x0042, struct.pack("<H", 1200))
    name = struct.pack("<BB", 6, 0) + b"Sheet1"
    start = len(head) + 4 + 6 + len(name) + len(end)
    head += record(0x0085, struct.pack("<IBB", start, 0, 0) + name) + end
    return _compound_file("Workbook", head + sheet + end)


def _compound_file(name: str, stream: bytes) -> bytes:
    """One stream in a compound file of 512-byte sectors: table, directory, then the stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    assert sectors <= 126, "more would need a second sector of the table"
    free, last, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
    table = [0xFFFFFFFD, last, *range(3, sectors + 2), last]
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, last, 0,
        last, 0, 0,
    )  # fmt: skip
    header += struct.pack("<108I", *[free] * 108)

    def entry(label: str, kind: int, child: int, start: int, size: int) -> bytes:
        spelled = (label + "\0").encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            spelled, len(spelled), kind, 1, none, none, child, b"", 0, 0, 0, start, size,
        )  # fmt: skip

    unused = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, none, none, none, b"", 0, 0, 0, 0, 0)
    directory = entry("Root Entry", 5, 1, last, 0) + entry(name, 2, none, 2, len(stream))
    return (
        header
        + struct.pack("<128I", *table, *[free] * (128 - len(table)))
        + directory
        + unused * 2
        + stream
    )
