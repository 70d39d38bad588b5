"""Land many sources at once, each in a thread with connections of its own.

A thread that does not end in time (an operating system that never answers) is left behind: it can
still land what it fetched, and never keeps the others from being promoted.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import psycopg

from linehouse import clock
from linehouse.landing.of_source import Failure, SourceLanding, land_source
from linehouse.settings import Mode
from linehouse.sources.base import Request
from linehouse.sources.errors import UpstreamUnavailableError

log = logging.getLogger(__name__)

GRACE_SECONDS = 15.0
"""Beyond the time that requests may take: for writing what has come."""


def land_sources(
    mode: Mode,
    names: Sequence[str],
    run_key: str,
    seconds: float,
    *,
    before: Mapping[str, Sequence[Request]] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[SourceLanding]:
    """Land these sources; the results are in the order of the names.

    `before`: requests that go first, whose time does not count. A defect of one source, in whatever
    it does, is a failure of that source.

    Raises:
        psycopg.OperationalError: the warehouse does not answer; what came in by then is landed.
        SandboxUnreachableError: the clock of the sandbox does not answer.
    """
    now = clock.now(mode)
    told = _Sum(on_progress)
    before = before or {}
    turns = [
        _Turn(
            name,
            lambda name=name: land_source(  # type: ignore[misc]
                mode,
                name,
                run_key,
                now=now,
                seconds=seconds,
                before=before.get(name, ()),
                on_progress=told.of(name),
            ),
        )
        for name in names
    ]
    for turn in turns:
        turn.start()
    deadline = time.monotonic() + seconds + GRACE_SECONDS
    for turn in turns:
        turn.join(None if before.get(turn.name) else max(deadline - time.monotonic(), 0.0))
    for turn in turns:
        if isinstance(turn.error, psycopg.OperationalError):
            raise turn.error
    return [turn.outcome() for turn in turns]


class _Turn(threading.Thread):
    """One source at work."""

    def __init__(self, source: str, work: Callable[[], SourceLanding]) -> None:
        super().__init__(name=source, daemon=True)
        self._work = work
        self._began = time.monotonic()
        self._result: SourceLanding | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._result = self._work()
        except Exception as error:  # whatever it is, the other sources go on
            log.exception("%s could not be landed", self.name)
            self.error = error

    def outcome(self) -> SourceLanding:
        """What it did; an error, or no end in time, as its failure."""
        if self._result is not None:
            return self._result
        if self.error is not None:
            why = f"{type(self.error).__name__}: {self.error}"
        else:
            why = "it has not ended in time; what it lands later is judged by a later run"
        return SourceLanding(
            self.name,
            failures=[Failure(self.name, UpstreamUnavailableError(why))],
            seconds=round(time.monotonic() - self._began, 2),
        )


class _Sum:
    """Adds up how far the sources are."""

    def __init__(self, on_progress: Callable[[int, int], None] | None) -> None:
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._parts: dict[str, tuple[int, int]] = {}

    def of(self, name: str) -> Callable[[int, int], None] | None:
        """Where one source tells."""
        if self._on_progress is None:
            return None

        def tell(done: int, known: int) -> None:
            assert self._on_progress is not None
            with self._lock:
                self._parts[name] = (done, known)
                self._on_progress(
                    sum(done for done, _ in self._parts.values()),
                    sum(known for _, known in self._parts.values()),
                )

        return tell
