"""Decisions of persons on which game an event is: from the seed and from ops.manual_matches."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from linehouse.identity.facts import EventKey


@dataclass(frozen=True)
class Decision:
    """An event is a certain game, or the game of another event."""

    game_id: uuid.UUID | None
    other: EventKey | None

    @property
    def text(self) -> str:
        """What the registry notes of a decision that it followed."""
        return str(self.game_id) if self.game_id else "|".join(self.other or ())


def decisions(connection: psycopg.Connection[Any]) -> dict[EventKey, Decision]:
    """All decisions; one of ops.manual_matches goes before one of the seed."""
    rows = connection.execute(
        """
        select source, source_event_id, game_id, other_source, other_source_event_id
        from reference.manual_matches
        union all
        select source, source_event_id, game_id, other_source, other_source_event_id
        from ops.manual_matches
        """
    ).fetchall()
    return {
        (source, event): Decision(game, (other_source, other) if other_source else None)
        for source, event, game, other_source, other in rows
        if game is not None or other_source is not None
    }


def take_up_decisions(connection: psycopg.Connection[Any]) -> int:
    """Let batches be pending again that name an event on which a decision is new, other or gone.

    What was decided is compared with what the registry followed. Returns the number of batches.
    """
    decided = decisions(connection)
    rows = connection.execute(
        """
        select source, source_event_id, decision from ops.game_registry
        where decision is not null
        union
        select r.source, r.source_event_id, r.decision
        from unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
        inner join ops.game_registry as r using (source, source_event_id)
        """,
        {"sources": [key[0] for key in decided], "events": [key[1] for key in decided]},
    ).fetchall()
    moved = [
        (source, event)
        for source, event, followed in rows
        if followed != (decided[source, event].text if (source, event) in decided else None)
    ]
    if not moved:
        return 0
    cursor = connection.execute(
        """
        update ops.batches as b
        set revision = b.revision + 1
        from (
            select distinct p.payload_id
            from unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
            inner join raw_data.payload_events as p using (source, source_event_id)
        ) as named
        where b.payload_id = named.payload_id and b.in_force
        """,
        {"sources": [key[0] for key in moved], "events": [key[1] for key in moved]},
    )
    return cursor.rowcount


def bound_together(
    decided: Mapping[EventKey, Decision], keys: Collection[EventKey]
) -> set[EventKey]:
    """Events that a decision binds to some of `keys`, whichever of both it names first."""
    found: set[EventKey] = set()
    for key, decision in decided.items():
        if decision.other is not None:
            if key in keys:
                found.add(decision.other)
            if decision.other in keys:
                found.add(key)
    return found
