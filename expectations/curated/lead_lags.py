"""curated.lead_lags: which book moved before which other, how often and by how long."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "lead_lags"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.lead_lags",
        expectations=[
            no_rows(
                "nobody follows itself, or before the leader",
                "select game_id, market, leader, follower, follows, least_lag_seconds from {batch}"
                " where leader = follower or follows < 1 or least_lag_seconds <= 0"
                " or mean_lag_seconds not between least_lag_seconds and greatest_lag_seconds",
                since=SINCE,
                reason="moves seen in one snapshot are no lead",
            ),
        ],
    )
