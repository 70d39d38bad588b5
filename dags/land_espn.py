"""Scoreboards with prices, and injuries, from ESPN, landed and judged."""

from datetime import timedelta

from airflow.sdk import dag

from linehouse.orchestration import landing_dag


@dag(
    **landing_dag.arguments(
        "espn",
        every=timedelta(minutes=10),
        doc_md="""
### Land ESPN

Scoreboards of the NBA and MLB (states, scores by period, DraftKings' prices until the start) every
10 minutes while games are near, every 6 hours otherwise; injuries twice a day. No key.

`land` runs once per sport, each request on its own; `gate_raw` judges what came and owns the asset
`raw_data`; `report_held` turns the run red when a request failed or a batch was held.
""",
    )
)
def land_espn() -> None:
    landing_dag.land_and_gate("espn")


land_espn()
