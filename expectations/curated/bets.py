"""curated.bets: one row per bet that a run of a backtest placed."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "bets"
SINCE = "2026-11-20"
ROUNDING = "1e-9"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.bets",
        expectations=[
            no_rows(
                "every bet was decided before its game, at a price seen by then",
                "select game_id, run_id, bet_number, price_observed_at, decision_at, commence_at"
                " from {batch} where decision_at >= commence_at"
                " or price_observed_at > decision_at",
                since=SINCE,
                reason="a bet on what is known already is no bet",
            ),
            no_rows(
                "every stake is above 0 and could be paid",
                "select game_id, run_id, bet_number, stake, bankroll_before from {batch}"
                f" where not (stake > 0 and stake <= bankroll_before * (1 + {ROUNDING}))",
                since=SINCE,
                reason="money that is not there cannot be bet",
            ),
            no_rows(
                "profit follows from stake, price and result",
                "select game_id, run_id, bet_number, stake, price_decimal, result, profit"
                " from {batch} where case result"
                "  when 'open' then profit is not null"
                "  else profit is null or abs(profit - stake * case result"
                "   when 'won' then price_decimal - 1 when 'half_won' then (price_decimal - 1) / 2"
                "   when 'push' then 0 when 'void' then 0 when 'half_lost' then -0.5"
                f"   when 'lost' then -1 end) > {ROUNDING} * stake * price_decimal end",
                since=SINCE,
                reason="the payout is fixed when the bet is placed",
            ),
            no_rows(
                "no bet counts twice",
                "select game_id, run_id, bookmaker, market, period, side, point, count(*) as copies"
                " from {batch}"
                " group by game_id, run_id, bookmaker, market, period, side, point"
                " having count(*) > 1",
                since=SINCE,
                reason="a bet that is there twice wins twice",
            ),
            no_rows(
                "the figures of a run are the sums of its bets",
                "select r.run_id, r.bets, r.open_bets, r.turnover, r.profit"
                f" from {candidate}.strategy_results as r"
                " left join {batch} as b on r.run_id = b.run_id"
                " group by r.run_id, r.bets, r.open_bets, r.turnover, r.profit"
                " having count(*) filter (where b.result <> 'open') <> r.bets"
                " or count(*) filter (where b.result = 'open') <> r.open_bets"
                " or abs(coalesce(sum(b.profit), 0) - r.profit) > 1e-6 * (1 + r.turnover)"
                " or abs(coalesce(sum(b.stake) filter (where b.result <> 'open'), 0) - r.turnover)"
                " > 1e-6 * (1 + r.turnover)",
                since=SINCE,
                reason="a figure whose bets cannot be shown is a claim",
            ),
        ],
    )
