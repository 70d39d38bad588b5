"""Which real game a source's event is: the registry is brought up to the evidence.

What is known of an event is everything that batches in force say about it, and which game it is
follows from the events of the same two teams on its days and the days beside them, of all sources
(`linehouse.identity.settle`). So the registry is a function of the *set* of batches in force; the
order in which they came never shows. The evidence of named events is read anew; that of others of
their days stands in the registry.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg

from linehouse.identity.decisions import Decision, bound_together, decisions
from linehouse.identity.evidence import (
    RegistryRow,
    delete,
    events_around,
    events_of,
    events_of_games,
    pairing_of,
    registered,
    tellings,
    write,
)
from linehouse.identity.facts import EventKey, Facts, Telling, facts_of
from linehouse.identity.games import Event, League
from linehouse.identity.settle import settle
from linehouse.identity.teams import Teams


@dataclass(frozen=True, slots=True)
class _Known:
    """An event, its teams as far as they are known, and what is said of it."""

    key: EventKey
    sport_key: str
    league: str | None
    home: str | None
    away: str | None
    facts: Facts
    names: tuple[str, str]
    """Home and away as written; empty for an event that is read from the registry."""
    told: dict[str, Any]
    """The facts as the registry keeps them."""
    suggestions: list[str]
    """Near spellings, of an event that is read from the registry."""

    @property
    def can_be_settled(self) -> bool:
        return (
            self.home is not None
            and self.away is not None
            and self.home != self.away
            and self.facts.anchor is not None
        )

    @property
    def days(self) -> set[tuple[str, date]]:
        if self.home is None or self.away is None:
            return set()
        pairing = pairing_of(self.home, self.away)
        return {(pairing, day) for day in self.facts.dates}


def resolve(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> set[uuid.UUID]:
    """Bring ops.game_registry up to what batches in force say about the events of `payload_ids`,
    those among them too that only an earlier reading of a payload named.

    Returns the games concerned: those of these events as they are now and as they were before,
    and those of other events whose game is another one now. Writes in the caller's transaction,
    which must also record the games returned.
    """
    events = events_of(connection, payload_ids)
    if not events:
        return set()
    teams = Teams.load(connection)
    decided = decisions(connection)
    told = tellings(connection, events)
    known = {key: _known(teams, told[key]) for key in events if key in told}
    standing: dict[EventKey, RegistryRow] = {}
    pending = set(events)
    while pending:  # whatever shares days with one of these, or is bound to it by a person
        rows = {row.key: row for row in registered(connection, pending)}
        standing.update(rows)
        for key, row in rows.items():
            if key not in events:
                known[key] = _known_of_row(teams, row)
        seen = set(standing) | set(known) | pending
        days = {day for key in pending if key in known for day in known[key].days}
        days |= {day for row in rows.values() for day in row.days}
        near = events_around(connection, days)
        near |= bound_together(decided, seen) if decided else set()
        near |= _of_decided_games(connection, decided, pending)
        pending = near - seen

    fresh = _registry_rows(teams, _authorities(connection), known, decided)
    changed = {key for key in set(fresh) | set(standing) if fresh.get(key) != standing.get(key)}
    write(connection, [fresh[key] for key in sorted(changed) if key in fresh], standing)
    delete(connection, sorted(key for key in changed if key not in fresh))
    return {
        row.game_id
        for key in events | changed
        for row in (fresh.get(key), standing.get(key))
        if row is not None and row.game_id is not None
    }


def _known(teams: Teams, told: Sequence[Telling]) -> _Known:
    """An event by its evidence: its teams by the first names of it that are known."""
    facts = facts_of(told)
    first = told[0]
    league = teams.league_of_sport.get(first.sport_key)
    home = away = None
    names = (first.home_team, first.away_team)
    if league is not None:
        season = teams.season_start(first.sport_key, facts.anchor)
        for one in told:
            home = teams.team_id(league, one.source, one.home_team, season)
            away = teams.team_id(league, one.source, one.away_team, season)
            if home is not None and away is not None and home != away:
                names = (one.home_team, one.away_team)
                break
        else:
            home = away = None
    return _Known(first.key, first.sport_key, league, home, away, facts, names, facts.as_json(), [])


def _known_of_row(teams: Teams, row: RegistryRow) -> _Known:
    return _Known(
        row.key,
        row.sport_key,
        teams.league_of_sport.get(row.sport_key),
        row.home_team_id,
        row.away_team_id,
        Facts.from_json(row.facts),
        ("", ""),
        row.facts,
        row.suggestions,
    )


def _authorities(connection: psycopg.Connection[Any]) -> dict[str | None, dict[str, int]]:
    """League (None: any) to source to rank, of sources whose events are games of themselves."""
    found: dict[str | None, dict[str, int]] = defaultdict(dict)
    for league, source, rank in connection.execute(
        "select nullif(league, ''), source, rank from reference.source_trust"
        " where fact = 'identity'"
    ):
        found[league][source] = rank
    return found


def _of_decided_games(
    connection: psycopg.Connection[Any],
    decided: Mapping[EventKey, Decision],
    keys: Iterable[EventKey],
) -> set[EventKey]:
    """The other events of games that a person named: they tell which side is at home."""
    games = {decided[key].game_id for key in keys if key in decided} - {None}
    return events_of_games(connection, [game for game in games if game]) if games else set()


def _registry_rows(
    teams: Teams,
    authorities: Mapping[str | None, Mapping[str, int]],
    known: Mapping[EventKey, _Known],
    decided: Mapping[EventKey, Decision],
) -> dict[EventKey, RegistryRow]:
    rows: dict[EventKey, RegistryRow] = {}
    pairings: dict[tuple[str, str], list[_Known]] = defaultdict(list)
    for key, one in known.items():
        if one.can_be_settled and key not in decided:
            assert one.league and one.home and one.away
            pairings[(one.league, pairing_of(one.home, one.away))].append(one)
        else:
            rows[key] = _unmatched(teams, one)
    for (league, _), members in pairings.items():
        rules = League(
            league,
            {**authorities.get(None, {}), **authorities.get(league, {})},
            any(one.sport_key in teams.twice_a_day for one in members),
        )
        settled = settle(
            (Event(*one.key, one.home or "", one.away or "", one.facts) for one in members), rules
        )
        for one in members:
            found = settled[one.key]
            rows[one.key] = RegistryRow(
                *one.key,
                one.sport_key,
                found.game_id,
                one.home,
                one.away,
                one.facts.anchor,
                found.ordinal,
                found.matched_by,
                list(found.suggestions),
                found.reversed,
                found.reason,
                None,
                one.told,
            )
    for key in decided.keys() & rows.keys():
        rows[key] = _decided(rows, decided, key)
    return rows


def _unmatched(teams: Teams, one: _Known) -> RegistryRow:
    reason, suggestions = None, one.suggestions
    if one.league is None:
        reason = f"no league is known for the sport {one.sport_key}"
    elif one.home is None or one.away is None:
        reason = "a team that no alias knows"
        suggestions = _near_names(teams, one) if one.names != ("", "") else one.suggestions
    elif one.facts.anchor is None:
        reason = "no day is told"
    return RegistryRow(
        *one.key,
        one.sport_key,
        None,
        one.home,
        one.away,
        one.facts.anchor,
        None,
        "unmatched",
        suggestions,
        False,
        reason,
        None,
        one.told,
    )


def _near_names(teams: Teams, one: _Known) -> list[str]:
    assert one.league is not None
    season = teams.season_start(one.sport_key, one.facts.anchor)
    return [
        f"{name}: {suggestion}"
        for name in one.names
        if teams.team_id(one.league, one.key[0], name, season) is None
        for suggestion in teams.suggestions(one.league, name)
    ]


def _decided(
    rows: Mapping[EventKey, RegistryRow],
    decided: Mapping[EventKey, Decision],
    key: EventKey,
) -> RegistryRow:
    """The row of an event that a person matched. One that is bound to an event which has no game
    keeps none; a circle of decisions says nothing."""
    row, decision = rows[key], decided[key]
    game, target, seen = decision.game_id, decision.other, {key}
    while game is None and target is not None and target not in seen:
        seen.add(target)
        if target in decided:
            game, target = decided[target].game_id, decided[target].other
        else:
            other = rows.get(target)
            game, target = (other.game_id if other is not None else None), None
    if game is None:
        reason = "the event that it was matched with has no game"
        return replace(row, reason=reason, decision=decision.text)
    sides = next(
        (
            other.home_team_id if not other.reversed else other.away_team_id
            for _, other in sorted(rows.items())
            if other.game_id == game and other.key not in decided
        ),
        None,
    )
    return replace(
        row,
        game_id=game,
        matched_by="manual",
        reversed=sides is not None and sides == row.away_team_id,
        suggestions=[],
        reason=None,
        decision=decision.text,
    )
