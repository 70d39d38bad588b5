"""curated.opportunities: one row per price that beats the sharp books' fair one."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "opportunities"
SINCE = "2026-11-20"

MAXIMUM_EV_PCT = 30
"""Since 2026-11-20: a price that pays so much more than sharp books think is an error of somebody;
such prices are shown, and watched."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    as_of = "(select value::timestamptz from ops.parameters where key = 'as_of')"
    return ExpectationSuite(
        name="curated.opportunities",
        expectations=[
            no_rows(
                "only games that have not started are offered",
                f"select game_id, bookmaker, market, side, commence_at from {{batch}}"
                f" where commence_at <= {as_of} or observed_at > {as_of}",
                since=SINCE,
                reason="nobody can bet on a game that runs, or at a price from the future",
            ),
            no_rows(
                "every opportunity beats the sharp price by the minimum",
                "select game_id, bookmaker, market, side, price_decimal, sharp_prob, ev_pct"
                " from {batch} where abs(ev_pct - 100 * (sharp_prob * price_decimal - 1)) > 0.01"
                " or ev_pct < (select value::numeric from ops.parameters"
                " where key = 'minimum_ev_pct')",
                since=SINCE,
                reason="the expected value is what the strategies trust",
            ),
            no_rows(
                "no opportunity is too good to be true",
                "select game_id, bookmaker, market, side, price_american, ev_pct from {batch}"
                f" where ev_pct > {MAXIMUM_EV_PCT}",
                severity="warning",
                since=SINCE,
                reason="stale lines look like bargains",
            ),
        ],
    )
