"""The betting card, chosen anew from what curated has just published."""

from datetime import timedelta

from airflow.sdk import dag, get_current_context, task

from linehouse.orchestration import assets, dag_runs, run_parameters


@dag(
    schedule=assets.CURATED,
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 2, "retry_delay": timedelta(seconds=5)},
    params={"mode": run_parameters.MODE_OF_ASSET},
    tags=["curated", "strategies"],
    doc_md="""
### Run the strategies

Chooses `curated.betting_card` from the market as it stands, by the strategies of `CARD_STRATEGIES`
(by default prices at retail books that beat the sharp books' price without margin, one per game
and market), at flat stakes. What a limit of the settings vetoes (`LIMIT_PER_DAY`, ...) is not on
it; the task's log says what and why. The card passes a gate and is published like every other
curated table. Games that have started keep their rows.
""",
)
def run_strategies() -> None:
    @task(outlets=[assets.BETTING_CARD])
    def choose_card() -> None:
        context = get_current_context()
        modes = dag_runs.modes_of(context)
        dag_runs.choose_card(context, modes)
        dag_runs.ring(context, assets.BETTING_CARD, modes)

    choose_card()


run_strategies()
