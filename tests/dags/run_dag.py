"""Run DAGs one after another in this process with Airflow's own machinery; tell how they ended.

Usage: python run_dag.py '[["dag_id", {conf}], ...]'. Needs the environment of an Airflow with a
database. Prints one line of JSON for each, behind the word RESULT.
"""

import json
import sys
from pathlib import Path


def run(dag_id: str, conf: dict) -> None:
    """Run one DAG to its end."""
    from airflow.dag_processing.dagbag import DagBag

    folder = Path(__file__).parents[2] / "dags"
    dag = DagBag(dag_folder=str(folder / f"{dag_id}.py")).dags[dag_id]
    ended = dag.test(run_conf=conf)
    from airflow.models.asset import AssetEvent
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        events = session.scalars(
            select(AssetEvent).where(AssetEvent.source_run_id == ended.run_id)
        ).all()
        rung = [(event.asset.name, event.extra) for event in events]
        review = session.scalars(
            select(DagRun)
            .where(DagRun.dag_id == "review_promotion")
            .order_by(DagRun.id.desc())
            .limit(1)
        ).first()
        asked = review.conf if review else None
    states = {}
    for instance in ended.get_task_instances():
        states.setdefault(instance.task_id, []).append(str(instance.state))
    result = {"state": str(ended.state), "tasks": states, "rung": rung, "review": asked}
    print("RESULT " + json.dumps(result), flush=True)


if __name__ == "__main__":
    for name, parameters in json.loads(sys.argv[1]):
        run(name, parameters)
