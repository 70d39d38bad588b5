"""The past that a run asks for first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from linehouse.days import EASTERN, eastern_day
from linehouse.settings import Mode, get_settings

HISTORY_SOURCE = "the_odds_api"
HISTORY_HOURS = (9, 12, 15, 18, 19, 20, 21)
"""Hours of a day (US Eastern) whose historical snapshots a run over past days asks for: most in the
evening, when most games are decided and begin, so that books can be seen to follow others."""
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
    """The moments of `HISTORY_HOURS` (UTC) from `start` on, all before `end`."""
    day = eastern_day(start)
    while day_start(day) < end:
        for hour in HISTORY_HOURS:
            at = datetime.combine(day, time(hour), EASTERN).astimezone(UTC)
            if start <= at < end:
                yield at
        day += timedelta(days=1)


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
        return None if _is_filled(mode) else (now - FIRST_HISTORY, now)
    start, end = day_start(first_day), now
    if last_day is not None:
        end = min(end, day_start(last_day + timedelta(days=1)))
    return (start, end) if start < end else None


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
