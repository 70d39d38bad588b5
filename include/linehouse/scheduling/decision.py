"""What to ask The Odds API now, and when to look again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg

from linehouse.scheduling import calendar, quota
from linehouse.scheduling.calendar import Calendar
from linehouse.scheduling.planner import plan
from linehouse.scheduling.plans import (
    EVENT_ODDS,
    ODDS,
    SCORES,
    Costs,
    Plan,
    PlannedFetch,
    Situation,
    Start,
)
from linehouse.scheduling.quota import Quota
from linehouse.scheduling.results import LOST_AFTER
from linehouse.scheduling.states import LIVE, SCHEDULED
from linehouse.scheduling.work import Work
from linehouse.settings import Mode, Settings, get_settings

EVENTS = "events"
"""The vendor's list of games, which is free."""
SLACK = timedelta(minutes=1)
"""A fetch that is due so soon is made now."""
LIST_EVERY = timedelta(hours=6)
"""In the season the list of games, which is free, is never older: it tells of moved starts."""
LIST_EVERY_OFF_SEASON = timedelta(hours=24)
STARTS_AHEAD = timedelta(days=32)
"""How far ahead the calendar is read: other sources can tell all of a month."""
STATEMENT_SECONDS = 2


@dataclass(frozen=True)
class Wanted:
    """One request that is due."""

    sport_key: str
    feed: str
    tier: str | None
    cost: int
    why: str
    event_id: str | None = None
    """The one game that it is about; None: all of the sport."""


@dataclass(frozen=True)
class Decision:
    """What is due at a moment, and what the plan of the month is."""

    now: datetime
    wanted: tuple[Wanted, ...]
    next_at: datetime
    """When there is something to do next, at the latest."""
    plan: Plan
    quota: Quota
    reserve: int
    calendar: Calendar
    assumed: Mapping[Wanted, datetime] = field(default_factory=dict)


def decide(
    connection: psycopg.Connection[Any],
    now: datetime,
    work: Work,
    settings: Settings | None = None,
    assumed: Mapping[Wanted, datetime] | None = None,
) -> Decision:
    """What is due at `now` (by the mode's clock), from the warehouse as it stands.

    `assumed`: requests that are under way, each with when it was sent, so that they count as made.
    """
    settings = settings or get_settings()
    known = calendar.read(connection, now, settings.sports, STARTS_AHEAD)
    credits = quota.read(connection, now, settings.odds_api_quota)
    return decide_on(known, credits, work, settings, assumed)


def decide_on(
    known: Calendar,
    credits: Quota,
    work: Work,
    settings: Settings,
    assumed: Mapping[Wanted, datetime] | None = None,
) -> Decision:
    """What is due by a calendar and the credits that are left; a pure function of them."""
    now = known.now
    for one, at in (assumed or {}).items():
        key = one.event_id or one.sport_key
        if known.unread_at.get((one.feed, key), at) > at:
            continue  # it has been answered, and how that counts is known
        for times in known.made_by(one.feed):
            times[key] = max(at, times.get(key, at))
    reserve = reserve_of(credits.total, settings)
    made = plan(situation(known, credits, reserve, settings))
    left = max(credits.left - reserve, 0)
    choose = _odds if work is Work.ODDS else _scores
    wanted, moments = choose(known, made, left, settings)
    feeds = (SCORES,) if work is Work.SCORES else (ODDS, EVENTS, EVENT_ODDS)
    moments += [at for (feed, _), at in known.again_at.items() if feed in feeds]
    later = [at for at in moments if at > now + SLACK]
    limit = now + (LIST_EVERY if known.of(SCHEDULED, LIVE) else LIST_EVERY_OFF_SEASON)
    return Decision(
        now,
        tuple(wanted),
        min([*later, limit]),
        made,
        credits,
        reserve,
        known,
        dict(assumed or {}),
    )


def situation(known: Calendar, credits: Quota, reserve: int, settings: Settings) -> Situation:
    """What the month's plan follows from."""
    return Situation(
        now=known.now,
        resets_at=credits.resets_at,
        spendable=max(credits.left - reserve, 0),
        costs=costs(settings),
        starts=[
            Start(game.sport_key, game.commence_at, game.is_offered, game.event_id)
            for game in known.of(SCHEDULED)
            if game.commence_at > known.now
        ],
        last_fetch=known.fetched_at,
        begun=[
            Start(game.sport_key, game.commence_at)
            for game in known.of(SCHEDULED, LIVE)
            if game.is_offered and known.now - LOST_AFTER < game.commence_at <= known.now
        ],
        last_poll=known.polled_at,
        last_looks=known.looked_at,
        usual_games=known.usual_games,
        lookahead=timedelta(days=settings.scheduler_lookahead_days),
    )


def costs(settings: Settings) -> Costs:
    """Credits that each request costs at most."""
    from linehouse.sources.the_odds_api.requests import SCORES_DAYS, asks_by_event, asks_for_all
    from linehouse.sources.the_odds_api.source import SOURCE

    odds = {
        sport_key: SOURCE.cost(SOURCE.odds_request(sport_key, settings))
        for sport_key in settings.sports
        if asks_for_all(settings)
    }
    events = {
        sport_key: SOURCE.cost(SOURCE.event_odds_request(sport_key, "any", settings))
        for sport_key in settings.sports
        if asks_by_event(sport_key, settings)
    }
    any_sport = settings.sports[0] if settings.sports else "upcoming"
    return Costs(odds, SOURCE.cost(SOURCE.scores_request(any_sport, SCORES_DAYS)), events)


def reserve_of(total: int, settings: Settings) -> int:
    """Credits that no schedule touches: they are left for what a person asks."""
    return -(-total * settings.scheduler_reserve_pct // 100) if total else 0


def connect(mode: Mode) -> psycopg.Connection[Any]:
    """A connection that never keeps a scheduler waiting: seconds to connect, seconds to answer."""
    from linehouse import database

    milliseconds = STATEMENT_SECONDS * 1000
    return database.connect(
        mode,
        connect_timeout=2,
        autocommit=True,
        options=f"-c timezone=UTC -c statement_timeout={milliseconds} -c lock_timeout=1000",
    )


def _odds(
    known: Calendar, made: Plan, left: int, settings: Settings
) -> tuple[list[Wanted], list[datetime]]:
    now = known.now
    fetches = [fetch for fetch in made.fetches if fetch.feed in (ODDS, EVENT_ODDS)]
    wanted = _due(fetches, now, left)
    moments = [fetch.at for fetch in fetches]
    asked = {one.sport_key for one in wanted if one.feed == ODDS}
    for sport_key in settings.sports:
        in_season = any(
            game.sport_key == sport_key and game.commence_at > now for game in known.games
        )
        every = LIST_EVERY if in_season else LIST_EVERY_OFF_SEASON
        last = known.asked_at.get(sport_key)
        due = max(last + every, now) if last else now
        if sport_key in asked:
            due = now + every
        elif due <= now + SLACK:
            why = f"the list of games is from {last:%d %b %H:%MZ}" if last else "no list is known"
            wanted.append(Wanted(sport_key, EVENTS, None, 0, why))
            due = now + every
        moments.append(due)
    return wanted, moments


def _scores(
    known: Calendar, made: Plan, left: int, settings: Settings
) -> tuple[list[Wanted], list[datetime]]:
    polls = [fetch for fetch in made.fetches if fetch.feed == SCORES]
    return _due(polls, known.now, left), [poll.at for poll in polls]


def _due(fetches: Iterable[PlannedFetch], now: datetime, left: int) -> list[Wanted]:
    """What of the plan is due, each once, as far as the credits reach."""
    wanted: dict[tuple[str, str | None], Wanted] = {}
    for fetch in fetches:
        what = (fetch.sport_key, fetch.event_id)
        if fetch.at > now + SLACK or fetch.cost > left or what in wanted:
            continue
        left -= fetch.cost
        games = f"{fetch.games} {'game' if fetch.games == 1 else 'games'}"
        why = f"{games} in the {fetch.tier} tier"
        if fetch.feed == SCORES:
            why = f"{games} {'waits' if fetch.games == 1 else 'wait'} for a result"
        elif fetch.event_id is not None:
            why = "its start is near"
        wanted[what] = Wanted(
            fetch.sport_key, fetch.feed, fetch.tier, fetch.cost, why, fetch.event_id
        )
    return list(wanted.values())
