"""curated.opportunities: one row per price that beats the sharp books' fair one, or is part of an
arbitrage."""

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
                "every price of positive value beats the sharp price by the minimum",
                "select game_id, bookmaker, market, side, price_decimal, sharp_prob, ev_pct"
                " from {batch} where is_positive_ev"
                " and (abs(ev_pct - 100 * (sharp_prob * price_decimal - 1)) > 0.01"
                " or ev_pct < (select value::numeric from ops.parameters"
                " where key = 'minimum_ev_pct')) is not false",
                since=SINCE,
                reason="the expected value is what the strategies trust",
            ),
            no_rows(
                "an arbitrage has two sides that pay the same profit",
                "select one.game_id, one.bookmaker, one.market, one.side, one.arbitrage_profit_pct"
                " from {batch} as one left join {batch} as other"
                " on one.other_line_id = other.line_id and one.line_id = other.other_line_id"
                " where one.is_arbitrage and (one.side <> other.side"
                " and one.stake_share + other.stake_share between 0.99999 and 1.00001"
                " and abs(100 * (one.stake_share * one.price_decimal - 1)"
                " - one.arbitrage_profit_pct) < 0.01) is not true",
                since=SINCE,
                reason="half of an arbitrage is a bet, and not a good one",
            ),
            no_rows(
                "no opportunity is too good to be true",
                "select game_id, bookmaker, market, side, price_american, ev_pct from {batch}"
                f" where ev_pct > {MAXIMUM_EV_PCT} or arbitrage_profit_pct > {MAXIMUM_EV_PCT}",
                severity="warning",
                since=SINCE,
                reason="stale lines look like bargains",
            ),
        ],
    )
