"""Which real game a source's event is.

A game's id follows from facts alone: its league, both franchises, its date (US Eastern) and, where
one source lists several events of the same teams on the same date, their order. A source that gives
no start times cannot tell which of several is which: those keep to themselves, under ids that carry
the source, and are never taken for another source's by their place in a list. What is known of an
event is the earliest thing that accepted batches say about it, so the registry is a function of the
*set* of accepted batches; the order in which they came never shows.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import psycopg

from linehouse.identity.evidence import (
    EventKey,
    Evidence,
    RegistryRow,
    delete,
    earliest_evidence,
    events_of,
    manual_matches,
    registered,
    write,
)
from linehouse.identity.teams import Teams

NAMESPACE = uuid.UUID("6b1f0c7e-52f4-5d0a-9d3b-6a1c8f4d2e91")
GroupKey = tuple[str, str, str, str, date]
"""(source, league, home_team_id, away_team_id, anchor_date_et): what one source may list twice."""


def game_id(
    league: str,
    home: str,
    away: str,
    anchor_date_et: date,
    ordinal: int,
    source: str | None = None,
) -> uuid.UUID:
    """The id of a game: the same on every machine, for ever.

    The same for every source too, unless `source` says that only its own list tells them apart.
    """
    facts = f"{league}|{home}|{away}|{anchor_date_et.isoformat()}|{ordinal}"
    return uuid.uuid5(NAMESPACE, facts if source is None else f"{facts}|{source}")


def resolve(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> set[uuid.UUID]:
    """Bring ops.game_registry up to what batches in force say about the events of `payload_ids`,
    those among them too that only an earlier reading of a payload named.

    Returns the games concerned: those of these events as they are now and as they were before,
    and those of other events whose place in a day's order moved. Writes in the caller's
    transaction, which must also record the games returned.
    """
    events = events_of(connection, payload_ids)
    if not events:
        return set()
    teams = Teams.load(connection)
    evidence: dict[EventKey, Evidence] = {}
    standing: dict[EventKey, RegistryRow] = {}
    pending = set(events)
    while pending:  # the events that share a day with one of ours may shift in its order
        asked = sorted(pending)
        evidence.update({e.key: e for e in earliest_evidence(connection, asked)})
        standing.update({r.key: r for r in registered(connection, asked)})
        seen = set(evidence) | set(standing) | set(asked)
        groups = {_group(teams, evidence[key]) for key in asked if key in evidence}
        groups |= {_group_registered(teams, standing[key]) for key in asked if key in standing}
        known = {group for group in groups if group is not None}
        pending = _same_day_events(connection, known) - seen

    manual = manual_matches(connection)
    fresh = _registry_rows(teams, evidence.values(), manual)
    changed = {key for key in set(fresh) | set(standing) if fresh.get(key) != standing.get(key)}
    write(connection, [fresh[key] for key in sorted(changed) if key in fresh])
    delete(connection, sorted(key for key in changed if key not in fresh))
    return {
        row.game_id
        for key in events | changed
        for row in (fresh.get(key), standing.get(key))
        if row is not None and row.game_id is not None
    }


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
    ordinal, open_groups = 1, set(groups)
    while open_groups:
        by_id: dict[tuple[str, uuid.UUID], GroupKey] = {}
        for group in open_groups:
            for source in (None, group[0]):
                by_id[(group[0], game_id(*group[1:], ordinal, source))] = group
        rows = connection.execute(
            """
            select source, source_event_id, game_id from ops.game_registry
            where game_id = any(%s)
            """,
            (list({game for _, game in by_id}),),
        ).fetchall()
        mine = [(source, event, by_id.get((source, game))) for source, event, game in rows]
        found |= {(source, event) for source, event, group in mine if group is not None}
        open_groups = {group for _, _, group in mine if group is not None}
        ordinal += 1
    return found


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
        untold = len(members) > 1 and any(one.commence_at is None for one in members)
        own = group[0] if untold else None
        for ordinal, one in enumerate(members, start=1):
            game = game_id(*group[1:], ordinal, own)
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
