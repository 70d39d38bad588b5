"""curated.betting_card: one row per bet that a strategy proposes."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "betting_card"
SINCE = "2026-11-20"

MAXIMUM_STAKE_UNITS = 10
"""Since 2026-11-20: a unit is a hundredth of a bankroll or more; no single bet is worth ten."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.betting_card",
        expectations=[
            no_rows(
                "every bet was chosen before its game",
                "select game_id, strategy, bookmaker, market, side, chosen_at, commence_at"
                " from {batch} where chosen_at >= commence_at or source_observed_at > chosen_at",
                since=SINCE,
                reason="a bet on what is known already is no bet",
            ),
            no_rows(
                f"stakes lie above 0 and up to {MAXIMUM_STAKE_UNITS} units",
                "select game_id, strategy, bookmaker, market, side, stake_units from {batch}"
                f" where not (stake_units > 0 and stake_units <= {MAXIMUM_STAKE_UNITS})",
                since=SINCE,
                reason="there is no way to force past a limit",
            ),
            no_rows(
                "prices, probabilities and values are possible",
                "select game_id, strategy, bookmaker, market, side, price_decimal, probability,"
                " ev_pct from {batch}"
                " where not (price_decimal > 1 and probability > 0 and probability < 1)"
                " or confidence not between 0 and 1 or ev_pct <= 0",
                since=SINCE,
                reason="a bet without value is not proposed",
            ),
            no_rows(
                "a strategy bets on one side of a market",
                "select game_id, strategy, market, period, count(distinct side) as sides"
                " from {batch} where bundle_id is null group by game_id, strategy, market, period"
                " having count(distinct side) > 1",
                since=SINCE,
                reason="both sides together lose the margin",
            ),
            no_rows(
                "bets that belong together pay the same whatever happens, and more than they cost",
                "select bundle_id, min(stake_units * price_decimal) as least,"
                " sum(stake_units) as outlay from {batch} where bundle_id is not null"
                " group by bundle_id"
                " having min(stake_units * price_decimal) <= sum(stake_units)"
                " or max(stake_units * price_decimal) > 1.001 * min(stake_units * price_decimal)"
                " or count(*) < 2",
                since=SINCE,
                reason="a bundle that lost a leg is a bet that nobody chose",
            ),
        ],
    )
