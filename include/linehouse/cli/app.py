"""The commands of `linehouse`, put together."""

import os
import sys

import typer

from linehouse.cli import bench, data, decisions, pipeline, running
from linehouse.cli.output import fail
from linehouse.runtime.airflow import QUIET

app = typer.Typer(
    name="linehouse",
    help="A warehouse of betting lines.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
running.add_to(app)
pipeline.add_to(app)
data.add_to(app)
decisions.add_to(app)
bench.add_to(app)


def main() -> None:
    """Run a command; an error that the user can mend is one sentence, not a traceback."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except _mendable() as error:
        fail(str(error))


def _mendable() -> tuple[type[BaseException], ...]:
    """Errors whose text already says what is wrong and what to do."""
    import psycopg

    from linehouse.airflow_client import AirflowUnreachableError, RunFailedError
    from linehouse.clock import SandboxUnreachableError
    from linehouse.pipeline import NothingAcceptedError, RequestsFailedError
    from linehouse.runtime.postgres import PostgresError
    from linehouse.sources.base import SourceError
    from linehouse.trace import TraceError

    return (
        AirflowUnreachableError,
        FileNotFoundError,
        NothingAcceptedError,
        PostgresError,
        RequestsFailedError,
        RunFailedError,
        SandboxUnreachableError,
        SourceError,
        TimeoutError,
        TraceError,
        psycopg.OperationalError,
    )
