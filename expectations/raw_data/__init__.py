"""Suites of landed batches: each judges one batch by its own raw rows.

A source's module here bears its name, or the one that the source says (`suite`: those that share
another's), and the raw gate finds it by that. It provides:

- `TABLE`: the table of raw_data that most of it is about (`games_raw`, `betting_splits_raw`, ...);
- `suite(batch) -> ExpectationSuite`, named `raw_data.<source>.<feed>`. Begin with
  `readable.common(batch)`, add what belongs to the rows that the feed gives, from `rows_of_kinds`:
  `of_games`, `of_lines`, `of_splits`, `of_injuries`, `of_team_stats`, `of_player_stats`,
  `of_movements` (each passes where there are no such rows, so a feed can have several of them),
  then whatever only this source can break;
- `not_judged(batch) -> dict[str, str]`: expectations that say nothing about this batch, and why;
- `VOLUME_FEEDS`, only where the volume of lines is judged (see `the_odds_api`).

That an answer holds rows at all the gate asks by itself, unless the source's `may_be_empty` names
the feed. A test hands a batch to each suite that it must stop.
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
    may_be_empty: bool = False
    """Whether its source says that this feed can hold no row."""

    def rows(self, table: str = "{batch}") -> str:
        """Its own lines."""
        return rows_of([self.payload_id], self.landed_on, table)


def rows_of(payload_ids: Iterable[int], days: Iterable[date], table: str = LINES) -> str:
    """The lines of some payloads, looked for in the partitions of these days alone."""
    payloads = ", ".join(map(str, payload_ids)) or "null"
    listed = ", ".join(f"date '{day.isoformat()}'" for day in sorted(set(days))) or "null"
    return f"select * from {table} where payload_id in ({payloads}) and landed_on in ({listed})"
