"""staging.player_stats: one row per source, player, team, season, scope, game and state seen."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "player_stats"
SINCE = "2026-11-20"

MAXIMUM_GAME_MINUTES = 90
"""Since 2026-11-20: 48 minutes and six overtimes (the most ever) are 78."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.player_stats",
        expectations=[
            no_rows(
                f"a player plays 0 to {MAXIMUM_GAME_MINUTES} minutes of a game",
                "select team_season_id, source, player, source_event_id, minutes from {batch}"
                f" where scope = 'game' and minutes not between 0 and {MAXIMUM_GAME_MINUTES}",
                since=SINCE,
                reason="minutes weigh injuries; seconds or the team's minutes are another column",
            ),
            no_rows(
                "figures follow each other",
                "select team_season_id, source, player, scope, source_event_id, observed_at,"
                " superseded_at from {batch} where superseded_at <= observed_at",
                since=SINCE,
                reason="one state of a figure stands at one moment",
            ),
        ],
    )
