"""curated.betting_lines_enhanced: one row per line of staging, with what it is worth."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "betting_lines_enhanced"
SINCE = "2026-11-20"

ROUNDING = 0.0001
"""Since 2026-11-20: probabilities are kept to six decimals."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.betting_lines_enhanced",
        expectations=[
            no_rows(
                "no line of staging is lost or doubled",
                f"""
                with lines as (
                    select game_id, count(*) as lines from {{batch}} group by game_id
                ),
                staged as (
                    select t.game_id, s.lines
                    from {candidate}.touched_games as t
                    cross join lateral (
                        select count(*) as lines from staging.betting_lines as l
                        where l.game_id = t.game_id offset 0
                    ) as s
                    where s.lines > 0
                )
                select game_id, staged.lines as in_staging, lines.lines as here
                from staged full join lines using (game_id)
                where staged.lines is distinct from lines.lines
                """,
                since=SINCE,
                reason="counts reconcile between zones",
            ),
            no_rows(
                "probabilities lie between 0 and 1",
                "select game_id, bookmaker, market, side, implied_prob, no_vig_prob from {batch}"
                " where implied_prob not between 0 and 1 or no_vig_prob not between 0 and 1"
                " or consensus_prob not between 0 and 1 or sharp_prob not between 0 and 1",
                since=SINCE,
                reason="anything else is no probability",
            ),
            no_rows(
                "an implied probability is the price turned over",
                "select game_id, bookmaker, market, side, price_decimal, implied_prob from {batch}"
                f" where abs(implied_prob - 1 / nullif(price_decimal, 0)) > {ROUNDING}",
                since=SINCE,
                reason="stake times odds is the payout",
            ),
            no_rows(
                "invalid lines take part in nothing",
                "select game_id, bookmaker, market, side, validation_notes from {batch}"
                " where not is_valid and (is_best_price or no_vig_prob is not null)",
                since=SINCE,
                reason="whatever decides on lines leaves out what is wrong",
            ),
            no_rows(
                "fair probabilities of a pair add up to 1",
                f"""
                select game_id, source, bookmaker, market, period, valid_from,
                    sum(no_vig_prob) as total
                from {{batch}}
                where is_valid and no_vig_prob is not null
                group by game_id, source, bookmaker, market, period, valid_from, valid_to,
                    is_opening, is_closing, abs(point)
                having count(*) = 2 and count(distinct side) = 2
                and abs(sum(no_vig_prob) - 1) > {ROUNDING}
                """,
                severity="warning",
                since=SINCE,
                reason="sides that start together are seen against each other",
            ),
        ],
    )
