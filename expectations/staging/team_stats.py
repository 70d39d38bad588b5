"""staging.team_stats: one row per source, team, season, scope, game and state seen."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "team_stats"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.team_stats",
        expectations=[
            no_rows(
                "wins and losses are no more than games, and nothing is below zero",
                "select team_season_id, source, scope, games, wins, losses from {batch}"
                " where wins + losses > games"
                " or least(games, wins, losses, points_for, points_against) < 0",
                since=SINCE,
                reason="a column that moved is read as another",
            ),
            no_rows(
                "figures follow each other",
                "select team_season_id, source, scope, source_event_id, observed_at, superseded_at"
                " from {batch} where superseded_at <= observed_at",
                since=SINCE,
                reason="one state of a figure stands at one moment",
            ),
        ],
    )
