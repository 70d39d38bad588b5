"""How much a snapshot brings, against what is usual: game by game, so that light and heavy days,
beginnings and ends of seasons need no reference of their own.

What a game usually brings is the median of its rows over the accepted snapshots at hand (the last
seven; for historical answers the nearest seven on both sides), from when it was first offered. Only
games count that have not started and that the batch asked for, and only the markets and books that
it asked for. What a person let in against the gate is the new usual: older snapshots count no more.
"""

from datetime import timedelta

from expectations import no_rows
from expectations.raw_data import RawBatch, rows_of

SINCE = "2026-11-20"

MINIMUM_VOLUME = 0.60
"""Since 2026-11-20: share of the usual rows. Four in ten lines at once were never missing in
captured series; half of a payload, or every second game, is."""
MAXIMUM_UNLISTED = 1 / 3
"""Since 2026-11-20: share of games still to start that may be gone from the list (called off)."""
MAXIMUM_SUSPENDED = 0.20
"""Since 2026-11-20: share of games that may stand in the list without a single line and then do not
count; one game may always. Books suspend single games; a game with some of its lines counts."""
MINIMUM_VOLUME_OF_THE_OTHERS = 0.90
"""Since 2026-11-20: one usual book may be wholly silent, even one of two, if the others bring this
share of their usual rows: an outage of a book is no fault of the answer and is only a warning."""
SURELY_OFFERED = timedelta(hours=12)
"""Since 2026-11-20: a game known only from a later snapshot was offered at least so long before its
start."""

GAMES_CONTINUE = "games that are still to start are still listed"
LINES_CONTINUE = "games that are still to start bring at least 60% of their usual lines"
BOOKS_ANSWER = "every bookmaker that usually answers does"
EXPECTATIONS = (GAMES_CONTINUE, LINES_CONTINUE, BOOKS_ANSWER)


def expectations(batch: RawBatch) -> list[object]:
    """Of a batch that has snapshots to be compared with."""
    return [_games_continue(batch), _lines_continue(batch), _books_answer(batch)]


def _upcoming(batch: RawBatch) -> str:
    """CTEs: `refs`, `asked`, `upcoming` (games that this batch must know) and `seen` (each of them
    in each snapshot that could show it)."""
    assert batch.observed_at is not None
    at = f"timestamptz '{batch.observed_at.isoformat()}'"
    sure = f"interval '{SURELY_OFFERED.total_seconds():.0f} seconds'"
    refs = ", ".join(
        f"({one.payload_id}, timestamptz '{one.observed_at.isoformat()}',"
        f" {str(one.observed_at > batch.observed_at).lower()})"
        for one in batch.usual
    )
    return f"""
        refs (payload_id, observed_at, later) as materialized (values {refs}),
        asked as materialized (
            select markets, bookmakers, source_event_id from raw_data.payload_coverage
            where payload_id = {batch.payload_id}
        ),
        listed as materialized (
            select r.*, g.source_event_id, g.home_team, g.away_team, g.commence_at
            from refs as r inner join raw_data.games_raw as g on r.payload_id = g.payload_id
            where g.commence_at > r.observed_at and g.completed is not true
        ),
        known as (
            select distinct on (source_event_id)
                source_event_id, home_team, away_team, commence_at,
                min(observed_at) over (partition by source_event_id) as first_listed_at
            from listed
            order by source_event_id, abs(extract(epoch from observed_at - {at}))
        ),
        upcoming as materialized (
            select k.* from known as k
            where
                k.commence_at > {at}
                and (k.first_listed_at < {at} or k.commence_at <= {at} + {sure})
                and exists (
                    select from asked as a
                    where a.source_event_id is null or a.source_event_id = k.source_event_id
                )
        ),
        own_games as materialized (
            select source_event_id from raw_data.games_raw where payload_id = {batch.payload_id}
        ),
        seen as materialized (
            select
                u.source_event_id, r.payload_id, r.later,
                l.source_event_id is not null as listed
            from upcoming as u
            inner join refs as r
                on r.observed_at < u.commence_at and r.observed_at >= u.first_listed_at
            left join listed as l
                on r.payload_id = l.payload_id and u.source_event_id = l.source_event_id
        )
    """


def _counted(batch: RawBatch) -> str:
    """CTEs: `counted` (rows per snapshot, game and book, of what was asked for), `silent` (books
    that usually bring rows and bring none)."""
    snapshots = [batch.payload_id, *(one.payload_id for one in batch.usual)]
    days = [*batch.landed_on, *(day for one in batch.usual for day in one.landed_on)]
    return f"""
        counted as materialized (
            select l.payload_id, l.source_event_id, l.bookmaker, count(*) as lines
            from ({rows_of(snapshots, days)}) as l
            inner join upcoming as u on l.source_event_id = u.source_event_id
            where exists (
                select from asked as a
                where
                    (a.markets is null or l.market = any (a.markets))
                    and (a.bookmakers is null or l.bookmaker = any (a.bookmakers))
                    and (a.source_event_id is null or a.source_event_id = l.source_event_id)
            )
            group by l.payload_id, l.source_event_id, l.bookmaker
        ),
        silent as materialized (
            select
                bookmaker,
                count(distinct payload_id) as snapshots_with_it,
                count(distinct source_event_id) as games
            from counted
            group by bookmaker
            having
                bool_and(payload_id <> {batch.payload_id})
                and 2 * count(distinct payload_id) >= (select count(*) from refs)
        )
    """


def _games_continue(batch: RawBatch) -> object:
    return no_rows(
        GAMES_CONTINUE,
        f"""
        with {_upcoming(batch)},
        expected as (
            select source_event_id from seen
            group by source_event_id having avg(listed::int) >= 0.5
        ),
        judged as (
            select
                u.home_team, u.away_team, u.commence_at, u.source_event_id,
                u.source_event_id in (select source_event_id from own_games) as listed
            from upcoming as u inner join expected using (source_event_id)
        ),
        whole as (
            select count(*) as games, count(*) filter (where not listed) as missing from judged
        )
        select j.home_team, j.away_team, j.commence_at, w.missing, w.games, j.source_event_id
        from judged as j cross join whole as w
        where not j.listed and w.missing > w.games * {MAXIMUM_UNLISTED}
        """,
        since=SINCE,
        reason="an answer that is empty or cut would end lines that still stand",
    )


def _lines_continue(batch: RawBatch) -> object:
    return no_rows(
        LINES_CONTINUE,
        f"""
        with {_upcoming(batch)}, {_counted(batch)},
        history as (
            select
                s.source_event_id, s.later, s.payload_id, coalesce(sum(c.lines), 0) as lines,
                coalesce(sum(c.lines) filter (where b.bookmaker is null), 0) as of_others
            from seen as s
            left join counted as c
                on s.payload_id = c.payload_id and s.source_event_id = c.source_event_id
            left join silent as b on c.bookmaker = b.bookmaker
            group by s.source_event_id, s.later, s.payload_id
        ),
        medians as (
            select
                source_event_id,
                percentile_disc(0.5) within group (order by lines desc) as lines,
                percentile_disc(0.5) within group (order by of_others desc) as of_others
            from history group by source_event_id, later
        ),
        usual as (
            select source_event_id, min(lines) as lines, min(of_others) as of_others
            from medians group by source_event_id having min(lines) > 0
        ),
        own as (
            select source_event_id, sum(lines) as lines from counted
            where payload_id = {batch.payload_id} group by source_event_id
        ),
        compared as (
            select
                u.source_event_id, u.lines as usual, u.of_others,
                coalesce(o.lines, 0) as lines,
                o.lines is null and g.source_event_id is not null as suspended
            from usual as u
            left join own as o on u.source_event_id = o.source_event_id
            left join own_games as g on u.source_event_id = g.source_event_id
        ),
        judged as (
            select * from compared
            where
                not suspended
                or (select count(*) filter (where suspended) from compared)
                > (select greatest(1, count(*) * {MAXIMUM_SUSPENDED}) from compared)
        ),
        whole as (
            select
                sum(least(lines, usual)) / nullif(sum(usual), 0) as share,
                sum(least(lines, of_others)) / nullif(sum(of_others), 0) as share_of_others,
                (select count(*) from silent) as silent
            from judged
        )
        select
            p.home_team, p.away_team, j.usual as usual_lines, j.lines as lines_now,
            round(100 * w.share, 1) as percent_of_all
        from judged as j
        inner join upcoming as p on j.source_event_id = p.source_event_id
        cross join whole as w
        where
            j.lines < j.usual and w.share < {MINIMUM_VOLUME}
            and (
                w.silent <> 1 or coalesce(w.share_of_others, 0) < {MINIMUM_VOLUME_OF_THE_OTHERS}
            )
        order by j.lines - j.usual
        """,
        since=SINCE,
        reason="lines that merely did not arrive would look as if they had been taken down",
    )


def _books_answer(batch: RawBatch) -> object:
    return no_rows(
        BOOKS_ANSWER,
        f"with {_upcoming(batch)}, {_counted(batch)} select * from silent",
        severity="warning",
        since=SINCE,
        reason="its lines end here; that is right if it took them down, and a gap if it did not",
    )
