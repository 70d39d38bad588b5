"""Schedules and scores of any league from Goalserve, landed and judged."""

from datetime import timedelta

from airflow.sdk import dag

from linehouse.orchestration import landing_dag


@dag(
    **landing_dag.arguments(
        "goalserve",
        every=timedelta(minutes=10),
        doc_md="""
### Land Goalserve

Scores every 10 minutes while games are near, every 6 hours otherwise, and schedules. Needs a key
(`GOALSERVE_KEY`), which is part of the address and is kept out of whatever is stored or logged; off
without one.

`land` runs once per sport, each request on its own; `gate_raw` judges what came and owns the asset
`raw_data`; `report_held` turns the run red when a request failed or a batch was held.
""",
    )
)
def land_goalserve() -> None:
    landing_dag.land_and_gate("goalserve")


land_goalserve()
