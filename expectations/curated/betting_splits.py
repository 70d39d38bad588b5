"""curated.betting_splits: every row of staging.betting_splits, with gap and disagreement."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "betting_splits"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.betting_splits",
        expectations=[
            no_rows(
                "no split of staging is lost or doubled",
                f"""
                with splits as (
                    select game_id, count(*) as splits from {{batch}} group by game_id
                ),
                staged as (
                    select t.game_id, s.splits
                    from {candidate}.touched_games as t
                    cross join lateral (
                        select count(*) as splits from staging.betting_splits as l
                        where l.game_id = t.game_id offset 0
                    ) as s
                    where s.splits > 0
                )
                select game_id, staged.splits as in_staging, splits.splits as here
                from staged full join splits using (game_id)
                where staged.splits is distinct from splits.splits
                """,
                since=SINCE,
                reason="counts reconcile between zones",
            ),
            no_rows(
                "gaps and disagreements are those of shares",
                "select game_id, source, market, side, valid_from, gap_pct from {batch}"
                " where is_valid and (abs(gap_pct) > 100 or disagreement_tickets_pct < 0"
                " or tellers < 1 or mean_tickets_pct not between 0 and 100)",
                since=SINCE,
                reason="a share is a part of a whole",
            ),
        ],
    )
