"""What a scheduled run asks, for the DAGs."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from linehouse.scheduling import calendar, decision, moving
from linehouse.scheduling.decision import Decision
from linehouse.scheduling.states import SCHEDULED
from linehouse.scheduling.work import LEAST_PAUSE, Work
from linehouse.settings import Mode, get_settings

log = logging.getLogger(__name__)

NEAR_TO_A_CHANGE = timedelta(hours=24)
"""A changed price is followed up where a game starts so soon."""


def decide_now(mode: Mode, work: Work) -> Decision:
    """What is due by the mode's clock.

    Raises:
        psycopg.Error: the warehouse does not answer.
        SandboxUnreachableError: the clock of the sandbox does not answer.
    """
    from linehouse import clock

    now = clock.now(mode)
    with decision.connect(mode) as connection:
        return decision.decide(connection, now, work)


def due_requests(mode: Mode, work: Work) -> list[dict[str, str]]:
    """`sport_key` and `feed` of the requests that are due now, and `event_id` of those about one
    game; none in a dry run, which only says what it would ask."""
    found = decide_now(mode, work)
    dry = get_settings().scheduler_dry_run
    for wanted in found.wanted:
        log.info(
            "%s %s of %s (%d of %d credits): %s",
            "Dry run, would ask" if dry else "Asking",
            wanted.feed,
            f"{wanted.sport_key} {wanted.event_id or ''}".rstrip(),
            wanted.cost,
            found.quota.left,
            wanted.why,
        )
    if not found.wanted:
        log.info("Nothing is due before %s", f"{found.next_at:%Y-%m-%d %H:%MZ}")
    if dry:
        return []
    return [
        {"sport_key": one.sport_key, "feed": one.feed}
        | ({"event_id": one.event_id} if one.event_id is not None else {})
        for one in found.wanted
    ]


def affordable_extra(mode: Mode, sport_keys: Iterable[str]) -> list[dict[str, str]]:
    """Odds of these sports beyond the plan: of those with a game to come within a day that were not
    fetched just now, as far as the plan leaves credits over."""
    found = decide_now(mode, Work.ODDS)
    dry = get_settings().scheduler_dry_run
    left = found.plan.situation.spendable - found.plan.expected_cost
    wanted = []
    for sport_key in sport_keys:
        cost = found.plan.situation.costs.odds.get(sport_key)
        last = found.calendar.fetched_at.get(sport_key)
        near = any(
            game.sport_key == sport_key
            and found.now < game.commence_at <= found.now + NEAR_TO_A_CHANGE
            for game in found.calendar.of(SCHEDULED)
        )
        if cost is None or not near:
            why = "no game of it starts within a day"
        elif last is not None and found.now - last < LEAST_PAUSE:
            why = "it was fetched just now"
        elif cost > left:
            why = f"the plan leaves {max(left, 0)} credits over, and it costs {cost}"
        elif dry:
            why = "this is a dry run"
        else:
            left -= cost
            wanted.append({"sport_key": sport_key, "feed": "odds"})
            continue
        log.info("Odds of %s are not asked for: %s", sport_key, why)
    return wanted


def due_feed(mode: Mode, sport_key: str) -> str | None:
    """`odds` or, where only the list is old, `events` of one sport; None where neither is due, or
    in a dry run."""
    for one in due_requests(mode, Work.ODDS):
        if one["sport_key"] == sport_key and "event_id" not in one:
            return one["feed"]
    return None


def due_events(mode: Mode, sport_key: str) -> list[str]:
    """The Odds API's events of one sport that are to be looked at one by one now; none in a dry
    run."""
    return [
        one["event_id"]
        for one in due_requests(mode, Work.ODDS)
        if one["sport_key"] == sport_key and "event_id" in one
    ]


def move_games(mode: Mode) -> dict[str, int]:
    """Write where the games of these days stand; how many went from which state to which."""
    from linehouse import clock, database

    now = clock.now(mode)
    settings = get_settings()
    with database.connect(mode) as connection:
        known = calendar.read(connection, now, settings.sports, decision.STARTS_AHEAD)
        moved = moving.move(connection, known.games, now)
    told = {f"{before or 'new'} to {after}": count for (before, after), count in moved.items()}
    for step, count in sorted(told.items()):
        log.info("%d %s: %s", count, "game" if count == 1 else "games", step)
    return told
