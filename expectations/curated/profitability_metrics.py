"""curated.profitability_metrics: one row per run of a backtest, dimension and value."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "profitability_metrics"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.profitability_metrics",
        expectations=[
            no_rows(
                "the values of a dimension hold every bet of their run",
                "select m.run_id, m.dimension, sum(m.bets) as bets, sum(m.profit) as profit,"
                " r.bets as bets_of_run, r.profit as profit_of_run from {batch} as m"
                f" inner join {candidate}.strategy_results as r on m.run_id = r.run_id"
                " group by m.run_id, m.dimension, r.bets, r.profit, r.turnover"
                " having sum(m.bets) <> r.bets"
                " or abs(sum(m.profit) - r.profit) > 1e-6 * (1 + r.turnover)",
                since=SINCE,
                reason="a breakdown that leaves bets out hides where money was lost",
            ),
            no_rows(
                "yield is profit over turnover",
                "select run_id, dimension, value, turnover, profit, yield from {batch}"
                " where not (bets > 0 and turnover > 0)"
                " or abs(yield * turnover - profit) > 1e-9 * turnover",
                since=SINCE,
                reason="the figure must follow from the bets",
            ),
        ],
    )
