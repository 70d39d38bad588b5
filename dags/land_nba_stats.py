"""Scoreboards from NBA.com, landed and judged."""

from datetime import timedelta

from airflow.sdk import dag

from linehouse.orchestration import landing_dag


@dag(
    **landing_dag.arguments(
        "nba_stats",
        every=timedelta(minutes=10),
        doc_md="""
### Land NBA.com

Scoreboards of the day, from the CDN and from the statistics service, every 10 minutes while games
are near, every 6 hours otherwise. No key; the service hangs instead of refusing, so its time-outs
are short and a hanging feed ends its own turn only.

`land` runs once per sport, each request on its own; `gate_raw` judges what came and owns the asset
`raw_data`; `report_held` turns the run red when a request failed or a batch was held.
""",
    )
)
def land_nba_stats() -> None:
    landing_dag.land_and_gate("nba_stats")


land_nba_stats()
