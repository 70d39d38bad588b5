"""Run one DAG in this process with Airflow's own machinery and print how it ended, as JSON.

Usage: python run_dag.py DAG_ID CONF_AS_JSON. Needs the environment of an Airflow with a database.
"""

import json
import sys
from pathlib import Path


def main(dag_id: str, conf: dict) -> None:
    from airflow.dag_processing.dagbag import DagBag

    folder = Path(__file__).parents[2] / "dags"
    dag = DagBag(dag_folder=str(folder / f"{dag_id}.py")).dags[dag_id]
    run = dag.test(run_conf=conf)
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        events = session.scalars(
            select(AssetEvent).where(AssetEvent.source_run_id == run.run_id)
        ).all()
        rung = [(event.asset.name, event.extra) for event in events]
    states = {}
    for instance in run.get_task_instances():
        states.setdefault(instance.task_id, []).append(str(instance.state))
    result = {"state": str(run.state), "tasks": states, "rung": rung}
    print("RESULT " + json.dumps(result), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
