"""Batches of NBA.com: scoreboards, and seasons of results with both teams' figures."""

from typing import Any

from expectations import ExpectationSuite, no_rows
from expectations.raw_data import RawBatch
from expectations.raw_data.readable import MINIMUM_VALID_SHARE, SINCE, common
from expectations.raw_data.results import (
    figures_of_games_once,
    games_are_of_the_day,
    points_make_the_score,
)
from expectations.raw_data.rows_of_kinds import of_games, of_team_stats

TABLE = "games_raw"


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch, by what its feed gives."""
    expectations: list[Any] = [
        *common(batch),
        *of_games(batch),
        *of_team_stats(batch),
        *points_make_the_score(batch),
    ]
    if batch.feed == "scoreboard":
        expectations += games_are_of_the_day(batch, "GameDate")
    if batch.feed == "game_finder":
        expectations += [figures_of_games_once(batch), _both_sides(batch)]
    return ExpectationSuite(name=f"raw_data.{batch.source}.{batch.feed}", expectations=expectations)


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Nothing is left out."""
    return {}


def _both_sides(batch: RawBatch) -> Any:
    return no_rows(
        f"at least {MINIMUM_VALID_SHARE:.0%} of the games have the figures of both sides",
        f"""
        with judged as (
            select source_event_id, count(*) as sides from raw_data.team_stats_raw
            where payload_id = {batch.payload_id} and scope = 'game' group by source_event_id
        )
        select * from judged
        where sides <> 2 and (select avg((sides = 2)::int) from judged) < {MINIMUM_VALID_SHARE}
        """,
        since=SINCE,
        reason="there are two rows a game; an answer that was cut has single ones",
    )
