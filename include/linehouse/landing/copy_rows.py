"""COPY the rows parsed from one payload into their tables.

The lines are many (hundreds of thousands in an archive) and of few distinct texts, so their COPY
text is put together here; the other tables are small.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import sql

from linehouse.landing.reading import lines_by_event, storable, storable_json
from linehouse.sources.rows import (
    InjuryRow,
    LineRow,
    MovementRow,
    Parsed,
    PlayerStatRow,
    SplitRow,
    TeamStatRow,
)

ROWS_A_CHUNK = 2000
REMEMBERED_TEXTS = 200_000
PARSED_TABLES = (
    "betting_lines_raw",
    "betting_splits_raw",
    "games_raw",
    "injuries_raw",
    "line_movements_raw",
    "payload_coverage",
    "payload_events",
    "player_stats_raw",
    "team_stats_raw",
)

COPY_LINES = """
copy raw_data.betting_lines_raw (
    payload_id, position, landed_on, source_event_id, bookmaker, market, outcome,
    price, point, price_format, label, last_update, description
) from stdin
"""
COPY_GAMES = """
copy raw_data.games_raw (
    payload_id, position, source, source_event_id, sport_key, observed_at, away_team, home_team,
    commence_text, commence_at, game_date_et, season, status, state, completed, away_score,
    home_score, neutral_site, game_number, event_ordinal, details
) from stdin
"""
COPY_EVENTS = """
copy raw_data.payload_events (
    payload_id, source, source_event_id, observed_at, landed_on, lines_from, lines_to
) from stdin
"""
COPY_COVERAGE = """
copy raw_data.payload_coverage (
    payload_id, source, sport_key, observed_at, markets, bookmakers, source_event_id
) from stdin
"""


SMALL_TABLES: dict[type, tuple[str, tuple[str, ...]]] = {
    MovementRow: (
        "line_movements_raw",
        (
            "source_event_id", "sport_key", "bookmaker", "market", "period", "outcome",
            "moved_text", "price", "point", "price_format", "label", "details",
        ),
    ),
    SplitRow: (
        "betting_splits_raw",
        (
            "source_event_id", "sport_key", "bookmaker", "market", "period", "outcome", "point",
            "price", "tickets_pct", "money_pct", "tickets", "money", "updated_text", "details",
        ),
    ),
    InjuryRow: (
        "injuries_raw",
        (
            "source_event_id", "sport_key", "source_player_id", "player", "source_team_id", "team",
            "player_position", "status", "injury", "reported_text", "return_text", "details",
        ),
    ),
    TeamStatRow: (
        "team_stats_raw",
        (
            "source_event_id", "sport_key", "source_team_id", "team", "season", "scope", "stats",
        ),
    ),
    PlayerStatRow: (
        "player_stats_raw",
        (
            "source_event_id", "sport_key", "source_player_id", "player", "source_team_id", "team",
            "season", "scope", "stats",
        ),
    ),
}  # fmt: skip
"""Kind of row to its table, and its fields, which are called as the columns."""


@dataclass(frozen=True)
class Place:
    """Where the rows of a payload belong."""

    payload_id: int
    source: str
    observed_at: datetime | None
    landed_on: date


@dataclass(frozen=True)
class Counts:
    """How many rows a payload gave."""

    games: int = 0
    lines: int = 0
    events: int = 0
    bookmakers: int = 0
    others: int = 0
    """Movements, splits, injuries, statistics."""
    repaired: bool = False

    @property
    def rows(self) -> int:
        """Verbatim rows of all kinds."""
        return self.games + self.lines + self.others


class _Cells(dict[str | None, str]):
    """Text to its COPY form; a text that was met before costs one lookup."""

    def __init__(self) -> None:
        super().__init__()
        self.repaired = False

    def __missing__(self, text: str | None) -> str:
        if len(self) > REMEMBERED_TEXTS:
            self.clear()
        cell = self[text] = "\\N" if text is None else self._cell(str(text))
        return cell

    def _cell(self, text: str) -> str:
        stored = storable(text)
        self.repaired |= stored != text
        return (
            stored.replace("\\", "\\\\")
            .replace("\t", "\\t")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
        )


def copy_parsed(connection: psycopg.Connection[Any], parsed: Parsed, place: Place) -> Counts:
    """Write all rows of a payload within the caller's transaction; positions count from 1.

    The lines of an event get one contiguous range of positions. Raises psycopg.DataError or
    psycopg.IntegrityError for rows that the tables refuse.
    """
    grouped = lines_by_event(parsed.lines)
    cells = _Cells()
    ranges = _copy_lines(connection, grouped, place, cells)
    others = [
        rows
        for rows in (
            parsed.movements,
            parsed.splits,
            parsed.injuries,
            parsed.team_stats,
            parsed.player_stats,
        )
        if rows
    ]
    events = dict.fromkeys(game.source_event_id for game in parsed.games) | dict.fromkeys(grouped)
    events |= dict.fromkeys(
        row.source_event_id for rows in others for row in rows if row.source_event_id is not None
    )
    _copy_small(connection, COPY_GAMES, _game_rows(parsed, place), cells)
    _copy_small(
        connection,
        COPY_EVENTS,
        (
            (
                place.payload_id,
                place.source,
                event,
                place.observed_at,
                place.landed_on,
                *ranges.get(event, (None, None)),
            )
            for event in events
        ),
        cells,
    )
    _copy_small(connection, COPY_COVERAGE, _coverage_rows(parsed, place), cells)
    for rows in others:
        _copy_others(connection, rows, place, cells)
    return Counts(
        games=len(parsed.games),
        lines=len(parsed.lines),
        events=len(events),
        bookmakers=len({line.bookmaker for line in parsed.lines}),
        others=sum(map(len, others)),
        repaired=cells.repaired,
    )


def delete_parsed(connection: psycopg.Connection[Any], payload_id: int, landed_on: date) -> None:
    """Remove all rows parsed from a payload, before it is parsed again."""
    for table in PARSED_TABLES:
        statement = sql.SQL("delete from raw_data.{} where payload_id = %(payload_id)s").format(
            sql.Identifier(table)
        )
        if table == "betting_lines_raw":
            statement += sql.SQL(" and landed_on = %(landed_on)s")
        connection.execute(statement, {"payload_id": payload_id, "landed_on": landed_on})


def _copy_lines(
    connection: psycopg.Connection[Any],
    grouped: dict[str, list[LineRow]],
    place: Place,
    cells: _Cells,
) -> dict[str, tuple[int, int]]:
    """Write the lines; return the first and last position of each event."""
    ranges: dict[str, tuple[int, int]] = {}
    if not grouped:
        return ranges
    position = 0
    chunk: list[str] = []
    with connection.cursor() as cursor, cursor.copy(COPY_LINES) as copy:
        for event, lines in grouped.items():
            first = position + 1
            for line in lines:
                position += 1
                chunk.append(
                    f"{place.payload_id}\t{position}\t{place.landed_on}\t{cells[event]}"
                    f"\t{cells[line.bookmaker]}\t{cells[line.market]}\t{cells[line.outcome]}"
                    f"\t{cells[line.price]}\t{cells[line.point]}\t{cells[line.price_format]}"
                    f"\t{cells[line.label]}\t{cells[line.last_update]}"
                    f"\t{cells[line.description]}\n"
                )
                if len(chunk) == ROWS_A_CHUNK:
                    copy.write("".join(chunk))
                    chunk.clear()
            ranges[event] = (first, position)
        copy.write("".join(chunk))
    return ranges


def _game_rows(parsed: Parsed, place: Place) -> Iterable[Sequence[Any]]:
    for position, game in enumerate(parsed.games, 1):
        yield (
            place.payload_id,
            position,
            place.source,
            game.source_event_id,
            game.sport_key,
            place.observed_at,
            game.away_team,
            game.home_team,
            game.commence_text,
            game.commence_at,
            game.game_date_et,
            game.season,
            game.status,
            game.state,
            game.completed,
            game.away_score,
            game.home_score,
            game.neutral_site,
            game.game_number,
            game.event_ordinal,
            storable_json(game.details),
        )


def _coverage_rows(parsed: Parsed, place: Place) -> Iterable[Sequence[Any]]:
    for coverage in parsed.coverage:
        yield (
            place.payload_id,
            place.source,
            coverage.sport_key,
            place.observed_at,
            list(coverage.markets) if coverage.markets is not None else None,
            list(coverage.bookmakers) if coverage.bookmakers is not None else None,
            coverage.source_event_id,
        )


def _copy_others(
    connection: psycopg.Connection[Any], rows: Sequence[Any], place: Place, cells: _Cells
) -> None:
    """Write the rows of one kind; positions count from 1."""
    table, fields = SMALL_TABLES[type(rows[0])]
    columns = ", ".join(("payload_id", "position", "source", "observed_at", *fields))
    _copy_small(
        connection,
        f"copy raw_data.{table} ({columns}) from stdin",
        (
            (
                place.payload_id,
                position,
                place.source,
                place.observed_at,
                *(_storable_field(getattr(row, field)) for field in fields),
            )
            for position, row in enumerate(rows, 1)
        ),
        cells,
    )


def _storable_field(value: Any) -> Any:
    return storable_json(value) if isinstance(value, Mapping) else value


def _copy_small(
    connection: psycopg.Connection[Any],
    statement: str,
    rows: Iterable[Sequence[Any]],
    cells: _Cells,
) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_value(value, cells) for value in row])


def _value(value: Any, cells: _Cells) -> Any:
    if isinstance(value, str):
        stored = storable(value)
        cells.repaired |= stored != value
        return stored
    if isinstance(value, list):
        return [_value(item, cells) for item in value]
    return value
