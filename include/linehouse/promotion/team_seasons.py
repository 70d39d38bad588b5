"""Which team and season the rows of a payload are about: injuries and statistics.

The registry `ops.payload_team_seasons` has a row for every team that a payload names, as it names
it, with the franchise and season that it means. It is settled at touch and read by the models, so
that both have one meaning of a spelling, and kept where it cannot be told, with nulls.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from linehouse.days import eastern_day
from linehouse.identity.teams import Teams
from linehouse.seasons import Seasons
from linehouse.sources.reading.season_labels import our_label

ROWS_OF_TEAMS = ("injuries_raw", "team_stats_raw", "player_stats_raw")
"""Raw tables whose rows are about a team in a season."""
PUBLISHED = ("injuries", "team_stats", "player_stats")
"""Tables of staging that are sliced by team and season."""


@dataclass(frozen=True)
class Named:
    """A team as a payload names it."""

    payload_id: int
    source: str
    sport_key: str
    observed_at: datetime | None
    team: str | None
    source_team_id: str | None
    season: str | None
    source_event_id: str | None


def team_season_id(team_id: str, season: str) -> str:
    """The slice of a team in a season: `nba_bos|2025-26`."""
    return f"{team_id}|{season}"


def pending_team_seasons(
    connection: psycopg.Connection[Any], batch_ids: Iterable[uuid.UUID], scope: object
) -> set[str]:
    """Team-seasons of staging to make anew: what pending batches concern, and what promotions
    left undone. Of scope `all`: every one."""
    everything = scope == "all"
    rows = connection.execute(
        "select payload_id from ops.batches where %s or batch_id = any(%s)",
        (everything, list(batch_ids)),
    ).fetchall()
    payload_ids = [payload_id for (payload_id,) in rows]
    touched = touched_team_seasons(connection, payload_ids) if payload_ids else set()
    if everything:
        touched |= _all(connection)
    if isinstance(scope, str):
        touched |= _unfinished(connection)
    return touched


def team_seasons_in_curated(
    connection: psycopg.Connection[Any], games: Collection[uuid.UUID]
) -> set[str]:
    """Team-seasons of curated to make anew: of the touched games, as staging names their sides now
    and as curated did before, and those whose figures staging published since."""
    return _ids(
        connection,
        """
        with sides as (
            select home_team_id, away_team_id, season from staging.games
            where game_id = any(%(ids)s)
            union all
            select home_team_id, away_team_id, season from curated.enhanced_games
            where game_id = any(%(ids)s)
        )

        select home_team_id || '|' || season from sides
        union
        select away_team_id || '|' || season from sides
        union
        select t.team_season_id
        from ops.promotion_team_seasons as t
        inner join ops.promotions as p using (promotion_id)
        where
            p.zone = 'staging' and p.state = 'published'
            and p.promotion_id > (
                select coalesce(max(promotion_id), 0) from ops.promotions
                where zone = 'curated' and state = 'published' and scope in ('pending', 'all')
            )
        """,
        {"ids": list(games)},
    ) - {None}


def touched_team_seasons(
    connection: psycopg.Connection[Any], payload_ids: Sequence[int]
) -> set[str]:
    """Settle what `payload_ids` are about; returns the team-seasons that they concern.

    Those that they named before they were parsed again, too, and of a list of injuries those of
    the list before it: a player who is no longer listed is back.
    """
    touched = _known(connection, payload_ids)
    _settle(connection, payload_ids)
    touched |= _known(connection, payload_ids)
    touched |= _known(connection, _lists_before(connection, payload_ids))
    return touched


def _settle(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> None:
    """Write the registry of these payloads anew."""
    connection.execute(
        "delete from ops.payload_team_seasons where payload_id = any(%s)", (list(payload_ids),)
    )
    named = list(_named(connection, payload_ids))
    if not named:
        return
    teams, seasons = Teams.load(connection), Seasons.load(connection)
    events = _events(connection, named)
    rows = []
    for one in named:
        team_id = _team_of(teams, one, events)
        season = _season_of(seasons, one, events)
        known = team_season_id(team_id, season) if team_id and season else None
        rows.append(
            (
                one.payload_id, one.source, one.team, one.source_team_id, one.season,
                one.source_event_id, team_id, season, known,
            )
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ops.payload_team_seasons (
                payload_id, source, team, source_team_id, season_told, source_event_id,
                team_id, season, team_season_id
            ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            rows,
        )


def _named(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> Iterator[Named]:
    query = " union ".join(
        f"""
        select
            payload_id, source, sport_key, observed_at, team, source_team_id,
            {"null" if table == "injuries_raw" else "season"}, source_event_id
        from raw_data.{table} where payload_id = any(%(ids)s) and sport_key is not null
        """
        for table in ROWS_OF_TEAMS
    )
    for row in connection.execute(query, {"ids": list(payload_ids)}):
        yield Named(*row)


EventFacts = Mapping[tuple[str, str], tuple[Mapping[str, str], date | None, str | None]]
"""(source, event) to its teams' names by the source's ids, its Eastern day, the season it told."""


def _events(connection: psycopg.Connection[Any], named: Iterable[Named]) -> EventFacts:
    wanted = {(one.source, one.source_event_id) for one in named if one.source_event_id}
    rows = connection.execute(
        """
        select distinct on (g.source, g.source_event_id)
            g.source, g.source_event_id, g.details ->> 'home_team_id', g.home_team,
            g.details ->> 'away_team_id', g.away_team,
            coalesce((g.commence_at at time zone 'America/New_York')::date, g.game_date_et),
            g.season
        from unnest(%s::text[], %s::text[]) as w (source, source_event_id)
        inner join raw_data.games_raw as g using (source, source_event_id)
        order by g.source, g.source_event_id, g.payload_id desc
        """,
        ([source for source, _ in wanted], [event for _, event in wanted]),
    ).fetchall()
    return {
        (source, event): (
            {str(key): name for key, name in ((home_id, home), (away_id, away)) if key},
            day,
            season,
        )
        for source, event, home_id, home, away_id, away, day, season in rows
    }


def _team_of(teams: Teams, one: Named, events: EventFacts) -> str | None:
    league = teams.league_of_sport.get(one.sport_key)
    if league is None:
        return None
    names = [one.team]
    if one.source_event_id and one.source_team_id:
        by_id = events.get((one.source, one.source_event_id), ({}, None, None))[0]
        names.append(by_id.get(one.source_team_id))
    for name in names:
        found = teams.team_id(league, one.source, name) if name else None
        if found is not None:
            return found
    return None


def _season_of(seasons: Seasons, one: Named, events: EventFacts) -> str | None:
    """As told, else that of the game, else that of the day when it was seen."""
    _, day, season = events.get((one.source, one.source_event_id or ""), ({}, None, None))
    told = our_label(one.season) or our_label(season)
    if told is not None:
        return told
    if day is None and one.observed_at is not None:
        day = eastern_day(one.observed_at)
    return seasons.season_of(one.sport_key, day) if day is not None else None


def _lists_before(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> list[int]:
    """Of the feeds of injuries: the list in force before each payload, and the one after it."""
    rows = connection.execute(
        """
        select near.payload_id
        from ops.batches as b
        cross join lateral (
            (
                select n.payload_id from ops.batches as n
                where
                    n.source = b.source and n.feed = b.feed
                    and n.sport_key is not distinct from b.sport_key
                    and n.observed_at < b.observed_at and n.in_force
                order by n.observed_at desc limit 1
            )
            union all
            (
                select n.payload_id from ops.batches as n
                where
                    n.source = b.source and n.feed = b.feed
                    and n.sport_key is not distinct from b.sport_key
                    and n.observed_at > b.observed_at and n.in_force
                order by n.observed_at limit 1
            )
        ) as near
        where b.payload_id = any(%s) and b.feed = 'injuries'
        """,
        (list(payload_ids),),
    ).fetchall()
    return [payload_id for (payload_id,) in rows]


def _known(connection: psycopg.Connection[Any], payload_ids: Sequence[int]) -> set[str]:
    return _ids(
        connection,
        "select distinct team_season_id from ops.payload_team_seasons"
        " where payload_id = any(%s) and team_season_id is not null",
        (list(payload_ids),),
    )


def _all(connection: psycopg.Connection[Any]) -> set[str]:
    published = " union ".join(f"select team_season_id from staging.{name}" for name in PUBLISHED)
    return _ids(
        connection,
        "select team_season_id from ops.payload_team_seasons where team_season_id is not null"
        f" union {published}",
    )


def _unfinished(connection: psycopg.Connection[Any]) -> set[str]:
    """Those of promotions that did not get through since the last that took up all work."""
    return _ids(
        connection,
        """
        select t.team_season_id
        from ops.promotion_team_seasons as t
        inner join ops.promotions as p using (promotion_id)
        where
            p.zone = 'staging' and p.state not in ('published', 'nothing')
            and p.promotion_id > (
                select coalesce(max(promotion_id), 0) from ops.promotions
                where zone = 'staging' and state = 'published' and scope in ('pending', 'all')
            )
        """,
    )


def _ids(
    connection: psycopg.Connection[Any],
    query: str,
    parameters: Sequence[Any] | Mapping[str, Any] | None = None,
) -> set[str]:
    return {found for (found,) in connection.execute(query, parameters).fetchall()}
