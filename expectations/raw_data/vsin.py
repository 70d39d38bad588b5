"""Batches of VSiN: one book's page of splits."""

from typing import Any

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from expectations.raw_data import RawBatch, favourites, slates
from expectations.raw_data.readable import SINCE, common
from expectations.raw_data.rows_of_kinds import of_games, of_lines, of_splits
from linehouse.sources.availability import http_sources
from linehouse.sources.feeds import feeds_of

TABLE = "betting_lines_raw"
BOOKS_EVERY_GAME = ("splits_dk",)
"""Feeds of books that list every game of a day."""

MAXIMUM_PLACEHOLDERS = 0.9
"""Since 2026-11-20: share of the sides of a day's games that may show 50 and 50, which the page
does before anybody has bet; a page of nothing else has lost its numbers."""
FEWEST_SIDES = 24
"""Since 2026-11-20: four games; on fewer, all can be fresh."""


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch."""
    return ExpectationSuite(
        name=f"raw_data.{batch.source}.{batch.feed}",
        expectations=[
            *common(batch),
            *of_games(batch),
            *of_lines(batch),
            *of_splits(batch),
            *slates.expectations(batch, "vsin_data"),
            *favourites.expectations(batch, "vsin_data", "Money", "Spread"),
            _not_all_placeholders(batch),
            *_empty_out_of_season(batch),
        ],
    )


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    return {"the page is fresh": "nothing on it tells when it was renewed"}


def _not_all_placeholders(batch: RawBatch) -> Any:
    return no_rows(
        f"at most {MAXIMUM_PLACEHOLDERS:.0%} of the shares are placeholders",
        f"""
        with sides as (
            select s.source_event_id, s.market, s.outcome, s.details ? 'placeholder' as fresh
            from raw_data.betting_splits_raw as s
            where s.payload_id = {batch.payload_id}
        )
        select * from sides
        where fresh
            and (select count(*) from sides) >= {FEWEST_SIDES}
            and (select avg(fresh::int) from sides) > {MAXIMUM_PLACEHOLDERS}
        """,
        severity="warning",
        since=SINCE,
        reason="50 and 50 everywhere is a page before its first bets, and no news of the public",
    )


def _empty_out_of_season(batch: RawBatch) -> list[Any]:
    """A page without a game is one of a day without games: nobody else names one that is still to
    start within the day's slate."""
    if batch.feed not in BOOKS_EVERY_GAME or batch.sport_key is None:
        return []
    others = [
        f"'{name}'"
        for name, source in http_sources().items()
        if name != batch.source and feeds_of(source, "scores")
    ]
    return [
        no_rows(
            "a page without games is one of a day without games",
            f"""
            with page as (
                select
                    b.observed_at, b.sport_key,
                    (b.observed_at at time zone 'America/New_York')::date as day_et
                from ops.batches as b
                where b.payload_id = {batch.payload_id} and not exists (
                    select from raw_data.games_raw as g where g.payload_id = {batch.payload_id}
                )
            )
            select g.source, g.home_team, g.away_team, g.commence_at
            from page
            cross join lateral (
                select game.* from raw_data.games_raw as game
                where
                    game.source in ({", ".join(others)})
                    and game.sport_key = page.sport_key
                    and coalesce(
                        game.game_date_et,
                        (game.commence_at at time zone 'America/New_York')::date
                    ) = page.day_et
                    and game.state = 'scheduled' and game.commence_at > page.observed_at
                    and game.observed_at > page.observed_at - interval '1 day'
                    and game.observed_at <= page.observed_at
                limit 3
            ) as g
            """,
            since=SINCE,
            reason="a page that lost its table looks like one out of season",
        )
    ]
