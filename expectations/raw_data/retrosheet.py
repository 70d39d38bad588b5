"""Batches of game logs: official results of a season. One file is one batch."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from expectations.raw_data import RawBatch
from expectations.raw_data.readable import (
    SINCE,
    games_name_two_teams,
    no_duplicate_games,
    no_unknown_fields,
    payload_is_readable,
)

TABLE = "games_raw"

MAXIMUM_WITHOUT_SCORE = 0.05
"""Since 2026-11-20: the logs of 2014 to 2017 have a score for every game."""
MAXIMUM_UNEVEN = 0.05
"""Since 2026-11-20: in the logs of 2014 to 2017 every line score adds up; old games were derived
from newspapers and may not."""


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one file."""
    return ExpectationSuite(
        name=f"raw_data.{batch.source}.{batch.feed}",
        expectations=[
            payload_is_readable(batch),
            no_unknown_fields(batch),
            no_duplicate_games(batch),
            games_name_two_teams(batch),
            _has_games(batch),
            _known_teams(batch),
            _scores(batch),
            _line_scores_add_up(batch),
        ],
    )


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    return {"the snapshot is of now": "an archive tells no times"}


def _has_games(batch: RawBatch) -> object:
    return no_rows(
        "the file holds games",
        f"select batch_id, feed from ops.batches where batch_id = '{batch.batch_id}'"
        f" and not exists (select from raw_data.games_raw where payload_id = {batch.payload_id})",
        since=SINCE,
        reason="a season without a game is a file that was not understood",
    )


def _known_teams(batch: RawBatch) -> object:
    return no_rows(
        "every team has a franchise",
        f"""
        select distinct t.team
        from raw_data.games_raw as g
        cross join lateral (values (g.away_team), (g.home_team)) as t (team)
        where g.payload_id = {batch.payload_id} and not exists (
            select from reference.team_aliases as a
            where
                a.league = 'mlb' and lower(a.alias) = lower(t.team)
                and coalesce(nullif(a.source, ''), 'retrosheet') = 'retrosheet'
        )
        """,
        severity="warning",
        since=SINCE,
        reason="franchises of other eras have codes of their own; their games stay unmatched",
    )


def _scores(batch: RawBatch) -> object:
    return no_rows(
        f"at most {MAXIMUM_WITHOUT_SCORE:.0%} of the games have no score",
        f"""
        with games as (
            select source_event_id, away_score, home_score,
                coalesce(away_score ~ '^[0-9]+$' and home_score ~ '^[0-9]+$', false) as valid
            from raw_data.games_raw where payload_id = {batch.payload_id}
        )
        select source_event_id, away_score, home_score from games
        where not valid and (select avg(valid::int) from games) < {1 - MAXIMUM_WITHOUT_SCORE}
        """,
        since=SINCE,
        reason="a log is written when a season is over",
    )


def _line_scores_add_up(batch: RawBatch) -> object:
    runs = " + ".join(
        f"(select coalesce(sum(r.run::int), 0) from jsonb_array_elements_text({side}) as r (run)"
        " where r.run ~ '^[0-9]+$')"
        for side in ("g.details -> 'periods_away'", "g.details -> 'periods_home'")
    )
    return no_rows(
        f"at most {MAXIMUM_UNEVEN:.0%} of the line scores do not add up",
        f"""
        with games as (
            select g.source_event_id, g.away_score, g.home_score, {runs} as runs,
                g.away_score::int + g.home_score::int as total
            from raw_data.games_raw as g
            where
                g.payload_id = {batch.payload_id}
                and g.away_score ~ '^[0-9]+$' and g.home_score ~ '^[0-9]+$'
                and jsonb_array_length(g.details -> 'periods_home') > 0
        )
        select source_event_id, away_score, home_score, runs from games
        where
            runs <> total
            and (select avg((runs = total)::int) from games) < {1 - MAXIMUM_UNEVEN}
        """,
        since=SINCE,
        reason="fields that moved would give other sums",
    )
