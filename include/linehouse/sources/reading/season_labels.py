"""Seasons as we write them (`2023-24`, `2024`), and as others do (`2023-2024`, `2023/2024`, 2024).

A league that plays over the turn of the year has the label of both years.
"""

import re
from datetime import date

OVER_NEW_YEAR = ("basketball_nba", "americanfootball_nfl", "icehockey_nhl")
"""Sport keys, also as beginnings (`basketball_nba_preseason`), whose seasons bear two years."""
FIRST_MONTH = 9
"""Before any opening day and pre-season of those leagues, and after every play-off but one."""
LATE_END = date(2020, 10, 11)
"""The NBA's season 2019-20 was suspended and ended here."""

_TWO_YEARS = re.compile(r"^(\d{4})[-/](\d{2}|\d{4})$")
_ONE_YEAR = re.compile(r"^\d{4}$")


def our_label(told: object) -> str | None:
    """Our label of a season that a source tells as text or number; None if it is none."""
    text = str(told).strip() if told is not None else ""
    years = _TWO_YEARS.match(text)
    if years:
        first, last = years.groups()
        return two_years(int(first)) if (int(first) + 1) % 100 == int(last) % 100 else None
    return text if _ONE_YEAR.match(text) else None


def two_years(first_year: int) -> str:
    """`2023-24` for 2023."""
    return f"{first_year}-{(first_year + 1) % 100:02}"


def long_label(label: str) -> str:
    """`2023-2024` for `2023-24`; one year stays as it is. Raises `ValueError`."""
    ours = our_label(label)
    if ours is None:
        raise ValueError(f"{label!r} is no season; write 2023-24 or 2024")
    return f"{ours[:4]}-{int(ours[:4]) + 1}" if "-" in ours else ours


def bears_two_years(sport_key: str) -> bool:
    """Whether the sport's seasons are written with two years."""
    return sport_key.startswith(OVER_NEW_YEAR)


def season_of(sport_key: str, day_et: date) -> str:
    """Our label of the season that an Eastern day belongs to."""
    if not bears_two_years(sport_key):
        return str(day_et.year)
    if sport_key.startswith("basketball_nba") and date(2020, 9, 1) <= day_et <= LATE_END:
        return "2019-20"
    return two_years(day_et.year if day_et.month >= FIRST_MONTH else day_et.year - 1)


def season_days(sport_key: str, label: str) -> tuple[date, date]:
    """First and last day that a season can have games on, pre-season and play-offs in it.

    Raises `ValueError` for a label of another form than the sport's.
    """
    ours = our_label(label)
    if ours is None or ("-" in ours) != bears_two_years(sport_key):
        raise ValueError(f"{label!r} is no season of {sport_key}")
    year = int(ours[:4])
    if not bears_two_years(sport_key):
        return date(year, 1, 1), date(year, 12, 31)
    nba = sport_key.startswith("basketball_nba")
    first = date(2020, 10, 12) if nba and year == 2020 else date(year, FIRST_MONTH, 1)
    last = LATE_END if nba and year == 2019 else date(year + 1, FIRST_MONTH - 1, 31)
    return first, last
