"""staging.start_times: one row per game and start as it was told, in order."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "start_times"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.start_times",
        expectations=[
            no_rows(
                "what was told of a start follows without gap or overlap",
                """
                with followed as (
                    select *, lead(told_from) over (partition by game_id order by telling) as next
                    from {batch}
                )
                select game_id, telling, told_from, told_to, next from followed
                where told_to is distinct from next or (telling = 1) <> (told_from is null)
                """,
                since=SINCE,
                reason="at each moment one start was believed",
            ),
        ],
    )
