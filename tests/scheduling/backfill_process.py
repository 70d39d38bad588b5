"""Executes a plan in a process of its own, for tests that kill it. Not a test itself.

Usage: python backfill_process.py PLAN_ID [LANDINGS]: with LANDINGS the process kills itself (signal
9) right after so many landings, before it has written down that the step is done.
"""

import os
import signal
import sys
from typing import Any

from linehouse.backfill import execute, store
from linehouse.settings import Mode


def main(plan_id: int, landings: int | None) -> None:
    """Execute it, or as much of it as the process lives for."""
    mark = store.mark
    count = 0

    def counted(*arguments: Any, **more: Any) -> None:
        nonlocal count
        count += 1
        if count == landings:
            os.kill(os.getpid(), signal.SIGKILL)
        mark(*arguments, **more)

    if landings is not None:
        store.mark = counted
    execute.execute(Mode.SANDBOX, plan_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
