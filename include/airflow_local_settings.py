"""Airflow imports this module when it starts; it is on PYTHONPATH for that.

In the scheduler (told by an environment variable) the heavy imports are made here, before its
executor forks.
"""

from linehouse.runtime import warm as _warm

__all__: list[str] = []

if _warm.wanted():
    _warm.warm()
