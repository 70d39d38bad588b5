"""Batches of The Odds API: answers to requests, and captured answers that were filed."""

from datetime import timedelta

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from expectations.raw_data import RawBatch
from expectations.raw_data.readable import (
    MINIMUM_VALID_SHARE,
    SINCE,
    games_name_two_teams,
    no_duplicate_games,
    no_duplicate_lines,
    no_unknown_fields,
    payload_is_readable,
)

TABLE = "betting_lines_raw"

MINIMUM_VOLUME = 0.60
"""Since 2026-11-20: share of the rows that the last accepted snapshot had for games still to come.
Books suspend single games; four in ten lines at once were never seen in captured series."""
MINIMUM_GAMES = 3
"""Since 2026-11-20: fewer games that are still to come say nothing about volume: a last one may be
suspended or called off. An answer that is wholly empty is judged even so."""
MAXIMUM_AGE = timedelta(hours=24)
"""Since 2026-11-20: an answer that waited for a day says nothing about now."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""Since 2026-11-20: two machines' clocks."""
CLEAR_FAVOURITE = 0.05
"""Since 2026-11-20: distance from even (as probability) from which a favourite is clear. Run lines
and moneylines name different favourites in games nearer to even."""
MAXIMUM_FLIPPED = 0.20
"""Since 2026-11-20: share of clear favourites that may change sides between two snapshots, or
disagree between moneyline and spread: news flips a game, not a slate."""
MINIMUM_PAIRS = 5
"""Since 2026-11-20: fewer clear favourites than this say nothing about a slate."""

NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch; volume and freshness are not asked of historical ones."""
    expectations = [
        payload_is_readable(batch),
        no_unknown_fields(batch),
        no_duplicate_lines(batch, severity="warning" if batch.historical else "critical"),
        no_duplicate_games(batch),
        games_name_two_teams(batch),
        _valid_share(batch),
        _moneyline_and_spread_agree(batch),
    ]
    if not batch.historical:
        expectations.append(_freshness(batch))
        if batch.previous_payload_id is not None:
            expectations += [
                _games_continue(batch),
                _lines_continue(batch),
                _favourites_stay(batch),
            ]
    return ExpectationSuite(name=f"raw_data.{batch.source}.{batch.feed}", expectations=expectations)


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    if batch.historical:
        why = "historical batches come in any order and density"
        return {name: why for name in (FRESHNESS, GAMES_CONTINUE, LINES_CONTINUE, FAVOURITES_STAY)}
    if batch.previous_payload_id is None:
        why = "no accepted snapshot of this source, feed and sport is known before it"
        return {name: why for name in (GAMES_CONTINUE, LINES_CONTINUE, FAVOURITES_STAY)}
    return {}


FRESHNESS = "the snapshot is of now"
GAMES_CONTINUE = "games that are still to start are still listed"
LINES_CONTINUE = "games that are still to start keep their lines"
FAVOURITES_STAY = "favourites keep their sides since the last snapshot"


def _probabilities(rows: str, payload_id: int) -> str:
    """Lines of games that have not started, with their side, point and implied probability."""
    return f"""
        select
            l.source_event_id, l.bookmaker, l.market, g.home_team, g.away_team,
            case l.outcome when g.home_team then 'home' when g.away_team then 'away' end as side,
            case when l.point ~ '{NUMBER}' then l.point::numeric end as point,
            case
                when not l.price ~ '{NUMBER}' then null
                when l.price_format = 'decimal' then 1 / nullif(greatest(l.price::numeric, 0), 0)
                when l.price::numeric >= 100 then 100 / (l.price::numeric + 100)
                when l.price::numeric <= -100 then -l.price::numeric / (100 - l.price::numeric)
            end as prob
        from ({rows}) as l
        inner join raw_data.games_raw as g
            on l.payload_id = g.payload_id and l.source_event_id = g.source_event_id
        where g.payload_id = {payload_id} and g.commence_at > g.observed_at
    """


def _home_probability(source: str) -> str:
    return f"""
        select
            source_event_id, bookmaker, min(home_team) as home_team, min(away_team) as away_team,
            max(prob) filter (where side = 'home')
            / nullif(sum(prob) filter (where side in ('home', 'away')), 0) as home_prob
        from {source} where market = 'h2h'
        group by source_event_id, bookmaker
        having count(*) filter (where side in ('home', 'away') and prob is not null) = 2
    """


def _valid_share(batch: RawBatch) -> object:
    return no_rows(
        f"at least {MINIMUM_VALID_SHARE:.0%} of the rows are valid",
        f"""
        with lines as ({batch.rows()}),
        judged as (
            select
                l.source_event_id, l.bookmaker, l.market, l.outcome, l.price, l.point,
                l.price is not null and case
                    when not l.price ~ '{NUMBER}' then false
                    when l.price_format = 'decimal' then l.price::numeric > 1
                    else abs(l.price::numeric) between 100 and 10000
                end
                and (l.market like 'h2h%' or coalesce(l.point ~ '{NUMBER}', false))
                and l.bookmaker <> '' and (
                    l.outcome in (g.home_team, g.away_team)
                    or (l.market like '%total%' and l.outcome in ('Over', 'Under'))
                    or l.outcome = 'Draw'
                ) as valid
            from lines as l
            left join raw_data.games_raw as g
                on l.payload_id = g.payload_id and l.source_event_id = g.source_event_id
        )
        select source_event_id, bookmaker, market, outcome, price, point from judged
        where
            valid is not true
            and (select avg((valid is true)::int) from judged) < {MINIMUM_VALID_SHARE}
        """,
        since=SINCE,
        reason="single bad rows are flagged; a batch full of them is a fault of its own",
    )


def _freshness(batch: RawBatch) -> object:
    oldest = (batch.now - MAXIMUM_AGE).isoformat()
    newest = (batch.now + CLOCK_TOLERANCE).isoformat()
    return no_rows(
        FRESHNESS,
        f"select observed_at, timestamptz '{batch.now.isoformat()}' as now from ops.batches"
        f" where batch_id = '{batch.batch_id}'"
        f" and (observed_at > '{newest}' or observed_at < '{oldest}')",
        since=SINCE,
        reason="a time in the future would close lines that stand, an old one reopen closed ones",
    )


def _upcoming(batch: RawBatch) -> str:
    """Games of the last accepted snapshot that this one, made later, must still know."""
    observed = batch.observed_at.isoformat() if batch.observed_at else "-infinity"
    return f"""
        select g.* from raw_data.games_raw as g
        where
            g.payload_id = {batch.previous_payload_id} and g.commence_at > '{observed}'
            and g.completed is not true
            and exists (
                select from raw_data.payload_coverage as c
                where c.payload_id = {batch.payload_id}
                and (c.source_event_id is null or c.source_event_id = g.source_event_id)
            )
    """


def _games_continue(batch: RawBatch) -> object:
    return no_rows(
        GAMES_CONTINUE,
        f"""
        with upcoming as ({_upcoming(batch)}),
        judged as (
            select
                u.source_event_id, u.home_team, u.away_team, u.commence_at,
                exists (
                    select from raw_data.games_raw as g
                    where
                        g.payload_id = {batch.payload_id}
                        and g.source_event_id = u.source_event_id
                ) as listed
            from upcoming as u
        )
        select source_event_id, home_team, away_team, commence_at from judged
        where
            not listed and (select avg(listed::int) from judged) < {MINIMUM_VOLUME}
            and (
                (select count(*) from judged) >= {MINIMUM_GAMES}
                or not exists (
                    select from raw_data.games_raw where payload_id = {batch.payload_id}
                )
            )
        """,
        since=SINCE,
        reason="an answer that is empty or cut would end lines that still stand",
    )


def _lines_continue(batch: RawBatch) -> object:
    return no_rows(
        LINES_CONTINUE,
        f"""
        with upcoming as ({_upcoming(batch)}),
        expected as (
            select distinct l.source_event_id, l.bookmaker, l.market, l.outcome
            from ({batch.previous_rows()}) as l
            inner join upcoming as u on l.source_event_id = u.source_event_id
            inner join raw_data.payload_coverage as c
                on c.payload_id = {batch.payload_id} and l.market = any (c.markets)
                and (c.bookmakers is null or l.bookmaker = any (c.bookmakers))
                and (c.source_event_id is null or c.source_event_id = l.source_event_id)
        ),
        own as (
            select l.source_event_id, count(*) as lines from ({batch.rows()}) as l
            inner join upcoming as u on l.source_event_id = u.source_event_id
            group by l.source_event_id
        ),
        judged as (
            select e.source_event_id, count(*) as before, coalesce(max(o.lines), 0) as lines
            from expected as e left join own as o on e.source_event_id = o.source_event_id
            group by e.source_event_id
        )
        select
            u.home_team, u.away_team, j.before as lines_before, j.lines as lines_now,
            round(100.0 * (select sum(least(lines, before)) / sum(before) from judged), 1)
                as percent_of_all
        from judged as j inner join upcoming as u on j.source_event_id = u.source_event_id
        where
            j.lines < j.before
            and (select sum(least(lines, before)) / sum(before) from judged) < {MINIMUM_VOLUME}
            and (select count(*) from judged) >= {MINIMUM_GAMES}
        order by j.lines - j.before
        """,
        since=SINCE,
        reason="lines that merely did not arrive would look as if they had been taken down",
    )


def _moneyline_and_spread_agree(batch: RawBatch) -> object:
    return no_rows(
        "moneyline and spread name the same favourite",
        f"""
        with lines as ({_probabilities(batch.rows(), batch.payload_id)}),
        moneylines as ({_home_probability("lines")}),
        judged as (
            select m.*, s.point as home_point, (m.home_prob > 0.5) <> (s.point < 0) as differs
            from moneylines as m
            inner join lines as s
                on m.source_event_id = s.source_event_id and m.bookmaker = s.bookmaker
                and s.market = 'spreads' and s.side = 'home'
            where s.point <> 0 and abs(m.home_prob - 0.5) >= {CLEAR_FAVOURITE}
        )
        select
            home_team, away_team, bookmaker, round(home_prob, 3) as home_prob, home_point,
            source_event_id
        from judged
        where
            differs and (
                select avg(differs::int) > {MAXIMUM_FLIPPED} and count(*) >= {MINIMUM_PAIRS}
                from judged
            )
        """,
        since=SINCE,
        reason="sides that were swapped in one market turn every price into a false bargain",
    )


def _favourites_stay(batch: RawBatch) -> object:
    return no_rows(
        FAVOURITES_STAY,
        f"""
        with lines as ({_probabilities(batch.rows(), batch.payload_id)}),
        lines_before as (
            {_probabilities(batch.previous_rows(), batch.previous_payload_id or 0)}
        ),
        moneylines as ({_home_probability("lines")}),
        moneylines_before as ({_home_probability("lines_before")}),
        judged as (
            select
                m.*, b.home_prob as home_prob_before,
                (m.home_prob > 0.5) <> (b.home_prob > 0.5) as flipped
            from moneylines as m
            inner join moneylines_before as b
                on m.source_event_id = b.source_event_id and m.bookmaker = b.bookmaker
            where
                abs(m.home_prob - 0.5) >= {CLEAR_FAVOURITE}
                and abs(b.home_prob - 0.5) >= {CLEAR_FAVOURITE}
        )
        select
            home_team, away_team, bookmaker, round(home_prob_before, 3) as home_prob_before,
            round(home_prob, 3) as home_prob, source_event_id
        from judged
        where
            flipped and (
                select avg(flipped::int) > {MAXIMUM_FLIPPED} and count(*) >= {MINIMUM_PAIRS}
                from judged
            )
        """,
        since=SINCE,
        reason="sides that were swapped turn every price into a false bargain",
    )
