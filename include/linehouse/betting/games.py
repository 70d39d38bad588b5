"""What is known of games when bets on them are settled, as arrays with one place for each game."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linehouse.betting.odds import Floats

Times = NDArray[np.datetime64]


class Status(IntEnum):
    """Where a game stands; the words of the warehouse in lower case."""

    SCHEDULED = 0
    LIVE = 1
    FINAL = 2
    POSTPONED = 3
    """Not begun, and not played since."""
    SUSPENDED = 4
    """Halted, and not resumed since."""
    CANCELLED = 5


@dataclass(frozen=True)
class Games:
    """Facts of `g` games. What is left out, or null, is unknown.

    Lists, columns of a frame and arrays will do; they are kept as arrays.

    Attributes:
        league: text (g,), as in the seed of settlement rules.
        status: `Status`, or its name in any case (g,).
        home_score, away_score: points (g,), the final ones; of a halted game as they stand.
        home_segments, away_segments: points by quarter or inning (g, s), overtimes behind; null
            where not played.
        played: minutes or innings played (g,), 8.5 where the home side did not bat in the ninth;
            a final game of which it is unknown counts as played in full.
        scheduled: minutes or innings that the game was meant to last (g,), where shorter than usual
            (7 for the second game of a doubleheader in 2020).
        started_at, started_on: first start (g,), UTC and its Eastern day.
        resumed_at, resumed_on: when a halted game went on (g,), null where it was not halted.
        halted_home, halted_away, halted_played: score and length (g,) when a game was halted that
            was resumed since.
        seen_at, seen_on: when somebody looked at the game last (g,), UTC and its Eastern day; of a
            halted one nothing more is expected where it is unknown.
    """

    league: NDArray[Any]
    status: NDArray[np.int8]
    home_score: Floats
    away_score: Floats
    home_segments: Floats | None = None
    away_segments: Floats | None = None
    played: Floats | None = None
    scheduled: Floats | None = None
    started_at: Times | None = None
    started_on: Times | None = None
    resumed_at: Times | None = None
    resumed_on: Times | None = None
    halted_home: Floats | None = None
    halted_away: Floats | None = None
    halted_played: Floats | None = None
    seen_at: Times | None = None
    seen_on: Times | None = None

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "league", np.asarray(self.league, dtype=object))
        keep(self, "status", codes(self.status, Status))
        for name in ("home_score", "away_score", "home_segments", "away_segments", "played",
                     "scheduled", "halted_home", "halted_away", "halted_played"):  # fmt: skip
            if (value := getattr(self, name)) is not None:
                keep(self, name, numbers(value))
        for name, unit in (("started_at", "s"), ("resumed_at", "s"), ("seen_at", "s"),
                           ("started_on", "D"), ("resumed_on", "D"), ("seen_on", "D")):  # fmt: skip
            if (value := getattr(self, name)) is not None:
                keep(self, name, times(value, unit))
        self._check()

    def __len__(self) -> int:
        return len(self.league)

    def _check(self) -> None:
        for name, value in vars(self).items():
            if value is not None and len(value) != len(self.league):
                raise ValueError(f"{len(value)} {name} for {len(self.league)} games")
        for name in ("home_score", "away_score", "home_segments", "away_segments", "played",
                     "scheduled", "halted_home", "halted_away", "halted_played"):  # fmt: skip
            value = getattr(self, name)
            if value is not None and (value < 0).any():
                raise ValueError(f"{name} below 0 in game {int(np.argwhere(value < 0)[0][0])}")
        home, away = self.home_segments, self.away_segments
        if (home is None) != (away is None):
            raise ValueError("segments of one side only")
        if home is not None and away is not None and (home.ndim != 2 or home.shape != away.shape):
            raise ValueError("segments must be two tables of the same shape (games, segments)")


def innings_played(home_segments: Any, away_segments: Any) -> Floats:
    """Innings (g,) that line scores (g, s) show: 8.5 where the home side has no ninth."""
    home, away = numbers(home_segments), numbers(away_segments)
    shown = np.arange(1, away.shape[1] + 1)
    top = np.where(np.isnan(away), 0, shown).max(axis=1, initial=0)
    bottom = np.where(np.isnan(home), 0, shown).max(axis=1, initial=0)
    return np.where(top == 0, np.nan, np.where(bottom < top, top - 0.5, top))


def codes(values: Any, kind: type[IntEnum]) -> NDArray[np.int8]:
    """Numbers of an enumeration's members, given as such or by name.

    Raises:
        ValueError: one is none of them.
    """
    array = np.asarray(values)
    if array.dtype.kind in "iu":
        unknown = set(np.unique(array).tolist()) - {int(one) for one in kind}
        if unknown:
            raise ValueError(f"{sorted(unknown)} is no {kind.__name__.lower()}")
        return array.astype(np.int8)
    places, names = pd.factorize(array.astype(object))
    known = {one.name.lower(): int(one) for one in kind}
    try:
        found = [known[str(name).lower()] for name in names]
    except KeyError as error:
        would_do = ", ".join(known)
        raise ValueError(
            f"{error.args[0]!r} is no {kind.__name__.lower()}; there are {would_do}"
        ) from None
    if (places < 0).any():
        raise ValueError(f"no {kind.__name__.lower()} at position {int(np.argmin(places))}")
    return np.array([*found, 0], dtype=np.int8)[places]


def numbers(values: Any) -> Floats:
    """An array of floats; nulls are NaN."""
    if isinstance(values, pd.Series):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(values, dtype=np.float64)


def times(values: Any, unit: str) -> Times:
    """An array of UTC instants (`s`) or days (`D`); nulls are NaT."""
    array = np.asarray(values)
    if array.dtype.kind == "M":
        return array.astype(f"datetime64[{unit}]")
    zoned = pd.to_datetime(pd.Series(values, dtype=object), utc=True)
    return zoned.dt.tz_localize(None).to_numpy().astype(f"datetime64[{unit}]")
