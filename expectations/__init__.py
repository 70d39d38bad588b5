"""What must hold before anything may be read: one module per zone and entity, each with `suite()`.

A threshold is a dated claim with a reason; to loosen one is a change that somebody reviews. Only
`critical` expectations stop a promotion; `warning` and `info` are recorded and shown.
"""

from typing import Any, Literal

import great_expectations.expectations as gxe
from great_expectations.core.expectation_suite import ExpectationSuite

Severity = Literal["critical", "warning", "info"]


def no_rows(
    name: str,
    query: str,
    *,
    severity: Severity = "critical",
    since: str,
    reason: str,
    **meta: Any,
) -> gxe.UnexpectedRowsExpectation:
    """An expectation that `query` finds nothing.

    `name` is a sentence about what holds. `query` reads `{batch}`, the judged table, and returns
    the rows that break it, with their `game_id` where they have one.
    """
    if "{batch}" not in query:  # judged through tables that belong to it
        query += " /* of {batch} */"
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=query,
        severity=severity,
        description=name,
        meta={"since": since, "reason": reason, **meta},
    )


__all__ = ["ExpectationSuite", "Severity", "no_rows"]
