"""Public shares at DraftKings and Circa from VSiN's pages, landed and judged."""

from datetime import timedelta

from airflow.sdk import dag

from linehouse.orchestration import landing_dag


@dag(
    **landing_dag.arguments(
        "vsin",
        every=timedelta(minutes=15),
        doc_md="""
### Land VSiN

The public's share of tickets and money at DraftKings and at Circa, read from pages whose columns
are found by their head, every 15 minutes while games are near, every 6 hours otherwise. No key. The
terms of use do not say whether pages may be read so; it is off until the user turns it on.

`land` runs once per sport, each request on its own; `gate_raw` judges what came and owns the asset
`raw_data`; `report_held` turns the run red when a request failed or a batch was held.
""",
    )
)
def land_vsin() -> None:
    landing_dag.land_and_gate("vsin")


land_vsin()
