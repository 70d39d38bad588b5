"""Whether an answer about a slate is whole: the same question, asked again, names the same games.

For sources that are asked about days, not about all that is to come. The answer is compared with
the last accepted one to the same question (same parameters), so that a day of two games and one of
fifteen need no reference of their own. Only games count that had not started when it was seen; a
source that tells no state and no time is taken at its day.
"""

from datetime import timedelta

from expectations import no_rows
from expectations.raw_data import RawBatch
from expectations.raw_data.volume import MAXIMUM_UNLISTED, MINIMUM_VOLUME

SINCE = "2026-11-20"

COMPARED_WITHIN = timedelta(hours=30)
"""Since 2026-11-20: a slate is asked about from the evening before to the night after it."""
FEW = 2
"""Since 2026-11-20: so many games may be called off however small the slate."""

GAMES_CONTINUE = "games of the slate that are still to start are still listed"
LINES_CONTINUE = "games of the slate bring at least 60% of the lines that they brought before"
EXPECTATIONS = (GAMES_CONTINUE, LINES_CONTINUE)

TODAY = "(own.observed_at at time zone 'America/New_York')::date"


def expectations(batch: RawBatch, payload_table: str) -> list[object]:
    """Of a batch whose payload is in `payload_table` of raw_data; they pass where the question was
    not asked before."""
    return [_games_continue(batch, payload_table), _lines_continue(batch, payload_table)]


def before(batch: RawBatch, payload_table: str) -> str:
    """CTEs: `earlier` (the last accepted answer to the same question), `upcoming` (its games that
    this batch must know)."""
    return f"""
        own as (
            select p.payload_id, p.params, b.observed_at, b.source, b.feed, b.sport_key
            from raw_data.{payload_table} as p
            inner join ops.batches as b on p.payload_id = b.payload_id
            where p.payload_id = {batch.payload_id}
        ),
        earlier as (
            select b.payload_id
            from own
            inner join ops.batches as b
                on b.source = own.source and b.feed = own.feed and b.state = 'accepted'
                and b.sport_key is not distinct from own.sport_key
                and b.observed_at < own.observed_at
                and b.observed_at >= own.observed_at
                - interval '{COMPARED_WITHIN.total_seconds():.0f} seconds'
            inner join raw_data.{payload_table} as p
                on p.payload_id = b.payload_id and p.params = own.params
            order by b.observed_at desc
            limit 1
        ),
        upcoming as (
            select g.source_event_id, g.home_team, g.away_team, g.commence_at
            from earlier
            inner join raw_data.games_raw as g on g.payload_id = earlier.payload_id
            cross join own
            where
                coalesce(g.state, 'scheduled') = 'scheduled'
                and case
                    when g.commence_at is not null then g.commence_at > own.observed_at
                    else g.game_date_et >= {TODAY}
                end
        ),
        known as (
            select g.source_event_id, g.state from raw_data.games_raw as g
            where g.payload_id = {batch.payload_id}
        )
    """


def _games_continue(batch: RawBatch, payload_table: str) -> object:
    return no_rows(
        GAMES_CONTINUE,
        f"""
        with {before(batch, payload_table)},
        judged as (
            select u.*, k.source_event_id is not null as listed
            from upcoming as u left join known as k using (source_event_id)
        ),
        whole as (
            select count(*) as games, count(*) filter (where not listed) as missing from judged
        )
        select j.home_team, j.away_team, j.commence_at, w.missing, w.games, j.source_event_id
        from judged as j cross join whole as w
        where
            not j.listed and w.missing > greatest({FEW}, w.games * {MAXIMUM_UNLISTED})
        """,
        since=SINCE,
        reason="an answer that is cut would leave games without their lines and scores",
    )


def _lines_continue(batch: RawBatch, payload_table: str) -> object:
    """Of games that both answers list as still to start: a single one that is taken off the board
    does not tell."""
    return no_rows(
        LINES_CONTINUE,
        f"""
        with {before(batch, payload_table)},
        lines as (
            select e.source_event_id, e.payload_id, e.lines_to - e.lines_from + 1 as lines
            from raw_data.payload_events as e
            where e.payload_id = {batch.payload_id}
            or e.payload_id in (select payload_id from earlier)
        ),
        judged as (
            select
                u.source_event_id, u.home_team, u.away_team,
                coalesce(max(l.lines) filter (where l.payload_id <> {batch.payload_id}), 0)
                    as lines_before,
                coalesce(max(l.lines) filter (where l.payload_id = {batch.payload_id}), 0)
                    as lines_now
            from upcoming as u
            inner join known as k
                on
                    u.source_event_id = k.source_event_id
                    and coalesce(k.state, 'scheduled') = 'scheduled'
            left join lines as l on u.source_event_id = l.source_event_id
            group by u.source_event_id, u.home_team, u.away_team
        ),
        whole as (
            select
                count(*) filter (where lines_now < lines_before) as games_with_less,
                sum(least(lines_now, lines_before)) / nullif(sum(lines_before), 0) as share
            from judged
        )
        select j.home_team, j.away_team, j.lines_before, j.lines_now,
            round(100 * w.share, 1) as percent_of_all
        from judged as j cross join whole as w
        where
            j.lines_now < j.lines_before and w.share < {MINIMUM_VOLUME}
            and w.games_with_less > {FEW}
        """,
        since=SINCE,
        reason="lines that merely did not arrive would look as if they had been taken down",
    )
