"""Two rows a game, and the year that their dates do not say."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from linehouse.sources.archives.sbro.sheet import Row

_DATE = re.compile(r"(?:\d{4}-)?(\d\d?)[-/](\d\d?)(?:[T /].*)?|(\d{1,2})(\d\d)")
"""`MMDD`; a real date, as a spreadsheet stores it or as text. A year in it is not believed."""
_LAST_NEW_YEAR_MONTH = 9
"""No season of two years begins before October or runs on beyond a break that long."""


def pairs(rows: Sequence[Row], drift: list[str]) -> Iterator[tuple[Row, Row]]:
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


def _mistyped(away: Row, following: Sequence[Row]) -> bool:
    """Whether two rows are a game all the same: of one date, and the second opens no other game."""
    home = following[0]
    opens_another = len(following) > 1 and _belong_together(home, following[1])
    return away.text("Date") == home.text("Date") and not opens_another


def _belong_together(away: Row, home: Row) -> bool:
    sides = (away.text("VH").upper(), home.text("VH").upper())
    if sides in {("V", "H"), ("N", "N"), ("V", "N"), ("N", "H")}:
        return _follow(away, home) or away.text("Date") == home.text("Date")
    return _follow(away, home)


def _follow(away: Row, home: Row) -> bool:
    """Rotation numbers of a game are an odd one and the next."""
    first, second = away.text("Rot"), home.text("Rot")
    return (
        first.isdigit()
        and second.isdigit()
        and int(first) % 2 == 1
        and int(second) == int(first) + 1
    )


class Calendar:
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
