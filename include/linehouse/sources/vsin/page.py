"""Reads a page of VSiN's betting splits.

Tables (`table.sp-table`) alternate heads, one for each date, and bodies with two rows for each
game, road first, paired by their game code. The columns are what the head says: a market's line,
then handle, then bets; a page that says otherwise is refused, because shares of money and of
tickets cannot be told apart by their looks. In the total's columns the road row is Over. Out of
season the page has its title and no table at all; any other page is not the vendor's splits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree, html

from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.reading.public_shares import tells_something
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed, SplitRow

LEAGUES = {
    "MLB": "baseball_mlb",
    "NBA": "basketball_nba",
    "WNBA": "basketball_wnba",
    "NFL": "americanfootball_nfl",
    "CFB": "americanfootball_ncaaf",
    "UFL": "americanfootball_ufl",
    "CBB": "basketball_ncaab",
    "NHL": "icehockey_nhl",
}
"""League in the vendor's game codes to sport key."""
MARKETS = ("Spread", "Total", "Money")
STATES = {"sp-game-live": "live", "sp-game-final": "final"}
"""A row without such a class is of a game to come."""
PLACEHOLDER = "50"
"""What every side of a market shows before anybody has bet on it."""

GAME_CODE = re.compile(r"(\d{4})(\d\d)(\d\d)([A-Z]+)\d+")
GAME_DATE = re.compile(r"gamedate=(\d{4}-\d\d-\d\d)")
PER_CENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
TITLE = "betting splits"
"""In the title of each of the vendor's pages of splits, with games or without."""
NOTHING = ("", "-", "--", "—", "N/A")


@dataclass(frozen=True)
class Head:
    """What a head says of the rows below it."""

    day: str
    markets: tuple[str, ...]


@dataclass(frozen=True)
class Cells:
    """One market in one row."""

    line: str | None
    handle_pct: str | None
    bets_pct: str | None

    @property
    def shares(self) -> tuple[str | None, str | None]:
        return self.bets_pct, self.handle_pct


@dataclass(frozen=True)
class Row:
    """One team's row."""

    code: str
    team: str
    slug: str
    status: str | None
    cells: tuple[Cells, ...]


def parse_page(body: bytes, book: str) -> Parsed:
    """Games, lines and shares of the page of a book (`DK`, `CIRCA`); nothing out of season.

    Raises `UnreadablePayloadError` for a page that is not of splits or cut off in its middle,
    `DriftedSchemaError` for a table that is built otherwise.
    """
    parsed = Parsed()
    drift: set[str] = set()
    for table in _tables(body):
        for head, rows in _sections(table, book, drift):
            for position in range(0, len(rows), 2):
                pair = rows[position : position + 2]
                if len(pair) != 2 or pair[0].code != pair[1].code:
                    codes = " and ".join(row.code for row in pair)
                    raise DriftedSchemaError(
                        f"a game should have two rows, road and home, but here are {codes}"
                    )
                _append_game(parsed, head, pair[0], pair[1], book, drift)
    parsed.drift = sorted(drift)
    return parsed


def _tables(body: bytes) -> list[Any]:
    if b"</html" not in body[-4096:].lower():
        raise UnreadablePayloadError(
            f"no whole page: {len(body)} bytes beginning with {body[:60]!r}"
        )
    try:
        page = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError) as error:
        raise UnreadablePayloadError(f"not HTML: {error}") from error
    tables = _classed(page, "table", "sp-table")
    title = page.findtext(".//title") or "no title"
    empty = TITLE in title.casefold() and page.find(".//table") is None
    if not tables and not empty:
        raise UnreadablePayloadError(f"a page without a table of splits: {title.strip()[:100]}")
    return tables


def _sections(table: Any, book: str, drift: set[str]) -> Iterator[tuple[Head, list[Row]]]:
    """Each body of a table under the head that stands over it."""
    head: Head | None = None
    for part in table:
        if part.tag == "thead":
            head = _head(part, book)
        elif part.tag == "tbody":
            rows = _classed(part, "tr", "sp-row")
            if rows and head is None:
                raise DriftedSchemaError("rows stand in the table before any head")
            if head is not None:
                yield head, [_row(row, head, drift) for row in rows]


def _head(thead: Any, book: str) -> Head:
    found = _classed(thead, "tr", "sp-sport-header")
    if not found:
        raise DriftedSchemaError("a head of the table has no tr.sp-sport-header")
    row = found[0]
    classes = [name for name in row.get("class").split() if name.startswith("sp-source-")]
    if classes != [f"sp-source-{book.lower()}"]:
        said = " ".join(classes) or "no source"
        raise DriftedSchemaError(f"the page of {book} was asked for, but its head says {said}")
    links = [link.get("href", "") for link in _classed(row, "a", "sp-sport-link")]
    day = GAME_DATE.search(" ".join(links))
    if day is None:
        raise DriftedSchemaError(f"a head of the table links to no gamedate, but to {links}")
    labels = [_label(cell) for cell in row.findall("th")[1:]]
    markets = tuple(labels[::3])
    if (
        not markets
        or set(markets) - set(MARKETS)
        or labels != [label for market in markets for label in (market, "Handle", "Bets")]
    ):
        raise DriftedSchemaError(
            f"the columns should be a market, Handle, Bets in turn, but are {', '.join(labels)}"
        )
    return Head(day.group(1), markets)


def _label(cell: Any) -> str:
    full = _classed(cell, "span", "sp-full")
    text: str = (full[0] if full else cell).text_content()
    return text.strip()


def _row(row: Any, head: Head, drift: set[str]) -> Row:
    cells = row.findall("td")
    wanted = 2 + 3 * len(head.markets)
    if len(cells) != wanted:
        raise DriftedSchemaError(f"a row should have {wanted} cells, but has {len(cells)}")
    codes = cells[0].xpath(".//@data-gamecode") or row.xpath(".//@data-gamecode")
    links = _classed(cells[1], "a", "sp-team-link")
    if not codes or not links or not links[0].text_content().strip():
        raise DriftedSchemaError("a row has no data-gamecode or no a.sp-team-link")
    states = [name for name in row.get("class").split() if name.startswith("sp-game-")]
    drift |= {f"tr.{name}" for name in states if name not in STATES}
    return Row(
        code=str(codes[0]),
        team=links[0].text_content().strip(),
        slug=links[0].get("href", "").rpartition("/")[2],
        status=states[0] if states else None,
        cells=tuple(
            Cells(_line(cells[at]), _share(cells[at + 1]), _share(cells[at + 2]))
            for at in range(2, wanted, 3)
        ),
    )


def _line(cell: Any) -> str | None:
    """A point or a price, without the comma that sets off thousands."""
    text = cell.text_content().strip()
    return None if text in NOTHING else THOUSANDS.sub("", text)


def _share(cell: Any) -> str | None:
    """The number before the per cent sign; an arrow can stand behind it."""
    text = cell.text_content().strip()
    found = PER_CENT.search(text)
    if found is None and text not in NOTHING:
        raise DriftedSchemaError(f"a share should be per cent, but is {text[:60]!r}")
    return found.group(1) if found else None


def _append_game(
    parsed: Parsed, head: Head, road: Row, home: Row, book: str, drift: set[str]
) -> None:
    code = GAME_CODE.fullmatch(road.code)
    if code is None:
        raise DriftedSchemaError(f"data-gamecode should be day, league, number: {road.code!r}")
    sport_key = LEAGUES.get(code[4])
    if sport_key is None:
        drift.add(f"data-gamecode of league {code[4]}")
        return
    try:
        game_date_et = date(int(code[1]), int(code[2]), int(code[3]))
    except ValueError as error:
        raise DriftedSchemaError(f"data-gamecode {road.code!r} begins with no day") from error
    details: dict[str, Any] = {"home_slug": home.slug, "away_slug": road.slug}
    if head.day != game_date_et.isoformat():
        details["dates_et"] = sorted({head.day, game_date_et.isoformat()})
    parsed.games.append(
        GameRow(
            source_event_id=road.code,
            sport_key=sport_key,
            away_team=road.team,
            home_team=home.team,
            game_date_et=game_date_et,
            status=road.status,
            state=STATES.get(road.status) if road.status else "scheduled",
            details=details,
        )
    )
    parsed.coverage.append(Coverage(sport_key, head.markets, (book,), road.code))
    for market, *both in zip(head.markets, road.cells, home.cells, strict=True):
        if _is_absent(both):
            continue
        placeholder = all(share == PLACEHOLDER for cells in both for share in cells.shares)
        names = ("Over", "Under") if market == "Total" else (road.team, home.team)
        for name, cells in zip(names, both, strict=True):
            price = cells.line if market == "Money" else None
            point = cells.line if market != "Money" else None
            if cells.line is not None:
                parsed.lines.append(LineRow(road.code, book, market, name, price, point))
            if cells.shares == (None, None):
                continue
            parsed.splits.append(
                SplitRow(
                    source_event_id=road.code,
                    sport_key=sport_key,
                    bookmaker=book,
                    market=market,
                    outcome=name,
                    point=point,
                    price=price,
                    tickets_pct=cells.bets_pct,
                    money_pct=cells.handle_pct,
                    details={"placeholder": True} if placeholder else {},
                )
            )


def _is_absent(both: list[Cells]) -> bool:
    """0 % of both on both sides is how the page writes a market that is not offered."""
    shares = [share for cells in both for share in cells.shares]
    return None not in shares and not tells_something(shares)


def _classed(element: Any, tag: str, name: str) -> list[Any]:
    """The descendants of a tag with a class."""
    found: list[Any] = element.xpath(
        f".//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
    )
    return found
