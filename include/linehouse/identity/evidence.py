"""What accepted batches say about events, and the registry that holds what follows from it.

A batch counts once it is in force: `take_into_force` follows the decisions on batches, and nothing
else does, so that everything in one promotion rests on the same set of them.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

EventKey = tuple[str, str]
"""(source, source_event_id)"""


@dataclass(frozen=True)
class Evidence:
    """What the earliest accepted batch that names an event says about it."""

    source: str
    source_event_id: str
    sport_key: str
    home_team: str
    away_team: str
    commence_at: datetime | None
    event_ordinal: int | None
    anchor_date_et: date | None

    @property
    def key(self) -> EventKey:
        return (self.source, self.source_event_id)


@dataclass(frozen=True)
class RegistryRow:
    """One row of ops.game_registry."""

    source: str
    source_event_id: str
    sport_key: str
    game_id: uuid.UUID | None
    home_team_id: str | None
    away_team_id: str | None
    anchor_date_et: date | None
    ordinal: int | None
    matched_by: str
    suggestions: list[str] = field(default_factory=list)

    @property
    def key(self) -> EventKey:
        return (self.source, self.source_event_id)


def take_into_force(connection: psycopg.Connection[Any]) -> None:
    """Let the batches count that are accepted now, and no others: what a promotion begins with.

    Until the next call nothing that is decided meanwhile changes what models and identity read.
    """
    connection.execute(
        "update ops.batches set in_force = (state = 'accepted')"
        " where in_force <> (state = 'accepted')"
    )


def events_of(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> set[EventKey]:
    """The events that payloads name, or named before they were parsed again."""
    rows = connection.execute(
        """
        select source, source_event_id from raw_data.games_raw where payload_id = any(%(ids)s)
        union
        select source, source_event_id from raw_data.payload_events where payload_id = any(%(ids)s)
        union
        select v.source, v.source_event_id
        from ops.batches as b inner join ops.vacated_events as v using (batch_id)
        where b.payload_id = any(%(ids)s)
        """,
        {"ids": list(payload_ids)},
    ).fetchall()
    return {(source, event) for source, event in rows}


def earliest_evidence(
    connection: psycopg.Connection[Any], keys: Sequence[EventKey]
) -> list[Evidence]:
    """The earliest evidence in force of each event; ties are broken by content, not by arrival."""
    with connection.cursor(row_factory=class_row(Evidence)) as cursor:
        return cursor.execute(
            """
            select
                e.source, e.source_event_id, g.sport_key, g.home_team, g.away_team, g.commence_at,
                g.event_ordinal,
                coalesce(
                    (g.commence_at at time zone 'America/New_York')::date, g.game_date_et
                ) as anchor_date_et
            from unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
            cross join lateral (
                select raw.*
                from raw_data.games_raw as raw
                inner join ops.batches as batch on raw.payload_id = batch.payload_id
                where
                    raw.source = e.source and raw.source_event_id = e.source_event_id
                    and batch.in_force
                order by raw.observed_at nulls first, batch.batch_id, raw.position
                limit 1
            ) as g
            """,
            _columns(keys),
        ).fetchall()


def registered(connection: psycopg.Connection[Any], keys: Sequence[EventKey]) -> list[RegistryRow]:
    """The registry's rows of these events."""
    with connection.cursor(row_factory=class_row(RegistryRow)) as cursor:
        return cursor.execute(
            """
            select
                r.source, r.source_event_id, r.sport_key, r.game_id, r.home_team_id,
                r.away_team_id, r.anchor_date_et, r.ordinal, r.matched_by, r.suggestions
            from unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
            inner join ops.game_registry as r using (source, source_event_id)
            """,
            _columns(keys),
        ).fetchall()


def _columns(keys: Sequence[EventKey]) -> dict[str, list[str]]:
    return {"sources": [source for source, _ in keys], "events": [event for _, event in keys]}


def manual_matches(connection: psycopg.Connection[Any]) -> dict[EventKey, uuid.UUID]:
    """Events that a person matched, with their games."""
    rows = connection.execute(
        "select source, source_event_id, game_id from ops.manual_matches where game_id is not null"
    ).fetchall()
    return {(source, event): game for source, event, game in rows}


def write(connection: psycopg.Connection[Any], rows: Sequence[RegistryRow]) -> None:
    """Put rows into the registry."""
    if not rows:
        return
    connection.execute(
        """
        insert into ops.game_registry (
            source, source_event_id, sport_key, game_id, home_team_id, away_team_id,
            anchor_date_et, ordinal, matched_by, suggestions
        )
        select
            source, source_event_id, sport_key, game_id, home_team_id, away_team_id,
            anchor_date_et, ordinal, matched_by, suggestions
        from jsonb_to_recordset(%s) as r (
            source text, source_event_id text, sport_key text, game_id uuid, home_team_id text,
            away_team_id text, anchor_date_et date, ordinal int, matched_by text,
            suggestions text[]
        )
        on conflict (source, source_event_id) do update set
            sport_key = excluded.sport_key, game_id = excluded.game_id,
            home_team_id = excluded.home_team_id, away_team_id = excluded.away_team_id,
            anchor_date_et = excluded.anchor_date_et, ordinal = excluded.ordinal,
            matched_by = excluded.matched_by, suggestions = excluded.suggestions,
            resolved_at = clock_timestamp()
        """,
        (Jsonb([vars(row) for row in rows], dumps=_json),),
    )


def _json(rows: Any) -> str:
    return json.dumps(rows, default=str)


def delete(connection: psycopg.Connection[Any], keys: Sequence[EventKey]) -> None:
    """Take events out of the registry."""
    connection.execute(
        """
        delete from ops.game_registry as r
        using unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
        where r.source = e.source and r.source_event_id = e.source_event_id
        """,
        _columns(keys),
    )
