"""Pages about the warehouse, once a day: what its tables mean, and what the gates decided."""

from datetime import datetime

from airflow.sdk import TriggerRule, dag, get_current_context, task

from linehouse import dag_runs, run_parameters


@dag(
    schedule="30 9 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 0},
    params={"mode": run_parameters.mode()},
    tags=["docs"],
    doc_md="""
### Write the docs

Pages that nobody's lines wait for, made once a day and whenever this is triggered.

- `write_dbt_docs` makes dbt's site (overview, lineage, every table and column, worked queries)
  anew where the project changed since the last time; *Docs*, *Tables and columns* shows it. A run
  of `run_pipeline` does the same after its card.
- `write_data_docs` makes Great Expectations' pages about the newest verdicts of the gates; *Docs*,
  *Data Docs* shows them.

Each goes its own way: one that fails leaves the pages that stand.
""",
)
def write_docs() -> None:
    @task
    def write_dbt_docs() -> None:
        dag_runs.write_dbt_docs(get_current_context())

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def write_data_docs() -> str:
        from linehouse.promotion import build_data_docs

        (mode,) = dag_runs.modes_of(get_current_context())
        return str(build_data_docs(mode))

    write_dbt_docs() >> write_data_docs()


write_docs()
