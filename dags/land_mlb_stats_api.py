"""Schedules, line scores, clubs and standings from MLB's statistics service, landed and judged."""

from datetime import timedelta

from airflow.sdk import dag

from linehouse.orchestration import landing_dag


@dag(
    **landing_dag.arguments(
        "mlb_stats_api",
        every=timedelta(minutes=10),
        doc_md="""
### Land MLB Stats API

Schedules with line scores every 10 minutes while games are near, every 6 hours otherwise; the feed
of each game once, when it is over; clubs and standings once a day. No key. Its terms allow
individual, non-commercial, non-bulk use, so it is off until the user turns it on.

`land` runs once per sport, each request on its own; `gate_raw` judges what came and owns the asset
`raw_data`; `report_held` turns the run red when a request failed or a batch was held.
""",
    )
)
def land_mlb_stats_api() -> None:
    landing_dag.land_and_gate("mlb_stats_api")


land_mlb_stats_api()
