"""staging.betting_lines: one row per game, source, book, market, period, side and interval."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "betting_lines"
SINCE = "2026-11-20"

SERIES = "game_id, source, bookmaker, market, period, side"
MARKET = "game_id, source, bookmaker, market, period"
PAIR = f"{MARKET}, valid_from, label, in_play"

MINIMUM_VALID_SHARE = 0.90
"""Since 2026-11-20: of the lines that start before their games; captured seasons have 0.97 and more
(openings typed by hand are the worst of them)."""
MINIMUM_ROWS = 50
"""Since 2026-11-20: a share of fewer rows than this says nothing."""
MAXIMUM_ONE_SIDED = 0.10
"""Since 2026-11-20: share of markets at one book of which only one side is known."""
OVERROUND = (0.995, 1.25)
"""Since 2026-11-20: a valid pair outside should have been flagged; in play up to 1.25."""
MEDIAN_OVERROUND = (1.005, 1.10)
"""Since 2026-11-20: two-sided markets of one source; the medians of captured seasons are 1.025 to
1.05, in-play books reach 1.08."""
MAXIMUM_DISAGREEMENT = 0.20
"""Since 2026-11-20: distance (as probability) of one book's moneyline from the median of all that
stand; sharp and soft books differ by 0.05 at most while both are open."""
MAXIMUM_DISAGREEING = 0.10
"""Since 2026-11-20: share of moneylines that may lie so far out (stale books, late scratches)."""
SWAPPED_GAMES = 3
"""Since 2026-11-20: games of a day from which one book's sides are judged."""
SWAPPED_FIT = 0.5
"""Since 2026-11-20: its sides are swapped where its errors from the median, with home and away
exchanged, sum up to less than this share of its errors as they stand ..."""
SWAPPED_GAIN = 0.08
"""Since 2026-11-20: ... and are smaller by this much. Close games (.55 to .60) are 0.10 to 0.20
each; in captured series the largest sum of a book was 0.044."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.betting_lines",
        expectations=[
            no_rows(
                "intervals of one line do not overlap",
                f"""
                with followed as (
                    select *, lead(valid_from) over (
                        partition by {SERIES} order by valid_from, valid_to nulls last
                    ) as next_from
                    from {{batch}} where valid_from is not null
                )
                select game_id, bookmaker, market, period, side, valid_from, valid_to, next_from
                from followed
                where next_from < coalesce(valid_to, 'infinity') or valid_to <= valid_from
                """,
                since=SINCE,
                reason="a line has one price at one moment",
            ),
            no_rows(
                "a line ends with the next snapshot that covers it, and not before",
                f"""
                with lines as (select * from {{batch}} where valid_from is not null),
                written as (
                    select source, bookmaker, array_agg(source_bookmaker) as names
                    from reference.source_bookmakers group by source, bookmaker
                ),
                asked as (
                    select c.game_id, c.source, c.observed_at, c.bookmakers, m.market, m.period
                    from {candidate}.slice_coverage as c
                    cross join lateral unnest(c.markets) as a (name)
                    inner join reference.markets as m
                        on a.name = m.source_market and coalesce(m.source, c.source) = c.source
                )
                select
                    l.game_id, l.source, l.bookmaker, l.market, l.period, l.side,
                    l.last_observed_at, l.valid_to, a.observed_at as covering_snapshot
                from lines as l
                left join written as w on l.source = w.source and l.bookmaker = w.bookmaker
                inner join asked as a
                    on l.game_id = a.game_id and l.source = a.source
                    and l.market = a.market and l.period = a.period
                    and a.observed_at > l.last_observed_at
                    and a.observed_at < coalesce(l.valid_to, 'infinity')
                    and (
                        a.bookmakers is null or l.bookmaker = any (a.bookmakers)
                        or w.names && a.bookmakers
                    )
                """,
                since=SINCE,
                reason="lines are gapless while they are offered and end when they are not",
            ),
            no_rows(
                "nothing in play is a closing line",
                "select game_id, bookmaker, market, side, valid_from from {batch}"
                " where is_closing and in_play",
                since=SINCE,
                reason="the closing line is the last one before the start",
            ),
            no_rows(
                "a line has one opening and one closing",
                f"select {SERIES}, count(*) filter (where is_opening) as openings,"
                " count(*) filter (where is_closing) as closings from {batch}"
                f" group by {SERIES} having count(*) filter (where is_opening) > 1"
                " or count(*) filter (where is_closing) > 1",
                since=SINCE,
                reason="an opening and a closing are one moment each",
            ),
            no_rows(
                "points of both sides mirror",
                f"""
                with pairs as (
                    select {PAIR}, min(point) as smaller, max(point) as larger
                    from {{batch}}
                    where is_valid and market in ('spreads', 'totals')
                    group by {PAIR}
                    having count(distinct side) = 2
                )
                select game_id, bookmaker, market, period, valid_from, smaller, larger from pairs
                where case market when 'totals' then smaller <> larger else smaller <> -larger end
                """,
                since=SINCE,
                reason="a bet on one side is the other's counterpart; broken pairs are flagged",
            ),
            no_rows(
                f"overrounds of valid pairs lie within {OVERROUND[0]} and {OVERROUND[1]}",
                f"""
                with pairs as (
                    select {PAIR}, sum(1 / price_decimal) as overround
                    from {{batch}}
                    where is_valid and price_decimal > 1
                    group by {PAIR}
                    having count(*) = 2 and count(distinct side) = 2
                )
                select game_id, bookmaker, market, period, valid_from,
                    round(overround, 4) as overround
                from pairs where overround not between {OVERROUND[0]} and {OVERROUND[1]}
                """,
                since=SINCE,
                reason="pairs outside are flagged, so an unflagged one was never judged",
            ),
            no_rows(
                "the usual overround of each source is plausible",
                f"""
                with pairs as (
                    select {PAIR}, sum(1 / price_decimal) as overround
                    from {{batch}}
                    where price_decimal > 1 and not coalesce(in_play, false)
                    group by {PAIR}
                    having count(*) = 2 and count(distinct side) = 2
                ),
                usual as (
                    select source, market, count(*) as pairs,
                        percentile_cont(0.5) within group (order by overround) as overround
                    from pairs group by source, market
                )
                select * from usual
                where
                    pairs >= {MINIMUM_ROWS}
                    and overround not between {MEDIAN_OVERROUND[0]} and {MEDIAN_OVERROUND[1]}
                """,
                since=SINCE,
                reason="prices in another format, or of the wrong market, move the median",
            ),
            no_rows(
                "both sides of a market are there",
                f"""
                with markets as (
                    select {MARKET}, count(distinct side) as sides from {{batch}} group by {MARKET}
                )
                select {MARKET} from markets
                where
                    sides < 2 and (
                        select avg((sides < 2)::int) > {MAXIMUM_ONE_SIDED}
                        and count(*) >= {MINIMUM_ROWS} from markets
                    )
                """,
                since=SINCE,
                reason="single one-sided markets are flagged; many of them are half a payload",
            ),
            no_rows(
                f"at least {MINIMUM_VALID_SHARE:.0%} of the lines are valid",
                f"""
                with lines as (
                    select * from {{batch}} where not coalesce(in_play, false) and period <> 'h2'
                )
                select game_id, bookmaker, market, side, price_raw, point_raw, validation_notes
                from lines
                where
                    not is_valid and (
                        select avg(is_valid::int) < {MINIMUM_VALID_SHARE}
                        and count(*) >= {MINIMUM_ROWS} from lines
                    )
                """,
                since=SINCE,
                reason="single bad rows are flagged; many of them are a fault of their own",
            ),
            no_rows(
                "books agree on who is the favourite",
                f"""
                with standing as (
                    select
                        game_id, source, bookmaker,
                        max(1 / price_decimal) filter (where side = 'home')
                        / nullif(sum(1 / price_decimal), 0) as home_prob
                    from {{batch}}
                    where
                        is_valid and market = 'h2h' and period = 'full' and not in_play
                        and (is_closing or valid_to is null) and valid_from is not null
                    group by game_id, source, bookmaker
                    having count(*) = 2 and count(distinct side) = 2
                ),
                usual as (
                    select game_id, percentile_cont(0.5) within group (order by home_prob) as median
                    from standing group by game_id having count(*) >= 3
                ),
                judged as (
                    select s.*, u.median,
                        abs(s.home_prob - u.median) > {MAXIMUM_DISAGREEMENT} as far
                    from standing as s inner join usual as u on s.game_id = u.game_id
                )
                select game_id, source, bookmaker, round(home_prob, 3) as home_prob, median
                from judged
                where
                    far and (
                        select avg(far::int) > {MAXIMUM_DISAGREEING} and count(*) >= {MINIMUM_ROWS}
                        from judged
                    )
                """,
                since=SINCE,
                reason="sources that name sides differently disagree on whole slates",
            ),
            no_rows(
                "no book has home and away exchanged",
                f"""
                with standing as (
                    select
                        l.game_id, l.source, l.bookmaker,
                        max(1 / l.price_decimal) filter (where l.side = 'home')
                        / nullif(sum(1 / l.price_decimal), 0) as home_prob
                    from {{batch}} as l
                    where
                        l.is_valid and l.market = 'h2h' and l.period = 'full' and not l.in_play
                        and (l.is_closing or l.valid_to is null) and l.valid_from is not null
                    group by l.game_id, l.source, l.bookmaker
                    having count(*) = 2 and count(distinct l.side) = 2
                ),
                usual as (
                    select game_id, percentile_cont(0.5) within group (order by home_prob) as median
                    from standing group by game_id having count(*) >= 3
                ),
                compared as (
                    select
                        s.game_id, s.source, s.bookmaker, s.home_prob, g.game_date_et,
                        u.median::numeric as median,
                        abs(s.home_prob - u.median::numeric) as error,
                        abs(1 - s.home_prob - u.median::numeric) as error_swapped
                    from standing as s
                    inner join usual as u on s.game_id = u.game_id
                    inner join {candidate}.games as g on s.game_id = g.game_id
                ),
                swapped as (
                    select source, bookmaker, game_date_et, count(*) as games from compared
                    group by source, bookmaker, game_date_et
                    having
                        count(*) >= {SWAPPED_GAMES}
                        and sum(error_swapped) < {SWAPPED_FIT} * sum(error)
                        and sum(error) - sum(error_swapped) >= {SWAPPED_GAIN}
                )
                select
                    c.bookmaker, s.games, c.game_date_et, round(c.home_prob, 3) as home_prob,
                    round(c.median, 3) as median, c.source, c.game_id
                from compared as c
                inner join swapped as s using (source, bookmaker, game_date_et)
                where c.error_swapped < c.error
                """,
                since=SINCE,
                reason="a price at the wrong side is the best price of all, and is bet on",
            ),
        ],
    )
