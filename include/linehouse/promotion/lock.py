"""One promotion at a time for the whole warehouse: the lock, and the connection that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from linehouse import database
from linehouse.settings import Mode

LOCK_KEY = 0x11E40_0001
LOCK_WAIT_SECONDS = 900


class PromotionBusyError(RuntimeError):
    """Another promotion, or a deployment, held the lock for too long."""


@contextmanager
def promotion_lock(
    mode: Mode, role: database.Role = "etl", wait_seconds: int = LOCK_WAIT_SECONDS
) -> Iterator[psycopg.Connection[Any]]:
    """Hold the promotion lock of a mode; yields the connection that owns it.

    The lock belongs to the session and is taken outside any transaction, so what a later
    transaction sees was committed by whoever held it before. Everything that a promotion changes
    goes through this very connection: should it break, the lock and the work are gone together.
    The server notices a killed client within half a second. Raises `PromotionBusyError`.
    """
    with database.connect(mode, role, autocommit=True) as connection:
        connection.execute("set client_connection_check_interval = '500ms'")
        connection.execute(f"set lock_timeout = '{wait_seconds}s'")
        try:
            connection.execute("select pg_advisory_lock(%s)", (LOCK_KEY,))
        except psycopg.errors.LockNotAvailable as error:
            raise PromotionBusyError(
                f"another promotion of mode {mode} has run for more than {wait_seconds} s; "
                "see ops.promotions for the one that is not finished"
            ) from error
        connection.execute("reset lock_timeout")
        yield connection


def lock_out_promotions(connection: psycopg.Connection[Any]) -> None:
    """Keep promotions waiting until the caller's transaction ends; waits for one that runs."""
    connection.execute("select pg_advisory_xact_lock(%s)", (LOCK_KEY,))
