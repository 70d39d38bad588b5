"""Run DAGs one after another as tests/dags/run_dag.py does, each as a run that its timetable made.

Usage: python run_scheduled.py '[["dag_id", {conf}], ...]'. Not a test itself.
"""

import json
import sys
from typing import Any

from airflow.models import dagrun

from tests.dags.run_dag import run


def as_scheduled(create: Any) -> Any:
    """Airflow's helper for runs in this process makes them manual; here they are scheduled."""

    def created(**arguments: Any) -> Any:
        made = create(**arguments)
        made.run_type = "scheduled"
        arguments["session"].commit()
        return made

    return created


if __name__ == "__main__":
    dagrun.get_or_create_dagrun = as_scheduled(dagrun.get_or_create_dagrun)
    for name, parameters in json.loads(sys.argv[1]):
        run(name, parameters)
