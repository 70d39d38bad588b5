"""Great Expectations in this process: one ephemeral context and data source a database."""

import logging
import os

os.environ.setdefault("TQDM_DISABLE", "1")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import great_expectations
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult

from linehouse import database
from linehouse.promotion.judgement import Judgement
from linehouse.settings import Mode

# It logs several lines of level info for each expectation, which drown the log of a task. Airflow's
# own option (namespace_levels) holds for loggers of structlog alone.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

EXAMPLE_COLUMNS = 9
KEPT_ROWS = 20


def validate(
    mode: Mode,
    schema: str,
    table: str,
    suite: ExpectationSuite,
    elements: int | None = None,
    *,
    lasting: bool = False,
) -> list[Judgement]:
    """Judge a table by a suite. An expectation that cannot be evaluated counts as failed.

    `lasting` says that the table will be judged again: what GX knows of it is kept.
    """
    source = _data_source(database.dsn_parts(mode).url("psycopg2"), os.getpid())
    name = f"{schema}.{table}"
    if name in source.get_asset_names():
        if lasting:
            (definition,) = source.get_asset(name).batch_definitions
            result = definition.get_batch().validate(suite, result_format="COMPLETE")
            return [_read(one, suite.name, name, elements) for one in _results(result)]
        source.delete_asset(name)
    asset = source.add_table_asset(name=name, table_name=table, schema_name=schema)
    try:
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        result = batch.validate(suite, result_format="COMPLETE")
    finally:
        if not lasting:
            source.delete_asset(name)
    return [_read(one, suite.name, f"{schema}.{table}", elements) for one in _results(result)]


def _results(result: ExpectationSuiteValidationResult) -> Iterable[Any]:
    return result.results


@lru_cache(maxsize=4)
def _data_source(url: Any, pid: int) -> Any:
    """Per process: a connection inherited through fork must never be used by the child."""
    context: Any = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context.data_sources.add_postgres(
        f"warehouse_{pid}",
        connection_string=url.render_as_string(hide_password=False),
        kwargs={"pool_pre_ping": True, "isolation_level": "AUTOCOMMIT"},
    )


def _read(one: Any, suite: str, relation: str, elements: int | None) -> Judgement:
    config = one.expectation_config
    kwargs = {key: value for key, value in config.kwargs.items() if key != "batch_id"}
    query = kwargs.get("unexpected_rows_query")
    judgement = Judgement(
        suite=suite,
        name=config.description or config.type,
        severity=str(getattr(config.severity, "value", config.severity)),
        success=bool(one.success),
        element_count=elements,
        query=str(query).replace("{batch}", relation) if query else None,
        detail={"type": config.type, **(config.meta or {}), "kwargs": kwargs},
    )
    if one.exception_info.get("raised_exception") or "exception_message" not in one.exception_info:
        judgement.success = False
        judgement.example = _exception(one.exception_info)
        judgement.name += " (could not be evaluated)"
        return judgement
    outcome = one.result or {}
    judgement.element_count = outcome.get("element_count", elements)
    if query:
        rows = (outcome.get("details") or {}).get("unexpected_rows") or []
        judgement.unexpected_count = outcome.get("observed_value")
        judgement.detail["rows"] = [_plain(row) for row in rows[:KEPT_ROWS]]
        judgement.example = _example(rows[0]) if rows else None
    else:
        judgement.unexpected_count = outcome.get("unexpected_count")
        found = outcome.get("partial_unexpected_list") or []
        judgement.example = f"{kwargs.get('column', '')} {found[0]}".strip() if found else None
        judgement.detail["observed_value"] = str(outcome.get("observed_value"))
    return judgement


def _exception(info: dict[str, Any]) -> str:
    if "exception_message" in info:
        return " ".join(str(info["exception_message"]).split())[:300]
    messages = [one.get("exception_message") for one in info.values() if isinstance(one, dict)]
    return " ".join(str(messages).split())[:300]


def _plain(row: dict[str, Any]) -> dict[str, str | None]:
    return {key: None if value is None else str(value) for key, value in row.items()}


def _example(row: dict[str, Any]) -> str:
    known = [(key, value) for key, value in row.items() if value is not None]
    return " ".join(f"{key}={value}" for key, value in known[:EXAMPLE_COLUMNS])
