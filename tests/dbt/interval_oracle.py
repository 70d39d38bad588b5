"""What staging.betting_lines must hold for a series of snapshots, worked out snapshot by snapshot.

Written apart from the SQL and in another way: a walk through time with what stands in hand, where
the models number snapshots and group islands.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Key(NamedTuple):
    """A side of one market of one event at one book."""

    event: str
    bookmaker: str
    market: str
    side: str


class Value(NamedTuple):
    """What a line says."""

    price: int
    point: float | None


@dataclass
class Snapshot:
    """What one payload of one sport shows."""

    observed_at: datetime
    commence: dict[str, datetime]
    """Event to the start that the snapshot tells; events that it does not name are absent."""
    lines: dict[Key, Value]
    markets: frozenset[str] = frozenset({"h2h", "spreads", "totals"})
    bookmakers: frozenset[str] | None = None


@dataclass(order=True)
class Interval:
    """One row of staging.betting_lines."""

    key: Key
    valid_from: datetime
    value: Value = field(compare=False)
    in_play: bool = field(compare=False)
    last_observed_at: datetime = field(compare=False)
    told_commence_at: datetime | None = field(compare=False)
    valid_to: datetime | None = field(compare=False, default=None)
    observations: int = field(compare=False, default=1)
    is_opening: bool = field(compare=False, default=False)
    is_closing: bool = field(compare=False, default=False)


def intervals(
    snapshots: Iterable[Snapshot], witnesses: dict[str, list[datetime]] | None = None
) -> list[Interval]:
    """All intervals, in order of key and time.

    Args:
        snapshots: in any order, at different moments.
        witnesses: event to the moments at which another feed saw it at or after its start.
    """
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.observed_at)
    keys = {key for snapshot in ordered for key in snapshot.lines}
    found: list[Interval] = []
    for key in sorted(keys):
        found.extend(_of_side(key, ordered, (witnesses or {}).get(key.event, [])))
    return sorted(found)


def _of_side(key: Key, ordered: list[Snapshot], witnesses: list[datetime]) -> list[Interval]:
    rows: list[Interval] = []
    standing: Interval | None = None
    commence: datetime | None = None
    last_before_start: datetime | None = None
    standing_before_start: Interval | None = None
    started_at = max(witnesses, default=None)
    first_line = min(s.observed_at for s in ordered if any(k.event == key.event for k in s.lines))
    for snapshot in ordered:
        now = snapshot.observed_at
        if now < first_line:
            continue
        commence = snapshot.commence.get(key.event, commence)
        in_play = commence is not None and now >= commence
        if in_play and not (started_at and started_at > now):
            started_at = now
        covers = key.market in snapshot.markets and (
            snapshot.bookmakers is None or key.bookmaker in snapshot.bookmakers
        )
        if not covers:
            continue
        value = snapshot.lines.get(key)
        if standing and (value != standing.value or in_play != standing.in_play):
            standing.valid_to, standing = now, None
        if value is not None and standing is None:
            standing = Interval(key, now, value, in_play, now, commence)
            rows.append(standing)
        elif standing:
            standing.last_observed_at, standing.told_commence_at = now, commence
            standing.observations += 1
        if not in_play:
            last_before_start, standing_before_start = now, standing
    opening = next((row for row in rows if not row.in_play), None)
    if opening is not None:
        opening.is_opening = True
    witnessed = started_at and last_before_start and started_at > last_before_start
    if standing_before_start and witnessed:
        standing_before_start.is_closing = True
    return rows
