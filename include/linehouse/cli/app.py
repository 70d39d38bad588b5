"""The commands of `linehouse`, put together."""

import os
import sys

import typer

from linehouse import logs
from linehouse.cli import (
    backfill,
    backtest,
    bench,
    data,
    decisions,
    fetch,
    pipeline,
    running,
    schedule,
)
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
fetch.add_to(app)
data.add_to(app)
decisions.add_to(app)
schedule.add_to(app)
backfill.add_to(app)
backtest.add_to(app)
bench.add_to(app)


def main() -> None:
    """Run a command; an error that the user can mend is one sentence, not a traceback."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        logs.to_file()
        app(prog_name="linehouse")
    except KeyboardInterrupt:
        sys.exit(130)
    except _mendable() as error:
        fail(str(error))


def _mendable() -> tuple[type[BaseException], ...]:
    """Errors whose text already says what is wrong and what to do."""
    import psycopg

    from linehouse.archives import ArchiveError
    from linehouse.backfill.making import WishError
    from linehouse.backfill.plan import PlanFileError
    from linehouse.backfill.store import UnknownPlanError
    from linehouse.backtest.asking import AskedError
    from linehouse.backtest.claims.record import ClaimError
    from linehouse.backtest.limits import LimitError
    from linehouse.backtest.request import RequestError
    from linehouse.backtest.result import ResultError
    from linehouse.backtest.store import UnknownRunError
    from linehouse.betting.settlement_rules import SettlementRuleError
    from linehouse.clock import SandboxUnreachableError
    from linehouse.market.decision import DecisionError
    from linehouse.orchestration.airflow_client import AirflowUnreachableError
    from linehouse.own_seeds import OwnSeedsError
    from linehouse.pipeline import NothingAcceptedError, RequestsFailedError
    from linehouse.promotion.hold import UnknownBatchError
    from linehouse.promotion.invoke import BuildError
    from linehouse.promotion.lock import PromotionBusyError
    from linehouse.promotion.promote import GateFailed
    from linehouse.promotion.publish import PublishError
    from linehouse.promotion.raw_gate import NoSuiteError
    from linehouse.promotion.zones import NotDeployedError
    from linehouse.runtime.postgres import PostgresError
    from linehouse.runtime.prechecks import PrecheckError
    from linehouse.runtime.preparation import PreparationError
    from linehouse.runtime.supervisor import SupervisorError
    from linehouse.settings import SettingsError
    from linehouse.sources.errors import SourceError
    from linehouse.strategies.card import CardError
    from linehouse.strategies.parameters import ParameterError
    from linehouse.trace import TraceError

    return (
        AirflowUnreachableError,
        ArchiveError,
        AskedError,
        BuildError,
        CardError,
        ClaimError,
        DecisionError,
        FileNotFoundError,
        GateFailed,
        LimitError,
        NoSuiteError,
        NotDeployedError,
        NothingAcceptedError,
        OwnSeedsError,
        ParameterError,
        PlanFileError,
        PostgresError,
        PrecheckError,
        PreparationError,
        PromotionBusyError,
        PublishError,
        RequestError,
        RequestsFailedError,
        ResultError,
        SandboxUnreachableError,
        SettingsError,
        SettlementRuleError,
        SourceError,
        SupervisorError,
        TimeoutError,
        TraceError,
        UnknownBatchError,
        UnknownPlanError,
        UnknownRunError,
        WishError,
        psycopg.OperationalError,
    )
