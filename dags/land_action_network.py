"""Games, prices by book, public shares and line history from Action Network, landed and judged."""

from datetime import timedelta

from airflow.sdk import dag

from linehouse.orchestration import landing_dag


@dag(
    **landing_dag.arguments(
        "action_network",
        every=timedelta(minutes=15),
        doc_md="""
### Land Action Network

Games, prices by book and the public's share of tickets and money (one consensus for all books)
every 15 minutes while games are near, every 6 hours otherwise; the day's line history with it. No
key. Its terms forbid automated access, so it is off until the user turns it on.

`land` runs once per sport, each request on its own; `gate_raw` judges what came and owns the asset
`raw_data`; `report_held` turns the run red when a request failed or a batch was held.
""",
    )
)
def land_action_network() -> None:
    landing_dag.land_and_gate("action_network")


land_action_network()
