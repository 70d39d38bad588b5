"""What stands in the columns of a workbook, by league, and which season a file name tells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from linehouse.sources.errors import DriftedSchemaError

_INNINGS = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th")


@dataclass(frozen=True)
class LineColumn:
    """A column that holds lines: what its cells are, and where its price stands."""

    heading: str
    holds: str
    """`point` or `price`."""
    label: str | None
    priced_to_the_right: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Layout:
    """The columns of a league's workbooks."""

    sport_key: str
    league: str
    two_year_season: bool
    details: tuple[str, ...]
    periods: tuple[str, ...]
    lines: tuple[LineColumn, ...]


_ALWAYS = ("Date", "Rot", "VH", "Team")

LAYOUTS: Mapping[str, Layout] = {
    "sbro_nba": Layout(
        sport_key="basketball_nba",
        league="nba",
        two_year_season=True,
        details=(*_ALWAYS, *_INNINGS[:4], "Final"),
        periods=_INNINGS[:4],
        lines=(
            LineColumn("Open", "point", "open"),
            LineColumn("Close", "point", "close"),
            LineColumn("ML", "price", "close"),
            LineColumn("2H", "point", None),
        ),
    ),
    "sbro_mlb": Layout(
        sport_key="baseball_mlb",
        league="mlb",
        two_year_season=False,
        details=(*_ALWAYS, "Pitcher", *_INNINGS, "Final"),
        periods=_INNINGS,
        lines=(
            LineColumn("Open", "price", "open"),
            LineColumn("Close", "price", "close"),
            LineColumn("RunLine", "point", "close", priced_to_the_right=True, optional=True),
            LineColumn("OpenOU", "point", "open", priced_to_the_right=True),
            LineColumn("CloseOU", "point", "close", priced_to_the_right=True),
        ),
    ),
}

PRICE_SUFFIX = " price"
"""Name in `details` of the price column, which has no heading of its own."""


def season_of(name: str, layout: Layout) -> str:
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
