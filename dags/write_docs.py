"""Pages about the warehouse, once a day: what its tables mean, and what the gates decided."""

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, get_current_context, task

from linehouse.orchestration import dag_runs, run_parameters

# the first time when that hour comes, not while the first pipeline runs
DAILY = CronTriggerTimetable("30 9 * * *", timezone="UTC", run_immediately=False)


@dag(
    schedule=DAILY,
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 0},
    params={"mode": run_parameters.mode()},
    tags=["docs"],
    doc_md="""
### Write the docs

Pages that nobody's lines wait for, made once a day, after each run of `run_pipeline`, and whenever
this is triggered.

- `write_dbt_docs` makes dbt's site (overview, lineage, every table and column, worked queries)
  anew where the project changed since the last time; *Docs*, *Tables and columns* shows it.
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
