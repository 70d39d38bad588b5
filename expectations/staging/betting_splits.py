"""staging.betting_splits: one row per game, source, book, market, period, side and interval."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "betting_splits"
SINCE = "2026-11-20"

PAIR = "game_id, source, bookmaker, market, period"
MINIMUM_VALID_SHARE = 0.90
"""Since 2026-11-20: of the splits that a source shows; captured slates have 0.97 and more."""
MINIMUM_ROWS = 50
"""Since 2026-11-20: a share of fewer rows than this says nothing."""
GREATEST_DEVIATION = 3
"""Since 2026-11-20: shares of both sides sum to 100 within this, on the loosest page (VSIN)."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.betting_splits",
        expectations=[
            no_rows(
                "intervals of one split do not overlap",
                f"""
                with followed as (
                    select *, lead(valid_from) over (
                        partition by {PAIR}, side order by valid_from, valid_to nulls last
                    ) as next_from
                    from {{batch}} where valid_from is not null
                )
                select {PAIR}, side, valid_from, valid_to, next_from from followed
                where next_from < coalesce(valid_to, 'infinity') or valid_to <= valid_from
                """,
                since=SINCE,
                reason="the public has one opinion at one moment",
            ),
            no_rows(
                "valid shares lie within 0 and 100 per cent, and at least one is known",
                f"""
                select {PAIR}, side, valid_from, tickets_pct, money_pct from {{batch}}
                where is_valid and (
                    tickets_pct not between 0 and 100 or money_pct not between 0 and 100
                    or coalesce(tickets_pct, money_pct) is null
                )
                """,
                since=SINCE,
                reason="a share is a part of a whole, and no data is no opinion",
            ),
            no_rows(
                f"valid shares of both sides sum to 100 within {GREATEST_DEVIATION}",
                f"""
                select {PAIR}, valid_from, sum(tickets_pct) as tickets_pct,
                    sum(money_pct) as money_pct
                from {{batch}} where is_valid
                group by {PAIR}, valid_from, valid_to
                having count(distinct side) = 2 and count(*) = 2 and (
                    (
                        count(tickets_pct) = 2
                        and abs(sum(tickets_pct) - 100) > {GREATEST_DEVIATION}
                    )
                    or (count(money_pct) = 2 and abs(sum(money_pct) - 100) > {GREATEST_DEVIATION})
                )
                """,
                since=SINCE,
                reason="pairs outside are flagged, so an unflagged one was never judged",
            ),
            no_rows(
                f"at least {MINIMUM_VALID_SHARE:.0%} of the splits that are shown are valid",
                f"""
                with splits as (
                    select * from {{batch}} where not 'split_absent' = any (validation_notes)
                )
                select {PAIR}, side, valid_from, tickets_pct, money_pct, validation_notes
                from splits
                where
                    not is_valid and (
                        select avg(is_valid::int) < {MINIMUM_VALID_SHARE}
                        and count(*) >= {MINIMUM_ROWS} from splits
                    )
                """,
                since=SINCE,
                reason="single bad rows are flagged; many of them are a fault of their own",
            ),
        ],
    )
