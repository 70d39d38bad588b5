"""curated.split_states: what the public had bet at the open, at each tier and at the close."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "split_states"
SINCE = "2026-11-20"
SERIES = "game_id, source, bookmaker, market, period, side"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.split_states",
        expectations=[
            no_rows(
                "every side that has a state has an opening one, and it is the first",
                f"""
                select {SERIES}, min(state_at) as first_at,
                    min(state_at) filter (where state = 'open') as opened_at
                from {{batch}} group by {SERIES}
                having min(state_at) filter (where state = 'open') is distinct from min(state_at)
                """,
                since=SINCE,
                reason="nothing is known before it is first seen",
            ),
        ],
    )
