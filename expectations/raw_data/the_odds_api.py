"""Batches of The Odds API: answers to requests, and captured answers that were filed."""

from datetime import timedelta

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from expectations.raw_data import RawBatch, sides, volume
from expectations.raw_data.readable import (
    MINIMUM_VALID_SHARE,
    SINCE,
    games_name_two_teams,
    no_contradicting_lines,
    no_duplicate_games,
    no_duplicate_lines,
    no_unknown_fields,
    payload_is_readable,
)

TABLE = "betting_lines_raw"

VOLUME_FEEDS = {"odds": ("odds",), "historical_odds": ("historical_odds", "odds")}
"""Feeds whose volume is judged, each with the feeds whose snapshots tell what is usual. Captures of
others are not: they are as dense and as wide as their collectors chose."""
FEEDS_WITHOUT_LINES = ("scores", "events", "sports", "historical_events")
ARCHIVES = ("oddsapi_csv", "oddsapi_json")

MAXIMUM_AGE = timedelta(hours=24)
"""Since 2026-11-20: an answer that was a day old when it landed is no answer of then."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""Since 2026-11-20: two machines' clocks."""
MAXIMUM_SILENCE = timedelta(hours=24)
"""Since 2026-11-20: books are polled every minute; a cache may be older."""

NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"
TIME = r"^[0-9]+-[0-9]+-[0-9]+T[0-9:.]+Z$"

FRESHNESS = "the snapshot was of its time when it landed"


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch."""
    archived = batch.feed in ARCHIVES
    expectations = [
        payload_is_readable(batch),
        no_unknown_fields(batch),
        no_duplicate_lines(batch, severity="warning" if archived else "critical"),
        no_duplicate_games(batch),
        games_name_two_teams(batch),
    ]
    if archived:
        expectations.append(no_contradicting_lines(batch))
    if _tells_lines(batch):
        expectations += [
            _valid_share(batch),
            _known_markets(batch),
            sides.markets_agree(batch),
            sides.books_agree(batch),
        ]
        if batch.nearest is not None:
            expectations.append(sides.favourites_stay(batch))
    if not batch.historical and not batch.judged_before:
        expectations.append(_freshness(batch))
    if not batch.historical:
        expectations.append(_updates(batch))
    if batch.usual:
        expectations += volume.expectations(batch)
    return ExpectationSuite(name=f"raw_data.{batch.source}.{batch.feed}", expectations=expectations)


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    found = {}
    if batch.historical:
        found[FRESHNESS] = "historical batches tell of the past"
    elif batch.judged_before:
        found[FRESHNESS] = "the clock of the sandbox may have been set since it landed"
    if batch.feed not in VOLUME_FEEDS:
        why = "archives and schedules are as dense and as wide as their collectors chose"
        found |= dict.fromkeys(volume.EXPECTATIONS, why)
    elif not batch.usual:
        why = "no accepted snapshot of this source and sport is known near it"
        found |= dict.fromkeys(volume.EXPECTATIONS, why)
    if not _tells_lines(batch):
        found |= dict.fromkeys(
            (sides.MARKETS_AGREE, sides.BOOKS_AGREE, sides.FAVOURITES_STAY), "it has no lines"
        )
    elif batch.nearest is None:
        found[sides.FAVOURITES_STAY] = "no accepted snapshot of this source and sport is near it"
    return found


def _tells_lines(batch: RawBatch) -> bool:
    return bool(batch.landed_on) and batch.feed not in FEEDS_WITHOUT_LINES


def _valid_share(batch: RawBatch) -> object:
    return no_rows(
        f"at least {MINIMUM_VALID_SHARE:.0%} of the rows are valid",
        f"""
        with judged as (
            select
                l.source_event_id, l.bookmaker, l.market, l.outcome, l.price, l.point,
                l.price is not null and case
                    when not l.price ~ '{NUMBER}' then false
                    when l.price_format = 'decimal' then l.price::numeric > 1
                    else abs(l.price::numeric) >= 100
                end
                and (m.market = 'h2h' or coalesce(l.point ~ '{NUMBER}', false))
                and l.bookmaker <> '' and (
                    l.outcome in (g.home_team, g.away_team)
                    or (m.market = 'totals' and l.outcome in ('Over', 'Under'))
                    or (m.market = 'h2h' and l.outcome = 'Draw')
                ) as valid
            from ({batch.rows()}) as l
            inner join reference.markets as m on l.market = m.source_market
            left join raw_data.games_raw as g
                on g.payload_id = {batch.payload_id} and l.source_event_id = g.source_event_id
        )
        select source_event_id, bookmaker, market, outcome, price, point from judged
        where
            valid is not true
            and (select avg((valid is true)::int) from judged) < {MINIMUM_VALID_SHARE}
        """,
        since=SINCE,
        reason="single bad rows are flagged; a batch full of them is a fault of its own",
    )


def _known_markets(batch: RawBatch) -> object:
    return no_rows(
        "every market is one that is read",
        f"""
        select market, count(*) as lines, count(distinct source_event_id) as games
        from ({batch.rows()}) as l
        where not exists (select from reference.markets as m where m.source_market = l.market)
        group by market
        """,
        severity="warning",
        since=SINCE,
        reason="props and lays are kept and not judged: nothing reads them yet",
    )


def _freshness(batch: RawBatch) -> object:
    """Against the time of landing, not of judging: a batch that waits, or is parsed again, does not
    grow old. Where only the clock of now is known, nothing may lie after it."""
    moment = batch.landed_at or batch.now
    newest = (moment + CLOCK_TOLERANCE).isoformat()
    too_old = ""
    if batch.landed_at is not None:
        too_old = f" or observed_at < '{(batch.landed_at - MAXIMUM_AGE).isoformat()}'"
    return no_rows(
        FRESHNESS,
        f"select observed_at, timestamptz '{moment.isoformat()}' as landed from ops.batches"
        f" where batch_id = '{batch.batch_id}' and (observed_at > '{newest}'{too_old})",
        since=SINCE,
        reason="a time in the future would close lines that stand; an old one was misdated",
    )


def _updates(batch: RawBatch) -> object:
    return no_rows(
        "the books were asked lately",
        f"""
        with newest as (
            select max(case when last_update ~ '{TIME}' then last_update::timestamptz end) as at
            from ({batch.rows()}) as l
        )
        select b.observed_at, n.at as newest_update
        from newest as n cross join ops.batches as b
        where
            b.batch_id = '{batch.batch_id}'
            and n.at < b.observed_at - interval '{MAXIMUM_SILENCE.total_seconds():.0f} seconds'
        """,
        severity="warning",
        since=SINCE,
        reason="an answer out of a cache repeats what stood long ago",
    )
