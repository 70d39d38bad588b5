"""Games and statistics of teams and players from API-Basketball, landed and judged."""

from datetime import timedelta

from airflow.sdk import dag

from linehouse.orchestration import landing_dag


@dag(
    **landing_dag.arguments(
        "api_basketball",
        every=timedelta(hours=1),
        doc_md="""
### Land API-Basketball

Games with quarter scores, statistics of teams and players when a game is over, standings once a
day, within the day's quota; `season_statistics` and `head_to_head` only where the parameter
`feeds` names them. Needs a key (`API_BASKETBALL_KEY`); off without one.

`land` runs once per sport, each request on its own; `gate_raw` judges what came and owns the asset
`raw_data`; `report_held` turns the run red when a request failed or a batch was held.
""",
    )
)
def land_api_basketball() -> None:
    landing_dag.land_and_gate("api_basketball")


land_api_basketball()
