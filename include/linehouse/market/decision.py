"""When a game is decided: so many hours before its start, at a label of the data, or now."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from linehouse.betting.games import Times, times

DEFAULT_HOURS = 1.0
LABELS = ("open", "close")
CLOSE_HOURS = 1 / 3600
"""A game with known times closes a second before its start as then told."""
LONGEST_HOURS = 24.0 * 14
BEGINNING = np.datetime64("1900-01-01", "us")
END = np.datetime64("2200-01-01", "us")


class DecisionError(ValueError):
    """What is no moment of decision."""


@dataclass(frozen=True)
class Decision:
    """The moment at which games are decided; one of the three.

    Attributes:
        hours: before the start as it was then told.
        label: `open`: when one of the allowed books first shows a line; `close`: just before the
            start as then told. Of archives without times, what they label so.
        at: this moment (UTC), for all games that have not started.
    """

    hours: float | None = None
    label: str | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        if [self.hours, self.label, self.at].count(None) != 2:
            raise DecisionError("a decision is made some hours before, at a label, or at a moment")
        if self.hours is not None and not 0 < self.hours <= LONGEST_HOURS:
            raise DecisionError(
                f"{self.hours} hours before the start: it must be above 0 and at most "
                f"{LONGEST_HOURS:g}"
            )
        if self.label is not None and self.label not in LABELS:
            raise DecisionError(f"{self.label!r} is no label of prices: {' or '.join(LABELS)}")

    @classmethod
    def of(cls, price: str | float) -> "Decision":
        """From `open`, `close` or a number of hours.

        Raises:
            DecisionError: none of these.
        """
        if price in LABELS:
            return cls(label=str(price))
        try:
            return cls(hours=float(price))
        except (TypeError, ValueError) as error:
            if isinstance(error, DecisionError):
                raise
            raise DecisionError(
                f"{price!r} is no moment of decision: open, close or a number of hours"
            ) from None

    @property
    def price(self) -> str | float:
        """As `of` reads it; the moment as text where it is one."""
        if self.at is not None:
            return self.at.astimezone(UTC).isoformat()
        return self.label if self.label is not None else float(self.hours or 0)


def moments(
    decision: Decision, starts: pd.DataFrame, first_seen: pd.DataFrame | None = None
) -> pd.DataFrame:
    """When each game is decided, and its start as then told.

    A start that is told anew moves the decision, as long as it has not come: the moment is the
    first at which the start then told is so near. A game that has started as then told is never
    decided.

    Args:
        decision: the rule.
        starts: one row per game and telling: `game_id`, `told_from` (null for the first),
            `told_to` (null for the last), `commence_at`.
        first_seen: with the label `open`, when a line of an allowed book was first seen: `game_id`,
            `first_seen_at`.

    Returns:
        Columns `game_id`, `decision_at`, `commence_at`; only games that are decided.
    """
    start = times(starts["commence_at"], "us")
    told_from = times(starts["told_from"], "us")
    told_to = times(starts["told_to"], "us")
    told_from = np.where(np.isnat(told_from), BEGINNING, told_from)
    told_to = np.where(np.isnat(told_to), END, told_to)
    at: Times
    if decision.at is not None:
        at = np.full(len(starts), np.datetime64(decision.at.astimezone(UTC).replace(tzinfo=None)))
    elif decision.label == "open":
        assert first_seen is not None, "when each game was first seen is needed"
        at = looked_up(starts["game_id"], first_seen["game_id"], first_seen["first_seen_at"])
    else:
        hours = CLOSE_HOURS if decision.label == "close" else float(decision.hours or 0)
        ahead = np.timedelta64(round(hours * 3600 * 1e6), "us")
        at = np.maximum(start - ahead, told_from)
    at = at.astype("datetime64[us]")
    good = (at >= told_from) & (at < told_to) & (at < start)
    found = pd.DataFrame(
        {"game_id": starts["game_id"].to_numpy(), "decision_at": at, "commence_at": start}
    )[good]
    return (
        found.sort_values(["decision_at", "commence_at"])
        .drop_duplicates("game_id")
        .reset_index(drop=True)
    )


def looked_up(wanted: Any, keys: Any, values: Any) -> Times:
    """The moment that belongs to each wanted key (n,); NaT where the keys do not have it."""
    place = pd.Index(np.asarray(keys, dtype=object)).get_indexer(np.asarray(wanted, dtype=object))
    known = np.append(times(values, "us"), np.datetime64("NaT", "us"))
    return known[place]
