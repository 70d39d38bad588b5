"""Batches of ESPN: scoreboards with DraftKings' prices while a game is to come, and injuries."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from expectations.raw_data import RawBatch, slates
from expectations.raw_data.readable import SINCE, common
from expectations.raw_data.rows_of_kinds import NUMBER, of_games, of_injuries, of_lines

TABLE = "betting_lines_raw"

MAXIMUM_LEANING = 0.20
"""Since 2026-11-20: share of its games in which moneyline and spread may name different favourites
(never in 109 recorded prices; in baseball the run line of a close game does)."""
CLEAR_SPREAD = 2
"""Since 2026-11-20: points from which a spread names a favourite; run lines of 1.5 do not."""


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch."""
    expectations = common(batch)
    if batch.feed == "injuries":
        expectations += of_injuries(batch)
    else:
        expectations += [
            *of_games(batch),
            *of_lines(batch),
            *slates.expectations(batch, "espn_scoreboard"),
            _one_favourite(batch),
            _finished_games_have_a_winner(batch),
        ]
    return ExpectationSuite(name=f"raw_data.{batch.source}.{batch.feed}", expectations=expectations)


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    if batch.feed == "injuries":
        why = "healthy teams are not named, so the length of a report tells nothing"
        return {"the report names as many players as usual": why}
    return {"the prices are fresh": "nothing in the answer tells when a price changed"}


def _one_favourite(batch: RawBatch) -> object:
    price = f"case when l.price ~ '{NUMBER}' then l.price::float end"
    point = f"case when l.point ~ '{NUMBER}' then l.point::float end"
    return no_rows(
        "moneyline and spread name the same favourite",
        f"""
        with sides as (
            select
                l.source_event_id, l.bookmaker, coalesce(l.label, 'now') as label,
                max({price}) filter (where l.market = 'moneyline' and l.outcome = 'home') as home,
                max({price}) filter (where l.market = 'moneyline' and l.outcome = 'away') as away,
                max({point}) filter (where l.market = 'pointSpread' and l.outcome = 'home')
                    as spread
            from ({batch.rows()}) as l
            group by l.source_event_id, l.bookmaker, coalesce(l.label, 'now')
        ),
        judged as (
            select *, (home < away) <> (spread < 0) as contradicts from sides
            where abs(spread) >= {CLEAR_SPREAD} and home <> away
        )
        select * from judged
        where
            contradicts
            and (select avg(contradicts::int) from judged) > {MAXIMUM_LEANING}
        """,
        since=SINCE,
        reason="a swapped side is a bargain that nobody offers",
    )


def _finished_games_have_a_winner(batch: RawBatch) -> object:
    return no_rows(
        "a finished game has a winner",
        f"""
        select source_event_id, home_team, away_team, home_score, away_score
        from raw_data.games_raw
        where payload_id = {batch.payload_id} and completed and home_score = away_score
        """,
        severity="warning",
        since=SINCE,
        reason="a game that is called final while it is level is not over, or was cut short",
    )
