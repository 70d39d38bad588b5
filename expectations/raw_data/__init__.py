"""Suites of landed batches: each judges one batch by its own raw rows.

The suite of a source is `suite(batch)`; `TABLE` is the table of raw_data that it is about.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


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
    previous_payload_id: int | None = None
    """The accepted payload before it of the same source, feed and sport; None: none is known."""
    previous_landed_on: tuple[date, ...] = ()
    row_count: int = 0

    def rows(self, table: str = "{batch}") -> str:
        """Its own lines."""
        return _rows(table, self.payload_id, self.landed_on)

    def previous_rows(self, table: str = "{batch}") -> str:
        """The lines of the accepted payload before it."""
        return _rows(table, self.previous_payload_id or 0, self.previous_landed_on)


def _rows(table: str, payload_id: int, days: tuple[date, ...]) -> str:
    listed = ", ".join(f"date '{day.isoformat()}'" for day in days) or "null"
    return f"select * from {table} where payload_id = {payload_id} and landed_on in ({listed})"
