"""What accepted batches say about events, and the registry that holds what follows from it.

A batch counts once it is in force: `take_into_force` follows the decisions on batches, and nothing
else does, so that everything in one promotion rests on the same set of them.
"""

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from linehouse.identity.facts import EventKey, Facts, Telling


@dataclass(frozen=True, slots=True)
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
    reversed: bool = False
    reason: str | None = None
    decision: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> EventKey:
        return (self.source, self.source_event_id)

    @property
    def days(self) -> frozenset[tuple[str, date]]:
        """Where ops.event_days has it: its pairing and each of its days."""
        if self.home_team_id is None or self.away_team_id is None:
            return frozenset()
        pairing = pairing_of(self.home_team_id, self.away_team_id)
        return frozenset((pairing, day) for day in Facts.from_json(self.facts).dates)


def pairing_of(team: str, other: str) -> str:
    """Two franchises, whichever is at home."""
    return f"{min(team, other)}|{max(team, other)}"


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


def tellings(
    connection: psycopg.Connection[Any], keys: Collection[EventKey]
) -> dict[EventKey, list[Telling]]:
    """Everything that batches in force say of events, each different telling once, the earliest
    first; equal times are put in order by content, not by arrival."""
    found: dict[EventKey, list[Telling]] = {}
    with connection.cursor(row_factory=class_row(Telling)) as cursor:
        for one in cursor.execute(_TELLINGS, _columns(keys)):
            found.setdefault(one.key, []).append(one)
    for told in found.values():
        told.sort(key=lambda one: one.first_place)
    return found


_TELLINGS = """
    with told as (
        select
            raw.*,
            row_number() over (
                partition by raw.source, raw.source_event_id
                order by raw.observed_at nulls first, raw.batch_id, raw.position
            ) as place
        from unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
        cross join lateral (
            select
                g.source, g.source_event_id, g.sport_key, g.home_team, g.away_team, g.commence_at,
                g.game_date_et, g.game_number, g.event_ordinal, g.observed_at, g.position,
                batch.batch_id,
                coalesce(g.state = 'final', g.completed, false) as is_final,
                coalesce(g.state in ('postponed', 'suspended', 'cancelled'), false) as is_off,
                g.home_score, g.away_score, g.details
            from raw_data.games_raw as g
            inner join ops.batches as batch on g.payload_id = batch.payload_id
            where
                g.source = e.source and g.source_event_id = e.source_event_id and batch.in_force
            offset 0
        ) as raw
    )

    select
        source, source_event_id, sport_key, home_team, away_team, commence_at, game_date_et,
        game_number, event_ordinal, is_final, is_off,
        case when is_final then home_score end as home_score,
        case when is_final then away_score end as away_score,
        details -> 'dates_et' as dates_et,
        case when is_final then details ->> 'periods_home' end as periods_home,
        case when is_final then details ->> 'periods_away' end as periods_away,
        details ->> 'pitcher_home' as pitcher_home,
        details ->> 'pitcher_away' as pitcher_away,
        min(place) as first_place,
        max(place) as last_place
    from told
    group by
        source, source_event_id, sport_key, home_team, away_team, commence_at, game_date_et,
        game_number, event_ordinal, is_final, is_off,
        case when is_final then home_score end, case when is_final then away_score end,
        details -> 'dates_et',
        case when is_final then details ->> 'periods_home' end,
        case when is_final then details ->> 'periods_away' end,
        details ->> 'pitcher_home', details ->> 'pitcher_away'
"""


def registered(
    connection: psycopg.Connection[Any], keys: Collection[EventKey]
) -> list[RegistryRow]:
    """The registry's rows of these events."""
    with connection.cursor(row_factory=class_row(RegistryRow)) as cursor:
        return cursor.execute(
            """
            select
                r.source, r.source_event_id, r.sport_key, r.game_id, r.home_team_id,
                r.away_team_id, r.anchor_date_et, r.ordinal, r.matched_by, r.suggestions,
                r.reversed, r.reason, r.decision, r.facts
            from unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
            inner join ops.game_registry as r using (source, source_event_id)
            """,
            _columns(keys),
        ).fetchall()


def events_around(
    connection: psycopg.Connection[Any], days: Collection[tuple[str, date]]
) -> set[EventKey]:
    """Registered events of pairings on these days, the day before and the day after."""
    rows = connection.execute(
        """
        select distinct near.source, near.source_event_id
        from unnest(%(pairings)s::text[], %(days)s::date[]) as d (pairing, date_et)
        cross join lateral (
            select e.source, e.source_event_id
            from ops.event_days as e
            where e.pairing = d.pairing and e.date_et between d.date_et - 1 and d.date_et + 1
            offset 0
        ) as near
        """,
        {"pairings": [pairing for pairing, _ in days], "days": [day for _, day in days]},
    ).fetchall()
    return {(source, event) for source, event in rows}


def events_of_games(
    connection: psycopg.Connection[Any], games: Collection[uuid.UUID]
) -> set[EventKey]:
    """Events registered for these games."""
    rows = connection.execute(
        "select source, source_event_id from ops.game_registry where game_id = any(%s)",
        (list(games),),
    ).fetchall()
    return {(source, event) for source, event in rows}


def _columns(keys: Collection[EventKey]) -> dict[str, list[str]]:
    return {"sources": [source for source, _ in keys], "events": [event for _, event in keys]}


def write(
    connection: psycopg.Connection[Any],
    rows: Sequence[RegistryRow],
    standing: dict[EventKey, RegistryRow],
) -> None:
    """Put rows into the registry, and their days beside it; `standing`: as they were before."""
    if not rows:
        return
    connection.execute(
        """
        insert into ops.game_registry (
            source, source_event_id, sport_key, game_id, home_team_id, away_team_id,
            anchor_date_et, ordinal, matched_by, suggestions, reversed, reason, decision, facts
        )
        select
            source, source_event_id, sport_key, game_id, home_team_id, away_team_id,
            anchor_date_et, ordinal, matched_by, suggestions, reversed, reason, decision, facts
        from jsonb_to_recordset(%s) as r (
            source text, source_event_id text, sport_key text, game_id uuid, home_team_id text,
            away_team_id text, anchor_date_et date, ordinal int, matched_by text,
            suggestions text[], reversed boolean, reason text, decision text, facts jsonb
        )
        on conflict (source, source_event_id) do update set
            sport_key = excluded.sport_key, game_id = excluded.game_id,
            home_team_id = excluded.home_team_id, away_team_id = excluded.away_team_id,
            anchor_date_et = excluded.anchor_date_et, ordinal = excluded.ordinal,
            matched_by = excluded.matched_by, suggestions = excluded.suggestions,
            reversed = excluded.reversed, reason = excluded.reason,
            decision = excluded.decision, facts = excluded.facts,
            resolved_at = clock_timestamp()
        """,
        (Jsonb([_as_dict(row) for row in rows], dumps=_json),),
    )
    moved = [row for row in rows if row.key not in standing or standing[row.key].days != row.days]
    _forget_days(connection, [row.key for row in moved if row.key in standing])
    days = [(pairing, day, *row.key) for row in moved for pairing, day in row.days]
    connection.execute(
        """
        insert into ops.event_days (pairing, date_et, source, source_event_id)
        select * from unnest(%s::text[], %s::date[], %s::text[], %s::text[])
        on conflict do nothing
        """,
        tuple([one[place] for one in days] for place in range(4)),
    )


def _as_dict(row: RegistryRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RegistryRow.__slots__}


def _json(rows: Any) -> str:
    return json.dumps(rows, default=str)


def delete(connection: psycopg.Connection[Any], keys: Collection[EventKey]) -> None:
    """Take events out of the registry."""
    if not keys:
        return
    _forget_days(connection, keys)
    connection.execute(
        """
        delete from ops.game_registry as r
        using unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
        where r.source = e.source and r.source_event_id = e.source_event_id
        """,
        _columns(keys),
    )


def _forget_days(connection: psycopg.Connection[Any], keys: Collection[EventKey]) -> None:
    if keys:
        connection.execute(
            """
            delete from ops.event_days as d
            using unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
            where d.source = e.source and d.source_event_id = e.source_event_id
            """,
            _columns(keys),
        )
