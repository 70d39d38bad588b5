"""From what a person wants of the past to a plan that says its price."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from linehouse.backfill import games as past
from linehouse.backfill import known_games, store
from linehouse.backfill.plan import DEFAULT_HOURS, BackfillPlan, in_order, odds_steps
from linehouse.backfill.selection import DEFAULT_SHARE_PCT, Selection, how_many, select
from linehouse.settings import Mode


class WishError(ValueError):
    """Something is asked of the past that cannot be planned; says what."""


@dataclass(frozen=True)
class Wish:
    """What is wanted. Days are US Eastern, both included."""

    first: date
    last: date
    sports: tuple[str, ...]
    selection: Selection = Selection.WEIGHTED
    share_pct: float = DEFAULT_SHARE_PCT
    number: int | None = None
    """Games of each sport, instead of a share."""
    hours: tuple[float, ...] = DEFAULT_HOURS
    """A snapshot so many hours before the start of each game; 0: just before it."""
    seed: int = 0
    results: bool = True
    """The scores of the same games, from a free source."""
    source: str | None = None
    """All that this source tells of the days, instead of odds of selected games."""
    feed: str | None = None


def make(mode: Mode, connection: psycopg.Connection[Any], wish: Wish) -> BackfillPlan:
    """The plan; nothing is sent for it.

    Days of which no game is known get free requests that tell of them: executed, they let the next
    plan choose among their games too.

    Raises:
        WishError: days, hours, source or feed are none.
        BadRequestError: the source does not have that league.
    """
    _check(wish)
    if wish.source is not None:
        return _of_source(mode, wish)
    days = past.days_between(wish.first, wish.last)
    known = known_games.known(connection, wish.sports, wish.first, wish.last)
    chosen = []
    for sport_key in wish.sports:
        own = [game for game in known if game.sport_key == sport_key]
        number = wish.number if wish.number is not None else how_many(len(own), wish.share_pct)
        chosen += select(own, number, wish.selection, wish.seed)
    chosen.sort(key=lambda game: (game.commence_at, game.sport_key, game.home_team))
    steps = odds_steps(chosen, wish.hours)
    bought = [step for step in steps if store.is_bought(connection, step)]
    steps = [step for step in steps if step not in bought]
    notes: list[str] = []
    if wish.results:
        results, notes = past.calendar_steps(mode, chosen)
        steps += results
    if bought:
        notes.append(
            f"{len(bought)} snapshots of these games are in the warehouse: earlier plans bought"
            " them"
        )
    seen = {(game.sport_key, game.game_date_et) for game in known}
    unknown: Counter[str] = Counter()
    for sport_key in wish.sports:
        missing = [day for day in days if (sport_key, day) not in seen]
        found = past.calendar_of(mode, sport_key)
        if not missing or found is None:
            continue
        unknown[sport_key] = len(missing)
        steps += list(past.source_steps(*found, sport_key, missing))
    if unknown:
        notes.append(
            f"no game is known of {sum(unknown.values())} days; the plan asks for them, which costs"
            " nothing: execute it, then plan again to choose among their games too"
        )
    about = {
        "from": wish.first.isoformat(),
        "to": wish.last.isoformat(),
        "sports": list(wish.sports),
        "selection": wish.selection.value,
        "share_pct": None if wish.number is not None else wish.share_pct,
        "hours_before": list(wish.hours),
        "seed": wish.seed,
        "games_known": len(known),
        "games_selected": len(chosen),
        "snapshots_bought_before": len(bought),
        "days_unknown": dict(unknown),
        "notes": notes,
    }
    return BackfillPlan(in_order(steps), about, tuple(chosen))


def _of_source(mode: Mode, wish: Wish) -> BackfillPlan:
    from linehouse.sources.availability import http_source, off_because

    assert wish.source is not None
    try:
        source = http_source(wish.source)
    except KeyError as error:
        raise WishError(str(error.args[0])) from None
    feed = wish.feed or past.range_feed(source)
    if feed is None:
        raise WishError(f"say which feed of {wish.source} is meant")
    if feed not in source.payload_tables:
        there = ", ".join(source.payload_tables)
        raise WishError(f"{wish.source} has no feed {feed}; there are {there}")
    days = past.days_between(wish.first, wish.last)
    steps = [
        step
        for sport_key in wish.sports
        for step in past.source_steps(source, feed, sport_key, days)
    ]
    off = off_because(source, mode)
    about = {
        "from": wish.first.isoformat(),
        "to": wish.last.isoformat(),
        "sports": list(wish.sports),
        "source": wish.source,
        "feed": feed,
        "notes": [f"{wish.source} is off: {off}"] if off else [],
    }
    return BackfillPlan(in_order(steps), about)


def _check(wish: Wish) -> None:
    if wish.last < wish.first:
        raise WishError(f"the last day ({wish.last}) is before the first ({wish.first})")
    if not wish.sports:
        raise WishError("no sport is named")
    if not 0 < wish.share_pct <= 100:
        raise WishError(f"a share is more than 0 and at most 100 per cent, not {wish.share_pct:g}")
    if wish.number is not None and wish.number < 1:
        raise WishError("at least one game is to be chosen")
    if not wish.hours or any(hours < 0 for hours in wish.hours):
        raise WishError("hours before the start are 0 or more")
