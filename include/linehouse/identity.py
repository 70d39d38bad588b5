"""Which real game a source's event is.

A game's id follows from facts alone: its league, both franchises, its date (US Eastern) and, where
one source lists several events of the same teams on the same date, their order. What is known of an
event is the earliest thing that accepted batches say about it, so the registry is a function of the
*set* of accepted batches; the order in which they came never shows.
"""

import difflib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

NAMESPACE = uuid.UUID("6b1f0c7e-52f4-5d0a-9d3b-6a1c8f4d2e91")
SUGGESTION_LIMIT = 3
SUGGESTION_CUTOFF = 0.6

EventKey = tuple[str, str]
"""(source, source_event_id)"""
GroupKey = tuple[str, str, str, str, date]
"""(source, league, home_team_id, away_team_id, anchor_date_et): what one source may list twice."""


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


@dataclass(frozen=True)
class Teams:
    """Spellings of teams, from the seeds."""

    league_of_sport: dict[str, str]
    by_alias: dict[tuple[str, str | None, str], str]
    """(league, source or None, spelling without case and blanks) to team_id."""
    spellings: dict[str, list[str]]
    """League to its spellings, for suggestions."""

    @classmethod
    def load(cls, connection: psycopg.Connection[Any]) -> "Teams":
        """Read schema `reference`."""
        sports = connection.execute("select sport_key, league from reference.sports").fetchall()
        aliases = connection.execute(
            "select league, nullif(source, ''), alias, team_id from reference.team_aliases"
        ).fetchall()
        by_alias: dict[tuple[str, str | None, str], str] = {}
        spellings: dict[str, list[str]] = {}
        for league, source, alias, team_id in aliases:
            by_alias[(league, source, normalise(alias))] = team_id
            spellings.setdefault(league, []).append(alias)
        return cls(dict(sports), by_alias, {k: sorted(set(v)) for k, v in spellings.items()})

    def team_id(self, league: str, source: str, name: str) -> str | None:
        """The franchise a source means; a source's own spelling takes precedence."""
        spelling = normalise(name)
        return self.by_alias.get((league, source, spelling)) or self.by_alias.get(
            (league, None, spelling)
        )

    def suggestions(self, league: str, name: str) -> list[str]:
        """Spellings close to an unknown one: shown to a person, never applied."""
        return difflib.get_close_matches(
            name, self.spellings.get(league, []), n=SUGGESTION_LIMIT, cutoff=SUGGESTION_CUTOFF
        )


def normalise(name: str) -> str:
    """A spelling without case and blanks: `LA Clippers` and `laclippers` are the same."""
    return "".join(name.split()).casefold()


def game_id(league: str, home: str, away: str, anchor_date_et: date, ordinal: int) -> uuid.UUID:
    """The id of a game: the same for every source, on every machine, for ever."""
    return uuid.uuid5(NAMESPACE, f"{league}|{home}|{away}|{anchor_date_et.isoformat()}|{ordinal}")


def resolve(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> set[uuid.UUID]:
    """Bring ops.game_registry up to what accepted batches say about the events of `payload_ids`.

    Returns the games concerned: those of these events as they are now and as they were before,
    and those of other events whose place in a day's order moved. Writes in the caller's
    transaction, which must also record the games returned.
    """
    events = _events_of(connection, payload_ids)
    if not events:
        return set()
    teams = Teams.load(connection)
    evidence: dict[EventKey, Evidence] = {}
    standing: dict[EventKey, RegistryRow] = {}
    pending = set(events)
    while pending:  # the events that share a day with one of ours may shift in its order
        asked = sorted(pending)
        evidence.update({e.key: e for e in _evidence(connection, asked)})
        standing.update({r.key: r for r in _registered(connection, asked)})
        seen = set(evidence) | set(standing) | set(asked)
        groups = {_group(teams, evidence[key]) for key in asked if key in evidence}
        groups |= {_group_registered(teams, standing[key]) for key in asked if key in standing}
        known = {group for group in groups if group is not None}
        pending = _same_day_events(connection, known) - seen

    manual = _manual_matches(connection)
    fresh = _registry_rows(teams, evidence.values(), manual)
    changed = {key for key in set(fresh) | set(standing) if fresh.get(key) != standing.get(key)}
    _write(connection, [fresh[key] for key in sorted(changed) if key in fresh])
    _delete(connection, sorted(key for key in changed if key not in fresh))
    return {
        row.game_id
        for key in events | changed
        for row in (fresh.get(key), standing.get(key))
        if row is not None and row.game_id is not None
    }


def _events_of(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> set[EventKey]:
    rows = connection.execute(
        """
        select source, source_event_id from raw_data.games_raw where payload_id = any(%(ids)s)
        union
        select source, source_event_id from raw_data.payload_events where payload_id = any(%(ids)s)
        """,
        {"ids": list(payload_ids)},
    ).fetchall()
    return {(source, event) for source, event in rows}


def _evidence(connection: psycopg.Connection[Any], keys: Sequence[EventKey]) -> list[Evidence]:
    """The earliest accepted evidence of each event; ties are broken by content, not by arrival."""
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
                    and batch.state = 'accepted'
                order by raw.observed_at nulls first, batch.batch_id, raw.position
                limit 1
            ) as g
            """,
            _columns(keys),
        ).fetchall()


def _registered(connection: psycopg.Connection[Any], keys: Sequence[EventKey]) -> list[RegistryRow]:
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


def _group(teams: Teams, evidence: Evidence) -> GroupKey | None:
    league = teams.league_of_sport.get(evidence.sport_key)
    if league is None or evidence.anchor_date_et is None:
        return None
    home = teams.team_id(league, evidence.source, evidence.home_team)
    away = teams.team_id(league, evidence.source, evidence.away_team)
    if home is None or away is None or home == away:
        return None
    return (evidence.source, league, home, away, evidence.anchor_date_et)


def _group_registered(teams: Teams, row: RegistryRow) -> GroupKey | None:
    league = teams.league_of_sport.get(row.sport_key)
    if (
        league is None
        or row.home_team_id is None
        or row.away_team_id is None
        or row.anchor_date_et is None
    ):
        return None
    return (row.source, league, row.home_team_id, row.away_team_id, row.anchor_date_et)


def _same_day_events(
    connection: psycopg.Connection[Any], groups: Iterable[GroupKey]
) -> set[EventKey]:
    """Events registered for the same teams and date by the same source, found by the ids that
    such a group can have: they are numbered from 1 without a gap."""
    found: set[EventKey] = set()
    ordinal, open_groups = 1, list(groups)
    while open_groups:
        ids = {game_id(*group[1:], ordinal): group for group in open_groups}
        rows = connection.execute(
            """
            select source, source_event_id, game_id from ops.game_registry
            where game_id = any(%s)
            """,
            (list(ids),),
        ).fetchall()
        mine = {(s, e): i for s, e, i in rows if s == ids[i][0]}
        found |= set(mine)
        open_groups = [ids[i] for i in set(mine.values())]
        ordinal += 1
    return found


def _manual_matches(connection: psycopg.Connection[Any]) -> dict[EventKey, uuid.UUID]:
    rows = connection.execute(
        "select source, source_event_id, game_id from ops.manual_matches where game_id is not null"
    ).fetchall()
    return {(source, event): game for source, event, game in rows}


def _registry_rows(
    teams: Teams, evidence: Iterable[Evidence], manual: dict[EventKey, uuid.UUID]
) -> dict[EventKey, RegistryRow]:
    rows: dict[EventKey, RegistryRow] = {}
    groups: dict[GroupKey, list[Evidence]] = {}
    for one in evidence:
        if one.key in manual:
            rows[one.key] = _row(one, _group(teams, one), manual[one.key], None, "manual", [])
        elif (group := _group(teams, one)) is not None:
            groups.setdefault(group, []).append(one)
        else:
            suggestions = _suggest(teams, one)
            rows[one.key] = _row(one, None, None, None, "unmatched", suggestions)
    for group, members in groups.items():
        members.sort(key=_order_in_day)
        for ordinal, one in enumerate(members, start=1):
            game = game_id(*group[1:], ordinal)
            rows[one.key] = _row(one, group, game, ordinal, "teams_and_date", [])
    return rows


def _order_in_day(one: Evidence) -> tuple[bool, float, int, str]:
    start = one.commence_at.timestamp() if one.commence_at else 0.0
    return (one.commence_at is None, start, one.event_ordinal or 0, one.source_event_id)


def _suggest(teams: Teams, one: Evidence) -> list[str]:
    league = teams.league_of_sport.get(one.sport_key)
    if league is None:
        return []
    return [
        f"{name}: {suggestion}"
        for name in (one.home_team, one.away_team)
        if teams.team_id(league, one.source, name) is None
        for suggestion in teams.suggestions(league, name)
    ]


def _row(
    one: Evidence,
    group: GroupKey | None,
    game: uuid.UUID | None,
    ordinal: int | None,
    matched_by: str,
    suggestions: list[str],
) -> RegistryRow:
    _, _, home, away, anchor = group or (None, None, None, None, one.anchor_date_et)
    return RegistryRow(
        one.source,
        one.source_event_id,
        one.sport_key,
        game,
        home,
        away,
        anchor,
        ordinal,
        matched_by,
        suggestions,
    )


def _write(connection: psycopg.Connection[Any], rows: Sequence[RegistryRow]) -> None:
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


def _delete(connection: psycopg.Connection[Any], keys: Sequence[EventKey]) -> None:
    connection.execute(
        """
        delete from ops.game_registry as r
        using unnest(%(sources)s::text[], %(events)s::text[]) as e (source, source_event_id)
        where r.source = e.source and r.source_event_id = e.source_event_id
        """,
        _columns(keys),
    )
