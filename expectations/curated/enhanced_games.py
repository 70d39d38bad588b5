"""curated.enhanced_games: one row per real game, with its result."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "enhanced_games"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.enhanced_games",
        expectations=[
            no_rows(
                "the result follows from the score",
                "select game_id, home_score, away_score, winner, margin, total_points from {batch}"
                " where total_points <> home_score + away_score"
                " or margin <> home_score - away_score"
                " or (winner = 'home' and home_score <= away_score)"
                " or (winner = 'away' and home_score >= away_score)",
                since=SINCE,
                reason="bets are settled by it",
            ),
        ],
    )
