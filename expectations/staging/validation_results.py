"""staging.validation_results: one row per row and rule that it broke."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "validation_results"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.validation_results",
        expectations=[
            no_rows(
                "every rule is declared",
                "select game_id, entity, rule, detail from {batch}"
                " where rule not in (select rule from reference.validation_rules)",
                since=SINCE,
                reason="a rule without a severity would decide nothing",
            ),
            no_rows(
                "every event is matched to a game",
                "select batch_id, entity_key, detail from {batch} where rule = 'unmatched_team'",
                severity="warning",
                since=SINCE,
                reason="a team that nobody knows needs an alias",
            ),
        ],
    )
