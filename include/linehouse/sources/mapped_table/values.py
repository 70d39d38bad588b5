"""What cells come to by a mapping: instants, days, points; `RowError` where they cannot be told."""

from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from linehouse.sources.mapped_table.files import Cells
from linehouse.sources.mapped_table.told import Day, Told, When

_A_SECOND = {"epoch_seconds": 1, "epoch_milliseconds": 1000}


class RowError(ValueError):
    """A row, or a capture of one, that cannot be read by the mapping."""


def told(what: Told | None, cells: Cells) -> str | None:
    """What a row tells: the cell, translated where the mapping does so, or the constant."""
    if what is None or what.column is None:
        return what.constant if what is not None else None
    cell = cells.get(what.column)
    return cell if cell is None else what.values.get(cell, cell)


def needed(what: Told | None, cells: Cells, name: str) -> str:
    """As `told`; raises `RowError` where there is nothing."""
    text = told(what, cells)
    if not text:
        column = what.column if what is not None else None
        raise RowError(f"no {name}: the cell of {column!r} is empty")
    return text


def time_text(when: When, cells: Cells) -> str | None:
    """The cells of an instant as they are written; None where one is empty."""
    parts = [cells.get(column) for column in when.column]
    return " ".join(part for part in parts if part) if all(parts) else None


def instant(when: When, text: str) -> datetime:
    """The instant (UTC) that a text is. Raises `RowError` for one that is none, that names no zone
    where the mapping names none either, or that a clock shows twice or never."""
    moment = _moment(when, text)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if when.time_zone is None:
        raise RowError(f"{text!r} names no time zone; say time_zone in the mapping")
    zone = ZoneInfo(when.time_zone)
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise RowError(f"{text!r} is shown twice or never in {when.time_zone}: clocks change then")
    return first.astimezone(UTC)


def _moment(when: When, text: str) -> datetime:
    try:
        if when.format in _A_SECOND:
            return datetime.fromtimestamp(float(text) / _A_SECOND[when.format], UTC)
        if when.format == "iso":
            if len(text) <= len("2016-10-25"):
                raise RowError(f"{text!r} is a day without a time; say it under date")
            return datetime.fromisoformat(text.removesuffix(" UTC") + "+00:00" * _utc(text))
        return datetime.strptime(text, when.format)
    except (ValueError, OverflowError, OSError) as error:
        if isinstance(error, RowError):
            raise
        raise RowError(f"{text!r} is no time as {when.format!r} has it") from error


def _utc(text: str) -> bool:
    return text.endswith(" UTC")


def day(what: Day, text: str) -> date:
    """The day that a text is; a time of midnight in it, as workbooks write it, tells nothing."""
    try:
        if what.format != "iso":
            return datetime.strptime(text, what.format).date()
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RowError(f"{text!r} is no day as {what.format!r} has it") from error
    if moment.time() != moment.time().min:
        raise RowError(f"{text!r} is a time, not a day; say it under start, with its time zone")
    return moment.date()


def turned(point: str | None) -> str | None:
    """A point with its sign turned, otherwise as it is written: `-3.5` and `3.5`, `pk` and `pk`."""
    if point is None or not any(map(str.isdigit, point)) or not point.strip("+-0. "):
        return point
    if point.startswith("-"):
        return point[1:]
    return "-" + point.removeprefix("+")


def side_of(side: str, team_is: Literal["home", "away"] | None) -> str:
    """A side as the zones name it; `team` and `opponent` by where the team plays."""
    if team_is is None or side in ("over", "under", "home", "away"):
        return side
    return team_is if side == "team" else {"home": "away", "away": "home"}[team_is]
