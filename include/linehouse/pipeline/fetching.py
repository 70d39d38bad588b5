"""Landing what the upstreams have to tell now, and what a run landed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from linehouse.pipeline.history import HISTORY_SOURCE, history_requests
from linehouse.settings import Mode, get_settings

FEEDS = ("odds", "scores")
"""What `land_the_odds_api` asks for about every sport, each on its own."""
SOURCE_SECONDS = 60.0
"""What one source may take of a run that lands all of them, the past that it asks for aside."""


def land_feed(mode: Mode, sport_key: str, feed: str, run_key: str) -> dict[str, Any]:
    """Ask The Odds API for one feed (`odds`, `scores`) of one sport now and land the answer. Where
    MARKETS names nothing that the list of odds offers, the free list of games stands for it.

    Returns: `batch_id`, `outcome`, `rows`, `events` (small enough for an XCom).
    Raises: the `SourceError` that fits, after its attempt was logged.
    """
    from linehouse import clock
    from linehouse.days import eastern_day
    from linehouse.landing import land
    from linehouse.landing.of_source import policy_of
    from linehouse.sources.base import Asking
    from linehouse.sources.the_odds_api.requests import asks_for_all
    from linehouse.sources.the_odds_api.source import SOURCE

    now = clock.now(mode)
    if feed == "odds" and not asks_for_all(get_settings()):
        feed = "events"
    (request,) = SOURCE.requests(Asking(sport_key, now, eastern_day(now)), feed)
    return brief(
        land(
            request,
            SOURCE,
            mode=mode,
            run_key=run_key,
            policy=policy_of(SOURCE),
            heed_circuit=True,
        )
    )


def land_all(
    mode: Mode,
    first_day: date | None,
    last_day: date | None,
    run_key: str,
    on_progress: Callable[[int, int], None] | None = None,
    sources: Sequence[str] | None = None,
    seconds: float = SOURCE_SECONDS,
) -> dict[str, Any]:
    """Land what every source (or those named) has to tell now, all of them at once; of The Odds API
    the history that the days ask for goes first.

    A request that fails does not stop the others, and a source that is dead, hangs or answers
    garbage costs at most `seconds` and fails alone. `on_progress` is told how many requests are
    done, of how many known so far.

    Returns: `batch_ids`; `failed`, one sentence for each request that failed; `off`, each source
    that is off with why; `sources`, each source's `seconds`, `requests`, `batches`, `rows` and
    `failed`.
    """
    from linehouse.landing.all_sources import land_sources
    from linehouse.sources.availability import http_source, http_sources

    wanted = list(http_sources()) if sources is None else list(sources)
    for name in wanted:
        http_source(name)
    past = history_requests(mode, first_day, last_day) if HISTORY_SOURCE in wanted else []
    landed = land_sources(
        mode, wanted, run_key, seconds, before={HISTORY_SOURCE: past}, on_progress=on_progress
    )
    return {
        "batch_ids": landed_by(mode, run_key),
        "failed": [sentence for one in landed for sentence in one.failed],
        "off": {one.source: one.off for one in landed if one.off is not None},
        "sources": {
            one.source: {
                "seconds": one.seconds,
                "requests": one.requests,
                "batches": len(one.batch_ids),
                "rows": one.rows,
                "failed": len(one.failures),
            }
            for one in landed
            if one.off is None
        },
    }


def landed_by(
    mode: Mode, run_key: str, sport_key: str | None = None, feeds: Sequence[str] | None = None
) -> list[str]:
    """The batches that a run landed or found landed, whatever became of the task that did it; of
    one sport or of these feeds alone where they are given."""
    from linehouse.database import connect

    with connect(mode) as connection:
        found = connection.execute(
            """
            select batch_id from raw_data.collection_log
            where
                run_id = %(run_key)s and batch_id is not null
                and (%(sport_key)s::text is null or sport_key = %(sport_key)s)
                and (%(feeds)s::text[] is null or feed = any(%(feeds)s))
            group by batch_id
            order by min(attempt_id)
            """,
            {
                "run_key": run_key,
                "sport_key": sport_key,
                "feeds": list(feeds) if feeds is not None else None,
            },
        ).fetchall()
    return [str(batch_id) for (batch_id,) in found]


def failed_in(mode: Mode, run_key: str) -> list[str]:
    """A sentence for each request of a run that ended in failure, or was not sent."""
    from linehouse.database import connect

    with connect(mode) as connection:
        found = connection.execute(
            """
            select source, feed, sport_key, error from (
                select distinct on (request_key) * from raw_data.collection_log
                where run_id = %s order by request_key, attempt_id desc
            ) as ended
            where outcome in ('failed', 'interrupted', 'skipped')
            order by attempt_id
            """,
            [run_key],
        ).fetchall()
    return [
        f"{source} {feed}{f' of {sport_key}' if sport_key else ''}: {error}"
        for source, feed, sport_key, error in found
    ]


def brief(landed: Any) -> dict[str, Any]:
    """What a task keeps of a landing: small enough for an XCom."""
    return {
        "batch_id": str(landed.batch_id) if landed.batch_id else None,
        "outcome": landed.outcome,
        "rows": landed.row_count,
        "events": landed.event_count,
    }
