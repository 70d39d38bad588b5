"""The simulator's clock: runs with real time from a moment that can be set, stopped and kept."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DEFAULT_START = datetime(2026, 4, 18, 15, 0, tzinfo=UTC)
EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
LATEST = datetime(2090, 1, 1, tzinfo=UTC)


class VirtualClock:
    """A clock that is kept in a file, so that it resumes where it was."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._base, self._frozen = DEFAULT_START, False
        self._since = time.monotonic()
        if path is not None and path.exists():
            self._restore(path)

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen

    def now(self) -> datetime:
        """The current virtual instant (UTC)."""
        if self._frozen:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def change(
        self,
        *,
        now: datetime | None = None,
        advance_seconds: float = 0.0,
        frozen: bool | None = None,
    ) -> datetime:
        """Set, then advance, then freeze or release; returns the new instant.

        Raises `ValueError` outside the years 2005 to 2089.
        """
        target = (now or self.now()) + timedelta(seconds=advance_seconds)
        if not EARLIEST <= target < LATEST:
            raise ValueError(f"the clock goes from {EARLIEST:%Y} to {LATEST:%Y}, not {target}")
        self._base, self._since = target, time.monotonic()
        if frozen is not None:
            self._frozen = frozen
        self.keep()
        return target

    def keep(self) -> None:
        """Write the current instant to the file, whole or not at all."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(self.state()) + "\n")
        draft.replace(self._path)

    def state(self) -> dict[str, Any]:
        """`now` and `frozen`, as they are kept and shown."""
        return {"now": iso(self.now()), "frozen": self._frozen}

    def _restore(self, path: Path) -> None:
        try:
            state = json.loads(path.read_text())
            self._base = datetime.fromisoformat(state["now"]).astimezone(UTC)
            self._frozen = bool(state["frozen"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is no clock of the sandbox; remove it: {error}") from error


def iso(moment: datetime) -> str:
    """An instant with microseconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
