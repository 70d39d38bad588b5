"""Whether prices stand at the right side: a swapped side is a bargain that nobody offers.

Every two-sided market is compared as the probability of its first side (home, Over), at the same
point, in three ways: with the other books of the batch, with the last accepted snapshot, and
moneyline with spread. Games are counted, never games times books: one game that news turns round
is one. Swapped sides are told by their fit: the errors of `1 - p` are much smaller than those of
`p`, summed over games, so that games near to even count as far as they tell anything.
Games that have started are left out: in play, books lie apart for a minute or two.
"""

from expectations import no_rows
from expectations.raw_data import RawBatch, rows_of

SINCE = "2026-11-20"

BETTER_FIT = 0.5
"""Since 2026-11-20: sides are swapped where the errors with the sides exchanged are less than this
share of the errors as they stand ..."""
MINIMUM_GAIN = 0.08
"""Since 2026-11-20: ... and smaller by this much (sum of probabilities over games). In captured
series of 5,700 books and markets the largest was 0.044."""
MINIMUM_GAMES = 3
"""Since 2026-11-20: fewer games say nothing about one book."""
CLEAR = 0.03
"""Since 2026-11-20: distance from even, on both sides of it, from which one price contradicts
another. Below, books name different favourites in earnest."""
CLEAR_AT_POINTS = 0.04
"""Since 2026-11-20: the same for prices of spreads and totals, which books shade."""
MAXIMUM_CONTRADICTED = 0.20
"""Since 2026-11-20: share of the games in which any book may contradict the others (stale books);
up to two games of thirteen in captures of 64 books, one of ten otherwise."""
MIRRORED = 0.015
"""Since 2026-11-20: a contradiction in a single game counts where the book's last price was the
exact mirror, this near: news moves a price, but not to its mirror."""
CLEAR_FAVOURITE = 0.15
"""Since 2026-11-20: distance from even from which a single game cannot have turned round between
two snapshots (.65 to .35): news takes a favourite's lead, seldom more."""
SIDE_POINTS = 2
"""Since 2026-11-20: spreads of this many points name a favourite; run lines of 1.5 do not."""
PROBABILITY_PER_POINT = 0.025
"""A point of an NBA spread, near enough as probability."""
NAMED_FAVOURITE = 0.05
"""Since 2026-11-20: distance from even from which spread and moneyline must name one favourite; no
game of captured series has most of its books otherwise."""
BOOK_SHARE = 0.80
"""Since 2026-11-20: share of its games in which one book's markets contradict each other."""

BOOKS_AGREE = "each book has its sides where the other books have them"
FAVOURITES_STAY = "sides stay where they were in the nearest accepted snapshot"
MARKETS_AGREE = "moneyline and spread name the same favourite"


NUMBER = r"^[+-]?[0-9]+(\.[0-9]*)?$"


def quotes(name: str, rows: str, payload_id: int) -> str:
    """CTE `name`: two-sided markets of games that have not started, with the probability of home
    or Over without margin, at a point. Kind `side` is a spread read as a chance of winning."""
    return f"""
        {name}_pairs as materialized (
            select
                l.source_event_id, l.bookmaker, l.market, l.kind, l.home_team, l.away_team,
                coalesce(max(l.point) filter (where l.is_first), 0) as point,
                max(l.prob) filter (where l.is_first) as first,
                max(l.prob) filter (where not l.is_first) as second
            from (
                select
                    r.source_event_id, r.bookmaker, r.market, m.market as kind,
                    g.home_team, g.away_team,
                    case
                        when r.outcome in (g.home_team, 'Over') then true
                        when r.outcome in (g.away_team, 'Under') then false
                    end as is_first,
                    case when r.point ~ '{NUMBER}' then r.point::float end as point,
                    case
                        when not r.price ~ '{NUMBER}' then null
                        when r.price_format = 'decimal'
                            then case when r.price::float > 1 then 1 / r.price::float end
                        when r.price::float >= 100 then 100 / (r.price::float + 100)
                        when r.price::float <= -100 then -r.price::float / (100 - r.price::float)
                    end as prob
                from ({rows}) as r
                inner join raw_data.games_raw as g
                    on
                        g.payload_id = {payload_id} and g.commence_at > g.observed_at
                        and r.source_event_id = g.source_event_id
                inner join reference.markets as m on r.market = m.source_market
            ) as l
            group by
                l.source_event_id, l.bookmaker, l.market, l.kind, l.home_team, l.away_team
        ),
        {name} as materialized (
            select
                source_event_id, bookmaker, market, kind, home_team, away_team, point,
                first / (first + second) as prob
            from {name}_pairs
            where first > 0 and second > 0
            union all
            select
                source_event_id, bookmaker, market, 'side' as kind, home_team, away_team,
                0 as point,
                least(greatest(0.5 - point * {PROBABILITY_PER_POINT}, 0.05), 0.95) as prob
            from {name}_pairs
            where kind = 'spreads' and abs(point) >= {SIDE_POINTS}
        )
    """


def _opposite(one: str, other: str) -> str:
    """How far two probabilities lie on opposite sides of even, the nearer of them; else 0."""
    return (
        f"case when ({one} - 0.5) * ({other} - 0.5) < 0"
        f" then least(abs({one} - 0.5), abs({other} - 0.5)) else 0 end"
    )


def books_agree(batch: RawBatch) -> object:
    """One book against the median of the others at the same point, in its games together; and the
    share of games that any book contradicts."""
    nearest = batch.nearest
    before = quotes(
        "before",
        rows_of([nearest.payload_id], nearest.landed_on) if nearest else rows_of([], []),
        nearest.payload_id if nearest else 0,
    )
    return no_rows(
        BOOKS_AGREE,
        f"""
        with {quotes("now", batch.rows(), batch.payload_id)}, {before},
        placed as (
            select
                *,
                array_agg(prob) over same as probs,
                (row_number() over (same order by prob, bookmaker))::int as place,
                (count(*) over same)::int as books
            from now
            window same as (partition by source_event_id, market, kind, point)
        ),
        compared as materialized (
            select c.*, {_opposite("c.prob", "c.others")} as opposite
            from (
                select
                    p.source_event_id, p.bookmaker, p.market, p.kind, p.point, p.home_team,
                    p.away_team, p.prob,
                    (
                        s.sorted[p.books / 2 + (p.books / 2 >= p.place)::int]
                        + s.sorted[(p.books + 1) / 2 + ((p.books + 1) / 2 >= p.place)::int]
                    ) / 2 as others
                from placed as p
                cross join lateral (
                    select array_agg(one order by one) as sorted from unnest(p.probs) as one
                ) as s
                where p.books > 1
            ) as c
        ),
        swapped_books as materialized (
            select bookmaker, market, kind, count(distinct source_event_id) as games
            from compared
            group by bookmaker, market, kind
            having
                count(distinct source_event_id) >= {MINIMUM_GAMES}
                and sum(abs(1 - prob - others)) < {BETTER_FIT} * sum(abs(prob - others))
                and sum(abs(prob - others)) - sum(abs(1 - prob - others)) >= {MINIMUM_GAIN}
        ),
        contradictions as materialized (
            select
                c.*,
                c.opposite >= case
                    when c.kind in ('h2h', 'side') then {CLEAR} else {CLEAR_AT_POINTS}
                end as contradicts,
                coalesce(
                    (b.prob - 0.5) * (c.prob - 0.5) < 0
                    and abs(1 - c.prob - b.prob) <= {MIRRORED}, false
                ) as mirrors
            from compared as c
            left join before as b
                on
                    c.source_event_id = b.source_event_id and c.bookmaker = b.bookmaker
                    and c.market = b.market and c.kind = b.kind and c.point = b.point
        ),
        whole as materialized (
            select
                count(distinct source_event_id) as games,
                count(distinct source_event_id) filter (where contradicts) as contradicted,
                coalesce(bool_or(contradicts and mirrors), false) as mirrored
            from contradictions
        )
        select
            c.bookmaker, c.market, b.games as swapped_in_games, c.home_team, c.away_team,
            round(c.prob::numeric, 3) as prob, round(c.others::numeric, 3) as prob_of_others,
            w.contradicted as contradicted_games, c.source_event_id
        from contradictions as c
        cross join whole as w
        left join swapped_books as b
            on c.bookmaker = b.bookmaker and c.market = b.market and c.kind = b.kind
        where
            (b.bookmaker is not null and c.opposite > 0)
            or (
                c.contradicts
                and w.contradicted > w.games * {MAXIMUM_CONTRADICTED}
                and (w.contradicted > 1 or w.mirrored)
            )
        order by b.games desc nulls last, c.mirrors desc, c.bookmaker, c.opposite desc
        """,
        since=SINCE,
        reason="a price at the wrong side is the best price of all, and is bet on",
    )


def favourites_stay(batch: RawBatch) -> object:
    """All books of the batch together against the nearest accepted snapshot."""
    nearest = batch.nearest
    assert nearest is not None
    before = rows_of([nearest.payload_id], nearest.landed_on)
    return no_rows(
        FAVOURITES_STAY,
        f"""
        with {quotes("now", batch.rows(), batch.payload_id)},
        {quotes("before", before, nearest.payload_id)},
        games as (
            select
                n.source_event_id, n.market, n.kind, n.home_team, n.away_team,
                percentile_cont(0.5) within group (order by n.prob) as prob,
                percentile_cont(0.5) within group (order by b.prob) as prob_before
            from now as n
            inner join before as b
                on
                    n.source_event_id = b.source_event_id and n.bookmaker = b.bookmaker
                    and n.market = b.market and n.kind = b.kind and n.point = b.point
            group by n.source_event_id, n.market, n.kind, n.home_team, n.away_team
        ),
        compared as materialized (
            select
                *, abs(prob - prob_before) as error, abs(1 - prob - prob_before) as error_swapped,
                {_opposite("prob", "prob_before")} as opposite
            from games
        ),
        turned as (
            select market, kind from compared
            group by market, kind
            having
                (
                    count(*) filter (where opposite >= 0.01)
                    >= case when kind in ('h2h', 'side') then 2 else {MINIMUM_GAMES} end
                    and sum(error_swapped) < {BETTER_FIT} * sum(error)
                    and sum(error) - sum(error_swapped) >= {MINIMUM_GAIN}
                )
                or (
                    kind in ('h2h', 'side')
                    and count(*) filter (where opposite >= {CLEAR})
                    > count(*) * {MAXIMUM_CONTRADICTED}
                    and count(*) filter (where opposite >= {CLEAR}) >= 2
                    and sum(error_swapped) filter (where opposite >= {CLEAR})
                    < {BETTER_FIT} * sum(error) filter (where opposite >= {CLEAR})
                )
                or (
                    kind in ('h2h', 'side')
                    and count(*) filter (
                        where opposite >= {CLEAR_FAVOURITE} and error_swapped <= 2 * {MIRRORED}
                    ) > count(*) * {MAXIMUM_CONTRADICTED}
                )
        )
        select
            c.home_team, c.away_team, c.market, round(c.prob_before::numeric, 3) as prob_before,
            round(c.prob::numeric, 3) as prob, c.source_event_id
        from compared as c
        inner join turned as t on c.market = t.market and c.kind = t.kind
        where c.opposite > 0
        order by c.opposite desc
        """,
        since=SINCE,
        reason="sides that were swapped turn every price into a false bargain",
    )


def markets_agree(batch: RawBatch) -> object:
    """Moneyline against spread of the same book and period."""
    return no_rows(
        MARKETS_AGREE,
        f"""
        with {quotes("now", batch.rows(), batch.payload_id)},
        compared as materialized (
            select
                h.source_event_id, h.bookmaker, h.home_team, h.away_team, h.prob, s.point,
                (h.prob > 0.5) <> (s.point < 0) as differs
            from now as h
            inner join now as s
                on
                    h.source_event_id = s.source_event_id and h.bookmaker = s.bookmaker
                    and s.market = replace(h.market, 'h2h', 'spreads')
            where
                h.kind = 'h2h' and s.kind = 'spreads' and s.point <> 0
                and abs(h.prob - 0.5) >= {NAMED_FAVOURITE}
        ),
        games as (
            select source_event_id, avg(differs::int) > 0.5 as differs
            from compared group by source_event_id
        ),
        books as materialized (
            select bookmaker, count(distinct source_event_id) as games from compared
            group by bookmaker
            having
                count(distinct source_event_id) >= {MINIMUM_GAMES}
                and avg(differs::int) >= {BOOK_SHARE}
        )
        select
            c.home_team, c.away_team, c.bookmaker, b.games as differs_in_games,
            round(c.prob::numeric, 3) as home_prob, c.point as home_point, c.source_event_id
        from compared as c left join books as b on c.bookmaker = b.bookmaker
        where
            c.differs and (
                b.bookmaker is not null
                or (select avg(differs::int) from games) > {MAXIMUM_CONTRADICTED}
            )
        order by b.games desc nulls last, abs(c.prob - 0.5) desc
        """,
        since=SINCE,
        reason="sides that were swapped in one market turn every price into a false bargain",
    )
