"""Games of a view: their facts as they were known when each was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linehouse.betting.games import numbers, times
from linehouse.betting.odds import Floats
from linehouse.days import EASTERN

Places = NDArray[np.int64]
Texts = NDArray[Any]


@dataclass(frozen=True)
class ViewGames:
    """Facts of `g` games as they were known when each was decided.

    Attributes:
        game_id, sport_key, league, season, home_team, away_team, home_team_id, away_team_id: text
            (g,).
        game_date: slate day (g,), US Eastern.
        commence_at: start as then told (g,), UTC; NaT where no source tells one.
        decision_at: moment of decision (g,), UTC; NaT where the data has labels and no times.
        features: figures of the teams by name (g,), as of the morning before the decision; NaN
            where the warehouse has none.
    """

    game_id: Texts
    sport_key: Texts
    league: Texts
    season: Texts
    game_date: NDArray[np.datetime64]
    commence_at: NDArray[np.datetime64]
    decision_at: NDArray[np.datetime64]
    home_team: Texts
    away_team: Texts
    home_team_id: Texts
    away_team_id: Texts
    features: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keep = object.__setattr__
        for name in ("game_id", "sport_key", "league", "season", "home_team", "away_team",
                     "home_team_id", "away_team_id"):  # fmt: skip
            keep(self, name, np.asarray(getattr(self, name), dtype=object))
        keep(self, "game_date", times(self.game_date, "D"))
        keep(self, "commence_at", times(self.commence_at, "us"))
        keep(self, "decision_at", times(self.decision_at, "us"))
        keep(self, "features", {name: numbers(one) for name, one in self.features.items()})
        columns = [one for name, one in vars(self).items() if name != "features"]
        if {len(one) for one in (*columns, *self.features.values())} - {len(self.game_id)}:
            raise ValueError("there must be one of everything a game")
        if (self.decision_at >= self.commence_at).any():
            raise ValueError("a game is decided before it starts as then told")

    def __len__(self) -> int:
        return len(self.game_id)

    @cached_property
    def decision_day(self) -> NDArray[np.datetime64]:
        """Eastern day of the decision (g,); the slate day where the data has no times."""
        return np.where(np.isnat(self.decision_at), self.game_date, eastern_days(self.decision_at))

    @cached_property
    def seasons(self) -> tuple[Places, list[str]]:
        """Place of each game's season among those that are there (g,), and these."""
        return coded(self.season)

    @cached_property
    def months(self) -> tuple[Places, list[str]]:
        """Place of each decision's month among those that are there (g,), and these."""
        found, place = np.unique(self.decision_day.astype("datetime64[M]"), return_inverse=True)
        return place.astype(np.int64), [str(one) for one in found]

    @cached_property
    def listed_on(self) -> NDArray[np.datetime64]:
        """Eastern day for which the game was listed then (g,)."""
        return np.where(np.isnat(self.commence_at), self.game_date, eastern_days(self.commence_at))


def coded(values: Texts) -> tuple[Places, list[str]]:
    """Place of each text among those that are there (n,), and these."""
    codes, names = pd.factorize(values)
    return codes.astype(np.int64), [str(name) for name in names]


def eastern_days(moments: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Eastern day of each instant (n,), UTC; NaT stays."""
    return eastern_clock(moments).astype("datetime64[D]")


def mornings(moments: NDArray[np.datetime64], hour: int) -> NDArray[np.datetime64]:
    """Eastern day whose morning has come at each instant (n,), UTC: the one before until an hour of
    the day by Eastern clocks; NaT stays."""
    return (eastern_clock(moments) - np.timedelta64(hour, "h")).astype("datetime64[D]")


def eastern_clock(moments: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """What Eastern clocks show at each instant (n,), UTC; NaT stays."""
    zoned = pd.DatetimeIndex(moments.astype("datetime64[us]")).tz_localize("UTC")
    return zoned.tz_convert(EASTERN).tz_localize(None).to_numpy().astype("datetime64[us]")
