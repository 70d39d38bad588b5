"""The command `linehouse`: one module per group of commands.

It does nothing that a DAG does not do. Where Airflow runs, a command triggers the DAG and follows
it; where it does not, the command runs the same steps in its own process.
"""

from linehouse.cli.app import app, main

__all__ = ["app", "main"]
