"""The games that the warehouse knows of, as a fetch is decided on: read in few, short queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg

from linehouse.scheduling.states import Claim, State, start_of, state_of
from linehouse.scheduling.unread import counted

ODDS_SOURCE = "the_odds_api"
LOOK_BACK = timedelta(days=4)
"""Games that began earlier are of no concern to any fetch."""
USUAL_DAYS = 7

CLAIMS = """
    with near as (
        select distinct source, source_event_id, sport_key
        from raw_data.games_raw
        where
            sport_key = any(%(sports)s)
            and commence_at >= %(earliest)s
            and commence_at < %(latest)s
            and observed_at <= %(now)s
    )

    select
        near.source,
        near.source_event_id,
        near.sport_key,
        registry.game_id,
        sight.home_team,
        sight.away_team,
        sight.commence_at,
        sight.observed_at,
        told.state,
        told.completed,
        told.home_score is not null as has_score,
        told.observed_at as told_at
    from near
    cross join lateral (
        select game.home_team, game.away_team, game.commence_at, game.observed_at
        from raw_data.games_raw as game
        where
            game.source = near.source
            and game.source_event_id = near.source_event_id
            and game.observed_at <= %(now)s
            and not exists (
                select from ops.batches as batch
                where
                    batch.payload_id = game.payload_id
                    and batch.state in ('held', 'retracted')
            )
        order by game.observed_at desc, game.payload_id desc, game.position desc
        limit 1
    ) as sight
    left join lateral (
        select game.state, game.completed, game.home_score, game.observed_at
        from raw_data.games_raw as game
        where
            game.source = near.source
            and game.source_event_id = near.source_event_id
            and game.observed_at <= %(now)s
            and (game.state is not null or game.completed is not null)
            and not exists (
                select from ops.batches as batch
                where
                    batch.payload_id = game.payload_id
                    and batch.state in ('held', 'retracted')
            )
        order by game.observed_at desc, game.payload_id desc, game.position desc
        limit 1
    ) as told on true
    left join ops.game_registry as registry
        on
            near.source = registry.source
            and near.source_event_id = registry.source_event_id
"""
FETCHES = """
    select
        sport_key,
        feed,
        max(observed_at) filter (where parse_error is null) as told_at,
        coalesce(
            array_agg(observed_at order by observed_at desc)
                filter (where parse_error is not null),
            '{}'
        ) as unread,
        max(observed_at) filter (
            where state = 'accepted' and parse_error is null
        ) as accepted_at
    from ops.batches
    where
        source = %(source)s
        and sport_key = any(%(sports)s)
        and feed in ('odds', 'scores', 'events')
        and observed_at <= %(now)s
        and observed_at > %(now)s - interval '40 days'
        and not historical
    group by sport_key, feed
"""
LOOKS = """
    select game.source_event_id, max(game.observed_at)
    from ops.batches as batch
    inner join raw_data.games_raw as game on batch.payload_id = game.payload_id
    where
        batch.source = %(source)s
        and batch.sport_key = any(%(sports)s)
        and batch.feed = 'event_odds'
        and batch.observed_at <= %(now)s
        and batch.observed_at > %(now)s - interval '6 hours'
    group by game.source_event_id
"""
UNREAD_LOOKS = """
    select asked.source_event_id, array_agg(asked.observed_at order by asked.observed_at desc)
    from (
        select distinct
            batch.observed_at,
            substring(attempt.url from '/events/([^/?]+)/odds') as source_event_id
        from ops.batches as batch
        inner join raw_data.collection_log as attempt on batch.request_key = attempt.request_key
        where
            batch.source = %(source)s
            and batch.sport_key = any(%(sports)s)
            and batch.feed = 'event_odds'
            and batch.parse_error is not null
            and batch.observed_at <= %(now)s
            and batch.observed_at > %(now)s - interval '6 hours'
    ) as asked
    where asked.source_event_id is not null
    group by asked.source_event_id
"""
USUAL = """
    select sport_key, count(distinct source_event_id)::float / %(days)s
    from raw_data.games_raw
    where
        sport_key = any(%(sports)s)
        and source = %(source)s
        and commence_at >= %(now)s - make_interval(days => %(days)s)
        and commence_at < %(now)s
        and observed_at <= %(now)s
    group by sport_key
"""


@dataclass(frozen=True)
class KnownGame:
    """One real game as far as the warehouse knows it."""

    sport_key: str
    commence_at: datetime
    home_team: str
    away_team: str
    state: State
    events: tuple[tuple[str, str], ...]
    """(source, the source's event id)."""
    game_id: str | None
    is_offered: bool
    """Whether The Odds API lists it, so that a fetch shows its lines."""

    @property
    def event_id(self) -> str | None:
        """Its id at The Odds API."""
        return next((event for source, event in self.events if source == ODDS_SOURCE), None)


@dataclass
class Calendar:
    """Games, and when each sport was asked about last (by The Odds API's batches)."""

    now: datetime
    games: list[KnownGame] = field(default_factory=list)
    fetched_at: dict[str, datetime] = field(default_factory=dict)
    polled_at: dict[str, datetime] = field(default_factory=dict)
    asked_at: dict[str, datetime] = field(default_factory=dict)
    """The last list of games, of either feed."""
    looked_at: dict[str, datetime] = field(default_factory=dict)
    """By The Odds API's event: the last look at it alone, of the last hours."""
    usual_games: dict[str, float] = field(default_factory=dict)
    unread_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """By feed, and sport or event: the last answer that could not be read."""
    again_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """The same: when it is asked for again."""

    def made_by(self, feed: str) -> list[dict[str, datetime]]:
        """What a request of a feed makes newer: the free list shows no prices."""
        return {
            "odds": [self.fetched_at, self.asked_at],
            "events": [self.asked_at],
            "event_odds": [self.looked_at],
            "scores": [self.polled_at],
        }[feed]

    def note(
        self, feed: str, key: str, told_at: datetime | None, unread: Sequence[datetime]
    ) -> None:
        """Take up when a feed of a sport (or an event) told something, and when its answers could
        not be read (the newest first)."""
        counts_at, again_at = counted(told_at, unread, self.now)
        if counts_at is not None:
            for times in self.made_by(feed):
                times[key] = max(counts_at, times.get(key, counts_at))
        if unread:
            self.unread_at[feed, key] = unread[0]
        if again_at is not None:
            self.again_at[feed, key] = again_at

    def of(self, *states: str) -> list[KnownGame]:
        """The games in one of these states."""
        return [game for game in self.games if game.state.state in states]


def read(
    connection: psycopg.Connection[Any],
    now: datetime,
    sports: Sequence[str],
    ahead: timedelta,
) -> Calendar:
    """What is known at a moment of the mode's clock of the games that start until `ahead`."""
    asked = {
        "sports": list(sports),
        "now": now,
        "earliest": now - LOOK_BACK,
        "latest": now + ahead,
        "source": ODDS_SOURCE,
        "days": USUAL_DAYS,
    }
    calendar = Calendar(now)
    listed_at: dict[str, datetime] = {}
    for sport, feed, told_at, unread, accepted_at in connection.execute(FETCHES, asked):
        calendar.note(feed, sport, told_at, unread)
        if accepted_at is not None and feed != "scores":
            listed_at[sport] = max(accepted_at, listed_at.get(sport, accepted_at))
    looks = dict(connection.execute(LOOKS, asked).fetchall())
    unread_looks = dict(connection.execute(UNREAD_LOOKS, asked).fetchall())
    for event in looks.keys() | unread_looks.keys():
        calendar.note("event_odds", event, looks.get(event), unread_looks.get(event, ()))
    calendar.usual_games = {
        sport: float(games) for sport, games in connection.execute(USUAL, asked)
    }
    rows = connection.execute(CLAIMS, asked).fetchall()
    calendar.games = sorted(_games(rows, now, listed_at), key=lambda game: game.commence_at)
    return calendar


def _games(
    rows: Iterable[tuple[Any, ...]], now: datetime, listed_at: dict[str, datetime]
) -> Iterable[KnownGame]:
    grouped: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        source, event_id, _, game_id = row[:4]
        grouped[(str(game_id),) if game_id else (source, event_id)].append(row)
    for group in grouped.values():
        claims = [
            Claim(
                row[0], row[7], row[6], state=row[8], completed=row[9], has_score=row[10],
                told_at=row[11],
            )
            for row in group
        ]  # fmt: skip
        offered = [row for row in group if row[0] == ODDS_SOURCE]
        start = start_of([c for c in claims if c.source == ODDS_SOURCE] or claims)
        if start is None:
            continue
        first = (offered or group)[0]
        sport_key = first[2]
        lists = {ODDS_SOURCE: listed_at[sport_key]} if sport_key in listed_at else {}
        yield KnownGame(
            sport_key,
            start,
            first[4],
            first[5],
            state_of(claims, now, lists),
            tuple((row[0], row[1]) for row in group),
            str(first[3]) if first[3] else None,
            bool(offered),
        )
