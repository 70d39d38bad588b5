"""What must hold before anything may be read: one module per zone and entity, each with `suite()`.

A threshold is a dated claim with a reason; to loosen one is a change that somebody reviews. Only
`critical` expectations stop a promotion; `warning` and `info` are recorded and shown.
"""

from typing import Any, ClassVar, Literal

import great_expectations.expectations as gxe
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.expectation import get_metric_kwargs
from great_expectations.validator.metric_configuration import MetricConfiguration

Severity = Literal["critical", "warning", "info"]
COUNT = "unexpected_rows_query.row_count"
ROWS = "unexpected_rows_query.table"


class NoRows(gxe.UnexpectedRowsExpectation):
    """Great Expectations' own, but rows are fetched only where there are any: its own runs every
    query twice, to count and to fetch."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (COUNT,)

    def _validate(
        self,
        metrics: dict[Any, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> Any:
        rows: Any = []
        if metrics[COUNT]:
            arguments = get_metric_kwargs(
                metric_name=ROWS,
                configuration=self.configuration,
                runtime_configuration=runtime_configuration,
            )
            wanted = MetricConfiguration(
                metric_name=ROWS,
                metric_domain_kwargs=arguments["metric_domain_kwargs"],
                metric_value_kwargs=arguments["metric_value_kwargs"],
            )
            (rows,) = execution_engine.resolve_metrics([wanted]).values()
        return super()._validate({**metrics, ROWS: rows}, runtime_configuration, execution_engine)


def no_rows(
    name: str,
    query: str,
    *,
    severity: Severity = "critical",
    since: str,
    reason: str,
    **meta: Any,
) -> NoRows:
    """An expectation that `query` finds nothing.

    `name` is a sentence about what holds. `query` reads `{batch}`, the judged table, and returns
    the rows that break it, with their `game_id` where they have one.
    """
    if "{batch}" not in query:  # judged through tables that belong to it
        query += " /* of {batch} */"
    return NoRows(
        unexpected_rows_query=query,
        severity=severity,
        description=name,
        meta={"since": since, "reason": reason, **meta},
    )


__all__ = ["ExpectationSuite", "NoRows", "Severity", "no_rows"]
