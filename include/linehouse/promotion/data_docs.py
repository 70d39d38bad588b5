"""Data Docs: pages about verdicts, made on demand by Great Expectations' own site builder.

They are made from ops.gate_results, after the fact: no promotion waits for them.
"""

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg.rows import dict_row

from linehouse import database
from linehouse.promotion.zones import dbt_folder
from linehouse.settings import Mode

KEPT_VERDICTS = 50
"""Promotions and batches shown, the newest; the others stay in ops.gate_results."""


def data_docs_folder(mode: Mode) -> Path:
    """Where the site of a mode lives; `index.html` is its front page."""
    return dbt_folder(mode).parents[1] / "data_docs" / mode.value


def build_data_docs(mode: Mode, limit: int = KEPT_VERDICTS) -> Path:
    """Make the site anew from the newest verdicts; returns the path of its front page."""
    from great_expectations import get_context
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    mode = Mode(mode)
    folder = data_docs_folder(mode)
    folder.mkdir(parents=True, exist_ok=True)
    context: Any = get_context(mode="ephemeral")
    site_name = f"linehouse_{mode.value}"
    context.add_data_docs_site(
        site_name=site_name,
        site_config={
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    for (suite_name, run_name), rows in _verdicts(mode, limit).items():
        suite, result = _result(suite_name, rows)
        context.suites.add_or_update(suite)
        judged_at = rows[0]["judged_at"].astimezone(UTC)
        context.validation_results_store.set(
            ValidationResultIdentifier(
                expectation_suite_identifier=ExpectationSuiteIdentifier(suite_name),
                run_id=_run_identifier(run_name, judged_at),
                batch_identifier=run_name,
            ),
            result,
        )
    context.build_data_docs(site_names=[site_name])
    return folder / "index.html"


def _run_identifier(name: str, at: datetime) -> Any:
    from great_expectations.core.run_identifier import RunIdentifier

    return RunIdentifier(run_name=name, run_time=at)


def _verdicts(mode: Mode, limit: int) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Judgements by suite and by what was judged, newest subjects only."""
    with database.connect(mode) as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            """
            with subjects as (
                select coalesce('promotion ' || promotion_id, 'batch ' || batch_id) as subject,
                    max(gate_result_id) as newest
                from ops.gate_results
                group by 1
                order by newest desc
                limit %s
            )

            select g.*, s.subject
            from ops.gate_results as g
            inner join subjects as s
                on coalesce('promotion ' || g.promotion_id, 'batch ' || g.batch_id) = s.subject
            order by g.gate_result_id
            """,
            (limit,),
        ).fetchall()
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[(row["suite"], row["subject"])].append(row)
    return found


def _result(suite_name: str, rows: list[dict[str, Any]]) -> tuple[Any, Any]:
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    results = []
    for row in rows:
        detail = row["detail"]
        query = detail.get("kwargs", {}).get("unexpected_rows_query")
        configuration = ExpectationConfiguration(
            type="unexpected_rows_expectation",
            kwargs={
                "unexpected_rows_query": query
                or f"select 'none' from {{batch}} -- {row['expectation']}"
            },
            description=row["expectation"],
            severity=row["severity"],
            meta={key: detail[key] for key in ("since", "reason", "waived_by") if key in detail},
        )
        results.append(
            ExpectationValidationResult(
                success=row["success"],
                expectation_config=configuration,
                result={
                    "observed_value": row["unexpected_count"] or 0,
                    "details": {"unexpected_rows": detail.get("rows", [])},
                },
                exception_info={
                    "raised_exception": False,
                    "exception_message": None,
                    "exception_traceback": None,
                },
                meta={},
            )
        )
    passed = sum(result.success for result in results)
    statistics = {
        "evaluated_expectations": len(results),
        "successful_expectations": passed,
        "unsuccessful_expectations": len(results) - passed,
        "success_percent": 100.0 * passed / len(results),
    }
    suite = ExpectationSuite(
        name=suite_name, expectations=[result.expectation_config for result in results]
    )
    stops = any(not row["success"] and row["severity"] == "critical" for row in rows)
    return suite, ExpectationSuiteValidationResult(
        success=not stops,
        results=results,
        suite_name=suite_name,
        statistics=statistics,
        meta={"zone": rows[0]["zone"], "judged": rows[0]["subject"]},
    )
