"""Rows of a mapped table: which game each is about, and the lines and shares that it tells."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from linehouse.days import eastern_day
from linehouse.sources.mapped_table.files import Cells, TableRow
from linehouse.sources.mapped_table.mapping import Event, LongLines, TableMapping, WideLines
from linehouse.sources.mapped_table.values import (
    RowError,
    day,
    instant,
    needed,
    side_of,
    time_text,
    told,
    turned,
)
from linehouse.sources.rows import GAME_STATES, GameRow, LineRow, SplitRow

_MUST_AGREE = [one.name for one in fields(GameRow) if one.name != "details"]


@dataclass(frozen=True)
class Record:
    """What one row tells."""

    row: TableRow
    game: GameRow
    lines: tuple[LineRow, ...]
    splits: tuple[SplitRow, ...]
    observed_at: datetime | None

    def speaks_of(self) -> set[tuple[str | None, ...]]:
        """Its lines without what they say; the game where it has none."""
        return {
            (one.source_event_id, one.bookmaker, one.market, one.outcome, one.label)
            for one in self.lines
        } or {(self.game.source_event_id,)}


def read_row(row: TableRow, mapping: TableMapping) -> Record:
    """Read a row. Raises `RowError` with what of it cannot be told."""
    if row.error is not None:
        raise RowError(row.error)
    cells = row.cells
    observed_at = observed(row, mapping)
    team_is = _team_is(mapping.event, cells)
    game = _game(row, mapping, team_is)
    return Record(
        row,
        game,
        tuple(_lines(cells, mapping, game, team_is)),
        tuple(_splits(cells, mapping, game, team_is)),
        observed_at,
    )


def observed(row: TableRow, mapping: TableMapping) -> datetime | None:
    """When a row was seen (UTC); None where the mapping names no such column. Raises `RowError`."""
    if mapping.observed_at is None:
        return None
    text = time_text(mapping.observed_at, row.cells)
    if text is None:
        raise RowError("does not tell when it was observed")
    return instant(mapping.observed_at, text)


def merged(one: GameRow, other: GameRow) -> GameRow:
    """What two rows tell of a game. Raises `RowError` where they contradict each other."""
    added: dict[str, Any] = {}
    for name in _MUST_AGREE:
        first, second = getattr(one, name), getattr(other, name)
        if first is None:
            added[name] = second
        elif second is not None and first != second:
            raise RowError(
                f"contradicts row {one.details['row']} of the same game: {name} {second!s} "
                f"against {first!s}; if they are two games, name columns under event.id or "
                "event.game_number"
            )
    details = {**other.details, **one.details}
    return replace(one, **added, details=details) if added or details != one.details else one


def _team_is(event: Event, cells: Cells) -> Literal["home", "away"] | None:
    if event.venue is None:
        return None
    cell = cells.get(event.venue.column) or ""
    if cell in event.venue.home:
        return "home"
    if cell in event.venue.away:
        return "away"
    if cell not in event.venue.neutral:
        raise RowError(f"venue {cell!r} is none of those that the mapping names")
    if event.venue.neutral_home is None:
        raise RowError("on neutral ground it is not told who is filed as home (neutral_home)")
    return "home" if event.venue.neutral_home == "team" else "away"


def _game(row: TableRow, mapping: TableMapping, team_is: str | None) -> GameRow:
    event, cells = mapping.event, row.cells
    own, other = ("team", "opponent") if team_is else ("home", "away")
    names = {
        own: needed(getattr(event, own), cells, own),
        other: needed(getattr(event, other), cells, other),
    }
    # which of both sides' columns speak of home and which of away
    home, away = (own, other) if team_is != "away" else (other, own)
    commence_text = time_text(event.start, cells) if event.start is not None else None
    commence_at = (
        instant(event.start, commence_text) if event.start is not None and commence_text else None
    )
    day_text = cells.get(event.date.column) if event.date is not None else None
    told_day = day(event.date, day_text) if event.date is not None and day_text else None
    number = _number(cells.get(event.game_number) if event.game_number else None)
    sport_key = needed(mapping.sport, cells, "sport")
    season = told(mapping.season, cells)
    state = told(event.status, cells)
    neutral = _neutral(event, cells)
    periods = {
        f"periods_{side}": [cells.get(column) for column in getattr(event, f"{name}_periods")]
        for side, name in (("home", home), ("away", away))
    }

    def score(name: str) -> str | None:
        column = getattr(event, f"{name}_score")
        return cells.get(column) if column else None

    return GameRow(
        source_event_id=_event_id(
            mapping, cells, (names[away], names[home]), commence_at, told_day, number
        ),
        sport_key=sport_key,
        away_team=names[away],
        home_team=names[home],
        commence_text=commence_text or day_text,
        commence_at=commence_at,
        game_date_et=told_day or (eastern_day(commence_at) if commence_at else None),
        season=season,
        status=cells.get(event.status.column) if event.status and event.status.column else state,
        state=state if state in GAME_STATES else None,
        completed=True if state == "final" else None,
        away_score=score(away),
        home_score=score(home),
        neutral_site=neutral,
        game_number=number,
        details={"row": row.number, **{k: v for k, v in periods.items() if any(v)}},
    )


def _event_id(
    mapping: TableMapping,
    cells: Cells,
    teams: tuple[str, str],
    commence_at: datetime | None,
    told_day: date | None,
    number: int | None,
) -> str:
    if mapping.event.id:
        parts = [cells.get(column) for column in mapping.event.id]
        if not all(parts):
            raise RowError(f"no id of the game: {', '.join(mapping.event.id)} has an empty cell")
        return "|".join(part for part in parts if part)
    if commence_at is None and told_day is None:
        raise RowError("tells neither an id of the game nor its day")
    # a start that moves between captures leaves the game what it was; a lone filing has one start
    when = told_day or (eastern_day(commence_at) if commence_at else None)
    if mapping.observed_at is None and commence_at is not None:
        return "|".join((commence_at.isoformat(), *teams))
    return "|".join((str(when), *teams, *([str(number)] if number is not None else [])))


def _number(cell: str | None) -> int | None:
    if cell is None or cell == "0":
        return None
    if cell not in ("1", "2", "3"):
        raise RowError(f"{cell!r} is no number of a game")
    return int(cell)


def _neutral(event: Event, cells: Cells) -> bool | None:
    if event.venue is not None and event.venue.neutral:
        return cells.get(event.venue.column) in event.venue.neutral
    text = told(event.neutral_site, cells)
    if text is None:
        return None
    if text.lower() not in ("true", "false"):
        raise RowError(f"neutral_site {text!r} is neither true nor false; translate it by values")
    return text.lower() == "true"


def _lines(
    cells: Cells, mapping: TableMapping, game: GameRow, team_is: Literal["home", "away"] | None
) -> list[LineRow]:
    lines = mapping.lines
    if isinstance(lines, LongLines):
        return _long_line(cells, lines, game, team_is)
    return _wide_lines(cells, lines, game, team_is) if lines is not None else []


def _wide_lines(
    cells: Cells, lines: WideLines, game: GameRow, team_is: Literal["home", "away"] | None
) -> list[LineRow]:
    found = []
    for line in lines.columns:
        price = cells.get(line.price) if line.price else None
        point = cells.get(line.point) if line.point else None
        # a price without its point is a line that its rule flags; a cell of neither is none
        if price is None and point is None:
            continue
        found.append(
            LineRow(
                source_event_id=game.source_event_id,
                bookmaker=needed(line.bookmaker or lines.bookmaker, cells, "bookmaker"),
                market=line.source_market,
                outcome=side_of(line.side, team_is),
                price=price,
                point=turned(point) if line.negated else point,
                price_format=lines.prices,
                label=line.label,
                last_update=cells.get(lines.last_update) if lines.last_update else None,
            )
        )
    return found


def _long_line(
    cells: Cells, lines: LongLines, game: GameRow, team_is: Literal["home", "away"] | None
) -> list[LineRow]:
    price = cells.get(lines.price)
    point = cells.get(lines.point) if lines.point else None
    if price is None and point is None:
        return []
    label = told(lines.label, cells) or None
    if label not in (None, "open", "close"):
        raise RowError(f"label {label!r} is neither open nor close; translate it by values")
    return [
        LineRow(
            source_event_id=game.source_event_id,
            bookmaker=needed(lines.bookmaker, cells, "bookmaker"),
            market=needed(lines.market, cells, "market"),
            outcome=side_of(needed(lines.outcome, cells, "outcome"), team_is),
            price=price,
            point=point,
            price_format=lines.prices,
            label=label,
            last_update=cells.get(lines.last_update) if lines.last_update else None,
        )
    ]


def _splits(
    cells: Cells, mapping: TableMapping, game: GameRow, team_is: Literal["home", "away"] | None
) -> list[SplitRow]:
    found = []
    for split in mapping.splits:
        tickets, money = (
            cells.get(column) if column else None for column in (split.tickets_pct, split.money_pct)
        )
        if tickets is not None or money is not None:
            found.append(
                SplitRow(
                    source_event_id=game.source_event_id,
                    sport_key=game.sport_key,
                    market=split.market,
                    outcome=side_of(split.side, team_is),
                    tickets_pct=tickets,
                    money_pct=money,
                )
            )
    return found
