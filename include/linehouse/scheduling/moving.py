"""Write where each game stands into ops.game_states."""

from collections import Counter
from datetime import datetime
from typing import Any

import psycopg

from linehouse.scheduling.calendar import KnownGame

MOVE = """
    insert into ops.game_states as kept (
        source, source_event_id, sport_key, game_id, commence_at, state, evidence, since,
        first_seen_at
    )
    values (
        %(source)s, %(event)s, %(sport)s, %(game)s, %(start)s, %(state)s, %(evidence)s, %(now)s,
        %(now)s
    )
    on conflict (source, source_event_id) do update set
        game_id = coalesce(excluded.game_id, kept.game_id),
        commence_at = excluded.commence_at,
        previous_state = case
            when kept.state <> excluded.state then kept.state else kept.previous_state
        end,
        since = case when kept.state <> excluded.state then excluded.since else kept.since end,
        evidence = case
            when kept.state <> excluded.state then excluded.evidence else kept.evidence
        end,
        state = excluded.state
    where
        (kept.state, kept.commence_at, kept.game_id) is distinct from (
            excluded.state, excluded.commence_at, coalesce(excluded.game_id, kept.game_id)
        )
    returning kept.state, kept.previous_state, kept.since = %(now)s
"""


def move(
    connection: psycopg.Connection[Any], games: list[KnownGame], now: datetime
) -> dict[tuple[str | None, str], int]:
    """Move every event of the games along; how many games went from which state to which.

    New events come from None. Repeating it changes nothing.
    """
    moved: Counter[tuple[str | None, str]] = Counter()
    with connection.transaction():
        for game in games:
            steps = set()
            for source, event in game.events:
                found = connection.execute(
                    MOVE,
                    {
                        "source": source,
                        "event": event,
                        "sport": game.sport_key,
                        "game": game.game_id,
                        "start": game.commence_at,
                        "state": game.state.state,
                        "evidence": game.state.evidence,
                        "now": now,
                    },
                ).fetchone()
                if found is not None and found[2]:
                    steps.add((found[1], found[0]))
            moved.update(steps)
    return dict(moved)
