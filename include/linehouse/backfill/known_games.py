"""The games of past days that the warehouse knows of, and that were played."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from linehouse.backfill.selection import PastGame
from linehouse.days import EASTERN

GIVEN_UP = """
                coalesce(game.state in ('postponed', 'cancelled'), false)
                and exists (
                    select from raw_data.games_raw as played
                    inner join ops.batches as batch on played.payload_id = batch.payload_id
                    where
                        played.source = near.source
                        and played.source_event_id = near.source_event_id
                        and (played.completed or played.state = 'final')
                        and coalesce(
                            date(played.commence_at at time zone 'America/New_York'),
                            played.game_date_et
                        ) > coalesce(
                            date(game.commence_at at time zone 'America/New_York'),
                            game.game_date_et
                        )
                        and batch.state not in ('held', 'retracted')
                )
"""
# A day that was called off is told so for ever, to whomever asks about it again: it says nothing
# against the result of a later day.
SIGHTS = f"""
    with near as (
        select distinct source, source_event_id
        from raw_data.games_raw
        where
            sport_key = any(%(sports)s)
            and commence_at >= %(first)s
            and commence_at < %(last)s
    )

    select
        near.source,
        sight.sport_key,
        sight.commence_at,
        sight.away_team,
        sight.home_team,
        coalesce(registry.game_id::text, near.source || ' ' || near.source_event_id),
        registry.away_team_id,
        registry.home_team_id,
        coalesce(told.completed or told.state = 'final', false) as is_over,
        coalesce(
            told.state in ('postponed', 'cancelled') or stands.state in ('postponed', 'cancelled'),
            false
        ) as is_off
    from near
    cross join lateral (
        select game.sport_key, game.commence_at, game.away_team, game.home_team
        from raw_data.games_raw as game
        inner join ops.batches as batch on game.payload_id = batch.payload_id
        where
            game.source = near.source
            and game.source_event_id = near.source_event_id
            and game.commence_at is not null
            and batch.state not in ('held', 'retracted')
            and not ({GIVEN_UP})
        order by game.observed_at desc nulls last, game.payload_id desc, game.position desc
        limit 1
    ) as sight
    left join lateral (
        select game.state, game.completed
        from raw_data.games_raw as game
        inner join ops.batches as batch on game.payload_id = batch.payload_id
        where
            game.source = near.source
            and game.source_event_id = near.source_event_id
            and (game.state is not null or game.completed is not null)
            and batch.state not in ('held', 'retracted')
            and not ({GIVEN_UP})
        order by game.observed_at desc nulls last, game.payload_id desc, game.position desc
        limit 1
    ) as told on true
    left join ops.game_registry as registry
        on near.source = registry.source and near.source_event_id = registry.source_event_id
    left join ops.game_states as stands
        on near.source = stands.source and near.source_event_id = stands.source_event_id
    where
        sight.sport_key = any(%(sports)s)
        and sight.commence_at >= %(first)s
        and sight.commence_at < %(last)s
"""


@dataclass(frozen=True)
class _Sight:
    """What a source said last about an event."""

    source: str
    sport_key: str
    commence_at: datetime
    away_team: str
    home_team: str
    game: str
    """The game's id where it is known, else the event's."""
    away_team_id: str | None
    home_team_id: str | None
    is_over: bool
    is_off: bool
    """Called off, by its source or by where the game stands."""


def known(
    connection: psycopg.Connection[Any], sports: Sequence[str], first: date, last: date
) -> list[PastGame]:
    """The games that began on the Eastern days from `first` to `last`, as what counts told them
    last. One that any source calls off is left out, unless a source tells its end.

    Each day's games are those of the one source that names most of them, so that none is counted
    twice where they are not matched yet. A team that is known has one name, whatever its sources
    call it.
    """
    begins = datetime(first.year, first.month, first.day, tzinfo=EASTERN)
    after = last + timedelta(days=1)
    ends = datetime(after.year, after.month, after.day, tzinfo=EASTERN)
    asked = {"sports": list(sports), "first": begins, "last": ends}
    sights = [_Sight(*row) for row in connection.execute(SIGHTS, asked)]
    over = {sight.game for sight in sights if sight.is_over}
    called_off = {sight.game for sight in sights if sight.is_off} - over
    names = _one_name_each(sights)
    per_day: dict[tuple[str, date], dict[str, list[PastGame]]] = defaultdict(dict)
    for sight in sights:
        if sight.game in called_off:
            continue
        day = sight.commence_at.astimezone(EASTERN).date()
        away = names.get((sight.sport_key, sight.away_team), sight.away_team)
        home = names.get((sight.sport_key, sight.home_team), sight.home_team)
        game = PastGame(sight.sport_key, day, sight.commence_at, away, home)
        per_day[sight.sport_key, day].setdefault(sight.source, []).append(game)
    games = []
    for by_source in per_day.values():
        games += max(sorted(by_source.items()), key=lambda item: len(item[1]))[1]
    return sorted(games, key=lambda game: (game.commence_at, game.sport_key, game.home_team))


def _one_name_each(sights: Iterable[_Sight]) -> dict[tuple[str, str], str]:
    """(sport, spelling) to the longest spelling of the same team, where its id is known."""
    spellings: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for sight in sights:
        for name, team_id in (
            (sight.away_team, sight.away_team_id),
            (sight.home_team, sight.home_team_id),
        ):
            if team_id is not None:
                spellings[sight.sport_key, team_id][name] += 1
    return {
        (sport_key, name): max(names, key=lambda one: (len(one), one))
        for (sport_key, _), names in spellings.items()
        for name in names
    }
