"""The past that a run asks for first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from linehouse.days import EASTERN
from linehouse.settings import Mode, get_settings

HISTORY_SOURCE = "the_odds_api"
HISTORY_SPACING = timedelta(hours=3)
"""Distance between the historical snapshots that a pipeline run over past days asks for."""
FIRST_HISTORY = timedelta(days=3)
"""How far back the first run goes in an empty sandbox: as far as scores can be asked for."""


def history_requests(mode: Mode, first_day: date | None, last_day: date | None) -> list[Any]:
    """The snapshots of the past that the days ask for, oldest first."""
    from linehouse.sources.the_odds_api.source import SOURCE

    window = history_window(mode, first_day, last_day)
    return [
        SOURCE.historical_odds_request(sport_key, at)
        for at in (snapshot_times(*window) if window else ())
        for sport_key in get_settings().sports
    ]


def snapshot_times(start: datetime, end: datetime) -> Iterator[datetime]:
    """Times at `HISTORY_SPACING` from `start`, all before `end`."""
    at = start
    while at < end:
        yield at
        at += HISTORY_SPACING


def history_window(
    mode: Mode, first_day: date | None, last_day: date | None
) -> tuple[datetime, datetime] | None:
    """The span (UTC) of past days that a run fetches from history first, or None.

    Days are US Eastern. Only the sandbox has history for nothing: there, an empty database gets
    `FIRST_HISTORY` unasked, so that the first run has moves and closing lines to show. Live, a
    snapshot of the past costs ten times the credits of one of the present, so none is taken.
    """
    from linehouse import clock

    if mode is Mode.LIVE:
        return None
    now = clock.now(mode)
    if first_day is None:
        return None if _is_filled(mode) else (_on_the_hour(now - FIRST_HISTORY), now)
    start, end = day_start(first_day), now
    if last_day is not None:
        end = min(end, day_start(last_day + timedelta(days=1)))
    return (start, end) if start < end else None


def _on_the_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def day_start(day: date) -> datetime:
    """Midnight US Eastern of a day, in UTC."""
    return datetime.combine(day, time(), EASTERN).astimezone(UTC)


def _is_filled(mode: Mode) -> bool:
    """Whether a run has ever come as far as curated."""
    from linehouse.database import connect

    with connect(mode) as connection:
        found = connection.execute(
            "select from ops.promotions where zone = 'curated' and state = 'published' limit 1"
        ).fetchone()
    return found is not None
