"""curated.strategy_results: one row per run of a backtest."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "strategy_results"
SINCE = "2026-11-20"
ROUNDING = "1e-9"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.strategy_results",
        expectations=[
            no_rows(
                "every settled bet is counted once, by its result",
                "select run_id, strategy, bets from {batch}"
                " where bets <> won + half_won + pushed + half_lost + lost + voided"
                " or bets < 0 or open_bets < 0",
                since=SINCE,
                reason="pushes and voids that vanish make every rate better than it is",
            ),
            no_rows(
                "yield is profit over turnover, and there is one where there are bets",
                "select run_id, strategy, bets, turnover, profit, yield from {batch}"
                " where (bets > 0) is distinct from (turnover > 0)"
                " or (bets > 0) is distinct from (yield is not null)"
                f" or abs(yield * turnover - profit) > {ROUNDING} * turnover",
                since=SINCE,
                reason="the headline must follow from the bets",
            ),
            no_rows(
                "figures come with their intervals",
                "select run_id, strategy, bets, yield, yield_low, yield_high from {batch}"
                " where (yield is null) is distinct from (yield_low is null)"
                " or not (yield_low <= yield_high) or not (win_rate_low <= win_rate_high)"
                " or not (clv_price_ev_pct_low <= clv_price_ev_pct_high)",
                since=SINCE,
                reason="a figure without its interval says more than is known",
            ),
            no_rows(
                "shares and probabilities lie from 0 to 1",
                "select run_id, strategy, win_rate, max_drawdown, chance_prob, luck_prob"
                " from {batch} where not (win_rate between 0 and 1)"
                " or not (max_drawdown between 0 and 1) or not (chance_prob between 0 and 1)"
                " or not (luck_prob between 0 and 1) or not (beat_close_share between 0 and 1)",
                since=SINCE,
                reason="anything else was computed wrongly",
            ),
            no_rows(
                "luck is corrected for at least the variant itself",
                "select run_id, strategy, variant_count from {batch}"
                " where not coalesce(variant_count >= 1, false)"
                f" or abs(luck_prob + deflated_sharpe_prob - 1) > {ROUNDING}",
                since=SINCE,
                reason="the best of many variants looks good by luck",
            ),
        ],
    )
