"""Public shares and prices from SportsBettingDime, landed and judged."""

from datetime import timedelta

from airflow.sdk import dag

from linehouse.orchestration import landing_dag


@dag(
    **landing_dag.arguments(
        "sbd",
        every=timedelta(minutes=15),
        doc_md="""
### Land SportsBettingDime

The public's share of tickets and money, and six books' prices, every 15 minutes while games are
near, every 6 hours otherwise. No key.

`land` runs once per sport, each request on its own; `gate_raw` judges what came and owns the asset
`raw_data`; `report_held` turns the run red when a request failed or a batch was held.
""",
    )
)
def land_sbd() -> None:
    landing_dag.land_and_gate("sbd")


land_sbd()
