"""When games are to be moved along next, by the clock on the wall: that costs nothing, and does not
wait for a request that does."""

import logging
from datetime import datetime, timedelta
from typing import Any

import psycopg

from linehouse.settings import Mode, get_settings

log = logging.getLogger(__name__)

MOVE_EVERY = timedelta(minutes=10)
"""While a game is near: about to begin, or not known to be over."""
MOVE_AT_LEAST = timedelta(hours=6)
"""Where none is near: lists tell of games that are put off, and of new ones."""
NEAR = timedelta(hours=1)
"""A game is near from so long before its start."""
LONGEST_GAME = timedelta(hours=8)
"""A game is near until so long after its start, unless it is over."""

NEXT_START = """
    select min(game.commence_at)
    from raw_data.games_raw as game
    left join ops.game_states as stands
        on game.source = stands.source and game.source_event_id = stands.source_event_id
    where
        game.sport_key = any(%(sports)s)
        and game.commence_at > %(earliest)s
        and game.commence_at <= %(latest)s
        and coalesce(stands.state, 'scheduled') in ('scheduled', 'live')
"""


def next_move_at(mode: Mode, last_run: datetime | None, wall_now: datetime) -> datetime:
    """When to move games next (UTC, by the wall), never before `wall_now`.

    Never raises and never waits for more than some seconds: a scheduler calls it.
    """
    from linehouse import clock
    from linehouse.scheduling import decision
    from linehouse.scheduling.next_run import CHECK_AGAIN

    if last_run is None:
        return wall_now
    at_least = max(wall_now, last_run + MOVE_AT_LEAST)
    try:
        ahead = clock.now(mode) - wall_now
        with decision.connect(mode) as connection:
            start = _next_start(connection, wall_now + ahead)
    except (psycopg.Error, clock.SandboxUnreachableError) as error:
        log.warning("When to move games next cannot be told (%s)", type(error).__name__)
        return max(wall_now, last_run + CHECK_AGAIN)
    if start is None:
        return at_least
    return min(at_least, max(wall_now, last_run + MOVE_EVERY, start - NEAR - ahead))


def _next_start(connection: psycopg.Connection[Any], now: datetime) -> datetime | None:
    """The first start of a game that is near, or will be before games are moved anyway."""
    row = connection.execute(
        NEXT_START,
        {
            "sports": list(get_settings().sports),
            "earliest": now - LONGEST_GAME,
            "latest": now + MOVE_AT_LEAST + NEAR,
        },
    ).fetchone()
    return row[0] if row is not None else None
