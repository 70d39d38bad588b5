"""Whether sides stand where they should, for sources that are asked about slates.

Within an answer, moneyline and spread of a book name one favourite; from one answer to the next to
the same question, favourites stay. Games are counted, never games times books.
"""

from typing import Any

from expectations import no_rows
from expectations.raw_data import RawBatch
from expectations.raw_data.rows_of_kinds import NUMBER
from expectations.raw_data.slates import before

SINCE = "2026-11-20"

CLEAR_SPREAD = 2
"""Since 2026-11-20: points from which a spread names a favourite; run lines of 1.5 do not."""
CLEAR_PROBABILITY = 0.05
"""Since 2026-11-20: distance from even, on both sides of it, from which one price contradicts
another; nearer, books name different favourites in earnest."""
MAXIMUM_CONTRADICTED = 0.20
"""Since 2026-11-20: share of the games in which prices may contradict each other. News turns single
favourites round; in 14 and 15 recorded games none stood against its spread."""
FEW = 1
"""Since 2026-11-20: so many games may do so however small the slate."""

ONE_FAVOURITE = "moneyline and spread name the same favourite"
FAVOURITES_STAY = "favourites stay what they were in the answer before"
EXPECTATIONS = (ONE_FAVOURITE, FAVOURITES_STAY)


def expectations(batch: RawBatch, payload_table: str, moneyline: str, spread: str) -> list[Any]:
    """`moneyline` and `spread` are the source's names of the two markets of the full game."""
    return [
        _one_favourite(batch, moneyline, spread),
        _favourites_stay(batch, payload_table, moneyline),
    ]


def _is_home() -> str:
    return "lower(l.outcome) in ('home', lower(g.home_team))"


def _is_away() -> str:
    return "lower(l.outcome) in ('away', lower(g.away_team))"


def _one_favourite(batch: RawBatch, moneyline: str, spread: str) -> Any:
    price = f"case when l.price ~ '{NUMBER}' then l.price::float end"
    point = f"case when l.point ~ '{NUMBER}' then l.point::float end"
    return no_rows(
        ONE_FAVOURITE,
        f"""
        with sides as (
            select
                l.source_event_id, l.bookmaker, coalesce(l.label, 'now') as label,
                max({price}) filter (where l.market = '{moneyline}' and {_is_home()}) as home,
                max({price}) filter (where l.market = '{moneyline}' and {_is_away()}) as away,
                max({point}) filter (where l.market = '{spread}' and {_is_home()}) as spread
            from ({batch.rows()}) as l
            inner join raw_data.games_raw as g
                on g.payload_id = {batch.payload_id} and g.source_event_id = l.source_event_id
            group by l.source_event_id, l.bookmaker, coalesce(l.label, 'now')
        ),
        judged as (
            select source_event_id, avg(((home < away) <> (spread < 0))::int) > 0.5 as contradicts
            from sides
            where abs(spread) >= {CLEAR_SPREAD} and home <> away
            group by source_event_id
        ),
        whole as (
            select count(*) as games, count(*) filter (where contradicts) as contradicted
            from judged
        )
        select j.source_event_id, w.contradicted, w.games from judged as j cross join whole as w
        where
            j.contradicts
            and w.contradicted > greatest({FEW}, w.games * {MAXIMUM_CONTRADICTED})
        """,
        since=SINCE,
        reason="a swapped side is a bargain that nobody offers",
    )


def _favourites_stay(batch: RawBatch, payload_table: str, moneyline: str) -> Any:
    number = f"case when l.price ~ '{NUMBER}' then l.price::float end"
    implied = f"""case
        when {number} >= 100 then 100 / ({number} + 100)
        when {number} <= -100 then -{number} / (100 - {number})
    end"""
    return no_rows(
        FAVOURITES_STAY,
        f"""
        with {before(batch, payload_table)},
        priced as (
            select
                l.source_event_id, l.payload_id, l.bookmaker,
                max({implied}) filter (where {_is_home()}) as home,
                max({implied}) filter (where {_is_away()}) as away
            from raw_data.betting_lines_raw as l
            inner join upcoming as u on l.source_event_id = u.source_event_id
            inner join raw_data.games_raw as g
                on l.payload_id = g.payload_id and l.source_event_id = g.source_event_id
            where
                l.market = '{moneyline}' and l.label is null
                and (
                    l.payload_id = {batch.payload_id}
                    or l.payload_id in (select payload_id from earlier)
                )
            group by l.source_event_id, l.payload_id, l.bookmaker
        ),
        leaning as (
            select
                source_event_id,
                avg(home / (home + away)) filter (where payload_id = {batch.payload_id}) - 0.5
                    as lean,
                avg(home / (home + away)) filter (where payload_id <> {batch.payload_id}) - 0.5
                    as lean_before
            from priced
            group by source_event_id
        ),
        judged as (
            select
                source_event_id, lean, lean_before,
                lean * lean_before < 0
                and least(abs(lean), abs(lean_before)) >= {CLEAR_PROBABILITY} as turned
            from leaning where lean is not null and lean_before is not null
        ),
        whole as (
            select count(*) as games, count(*) filter (where turned) as turned from judged
        )
        select j.source_event_id, j.lean_before, j.lean, w.turned, w.games
        from judged as j cross join whole as w
        where j.turned and w.turned > greatest({FEW}, w.games * {MAXIMUM_CONTRADICTED})
        """,
        since=SINCE,
        reason="prices that changed sides over a whole slate were read under the other team",
    )
