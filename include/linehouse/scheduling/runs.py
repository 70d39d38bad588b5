"""What a scheduled run asks, for the DAGs."""

import logging
from typing import Any

from linehouse.scheduling import calendar, decision, moving
from linehouse.scheduling.decision import Decision
from linehouse.scheduling.work import Work
from linehouse.settings import Mode, get_settings

log = logging.getLogger(__name__)


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
    """`sport_key` and `feed` of the requests that are due now; none in a dry run, which only says
    what it would ask."""
    found = decide_now(mode, work)
    dry = get_settings().scheduler_dry_run
    for wanted in found.wanted:
        log.info(
            "%s %s of %s (%d of %d credits): %s",
            "Dry run, would ask" if dry else "Asking",
            wanted.feed,
            wanted.sport_key,
            wanted.cost,
            found.quota.left,
            wanted.why,
        )
    if not found.wanted:
        log.info("Nothing is due before %s", f"{found.next_at:%Y-%m-%d %H:%MZ}")
    if dry:
        return []
    return [{"sport_key": one.sport_key, "feed": one.feed} for one in found.wanted]


def land_request(mode: Mode, sport_key: str, feed: str, run_key: str) -> dict[str, Any]:
    """Ask The Odds API for one feed (`odds`, `scores`, `events`) of one sport and land the answer.

    Returns: `batch_id`, `outcome`, `rows`, `events`.
    Raises: the `SourceError` that fits, after its attempt was logged.
    """
    from linehouse.landing import land
    from linehouse.sources.the_odds_api import SCORES_DAYS, SOURCE

    if feed == "odds":
        request = SOURCE.odds_request(sport_key)
    elif feed == "events":
        request = SOURCE.events_request(sport_key)
    else:
        request = SOURCE.scores_request(sport_key, SCORES_DAYS)
    landed = land(request, SOURCE, mode=mode, run_key=run_key)
    return {
        "batch_id": str(landed.batch_id) if landed.batch_id else None,
        "outcome": landed.outcome,
        "rows": landed.row_count,
        "events": landed.event_count,
    }


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
