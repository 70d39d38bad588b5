"""Suites of landed batches: each judges one batch by its own raw rows.

The suite of a source is `suite(batch)`; `TABLE` is the table of raw_data that it is about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

LINES = "raw_data.betting_lines_raw"


@dataclass(frozen=True)
class Snapshot:
    """An accepted snapshot of all games of a sport, which another is compared with."""

    payload_id: int
    observed_at: datetime
    landed_on: tuple[date, ...]
    """Days whose partitions hold its lines."""


@dataclass(frozen=True)
class RawBatch:
    """What is known of a landed batch when it is judged."""

    batch_id: UUID
    payload_id: int
    source: str
    feed: str
    sport_key: str | None
    observed_at: datetime | None
    historical: bool
    landed_on: tuple[date, ...]
    """Days whose partitions hold its lines."""
    now: datetime
    """The clock of the mode."""
    landed_at: datetime | None = None
    """When it landed by that clock; None: not known, because the sandbox's clock can be set."""
    judged_before: bool = False
    """Whether it was landed, and judged, under an earlier state of the clock."""
    usual: tuple[Snapshot, ...] = ()
    """The accepted snapshots that tell what volume is usual, nearest first."""
    nearest: Snapshot | None = None
    """The accepted snapshot that its sides are compared with."""

    def rows(self, table: str = "{batch}") -> str:
        """Its own lines."""
        return rows_of([self.payload_id], self.landed_on, table)


def rows_of(payload_ids: Iterable[int], days: Iterable[date], table: str = LINES) -> str:
    """The lines of some payloads, looked for in the partitions of these days alone."""
    payloads = ", ".join(map(str, payload_ids)) or "null"
    listed = ", ".join(f"date '{day.isoformat()}'" for day in sorted(set(days))) or "null"
    return f"select * from {table} where payload_id in ({payloads}) and landed_on in ({listed})"
