"""Processes that carry this Linehouse's mark in their environment, and their end.

Children inherit the mark, so whatever a crash leaves behind is found by it, and nothing that
another user, program or Linehouse started ever is.
"""

import os
from collections.abc import Iterable, Iterator

import psutil

from linehouse.runtime.layout import MARKER, Layout


def find(layout: Layout, **variables: str) -> list[psutil.Process]:
    """Living processes with the mark of this home and these environment variables.

    Leaves out the caller and its ancestors, so that a supervised task can ask too.
    """
    return list(_find(layout, variables))


def _find(layout: Layout, variables: dict[str, str]) -> Iterator[psutil.Process]:
    wanted = {MARKER: str(layout.home), **variables}
    kept = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        if process.pid in kept:
            continue
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            environment = process.environ()
        except (psutil.Error, OSError):
            continue
        if all(environment.get(name) == value for name, value in wanted.items()):
            yield process


def end(processes: Iterable[psutil.Process], seconds: float = 5.0) -> list[psutil.Process]:
    """Terminate, and after `seconds` kill; returns those that are still there."""
    processes = list(processes)
    for process in processes:
        _send(process, terminate=True)
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        _send(process, terminate=False)
    _, alive = psutil.wait_procs(alive, timeout=seconds)
    return list(alive)


def _send(process: psutil.Process, *, terminate: bool) -> None:
    try:
        if terminate:
            process.terminate()
        else:
            process.kill()
    except psutil.Error:
        pass


def describe(process: psutil.Process) -> str:
    """`name (pid 12)`."""
    try:
        return f"{process.name()} (pid {process.pid})"
    except psutil.Error:
        return f"pid {process.pid}"
