"""dbt's connections stay open from one node to the next, one for each of its threads.

dbt-postgres closes its connection after every node. A new one costs a server process, a login and
cold caches, for each of some sixty nodes of a promotion. Other adapters of dbt keep theirs (their
`reuse_connections`); the core renames an open connection and goes on with it. At the end of an
invocation dbt closes all that are left.
"""

from typing import Any


def keep_open() -> None:
    """Let dbt in this process keep its connections until an invocation ends; safe to repeat."""
    from dbt.adapters.postgres.connections import PostgresConnectionManager

    PostgresConnectionManager.release = _release


def _release(self: Any) -> None:
    """A node is done: roll back what it left open, and keep the connection for the next one."""
    with self.lock:
        connection = self.get_if_exists()
    if connection is None or connection.state != "open":
        return
    try:
        if connection.transaction_open:
            self._rollback(connection)
    except Exception:
        self.clear_thread_connection()
        raise
