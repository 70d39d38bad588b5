"""What a strategy is: a name, its parameters, and a pure function from a market view to bets.

A strategy is a module of this package with the names of `Strategy`. It is given a view of the
market as it was knowable, and names rows of it; it never sees a result. One that learns is given
past results by a `History` that hands out none of the day in question or later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.odds import Floats
from linehouse.market.view import MarketView
from linehouse.strategies.parameters import Parameter


@dataclass(frozen=True)
class Bet:
    """One proposed bet. Probabilities and confidence 0 to 1, `ev_pct` 0 to 100, stake in units.
    Probability and `ev_pct` are None where the strategy states none."""

    strategy: str
    game_id: str
    sport_key: str
    commence_at: datetime
    home_team: str
    away_team: str
    bookmaker: str
    market: str
    period: str
    side: str
    point: float | None
    price_american: int
    price_decimal: float
    probability: float | None
    ev_pct: float | None
    stake_units: float
    rationale: str
    confidence: float
    source_observed_at: datetime
    """When the price was last seen."""
    batch_id: str
    quality_score: float | None
    line_id: str | None = None
    bundle: int = -1
    """Bets of a strategy with the same number are placed together or not at all; -1: on its own."""


@dataclass(frozen=True)
class Proposals:
    """`k` bets that a strategy proposes, each on one row of a view.

    Attributes:
        rows: of the view (k,), no row twice.
        probability: of winning (k,), 0 to 1; NaN where the strategy states none.
        confidence: 0 to 1 (k,).
        share: of an outlay that is spread over several bets (k,), such as both sides of an
            arbitrage; NaN for a bet of its own.
        bundle: bets with the same number are placed together or not at all (k,); -1 for a bet of
            its own.
    """

    rows: NDArray[np.int64]
    probability: Floats
    confidence: Floats
    share: Floats
    bundle: NDArray[np.int64]

    def __post_init__(self) -> None:
        if {len(one) for one in vars(self).values()} - {len(self.rows)}:
            raise ValueError("there must be one of everything a proposal")
        if (np.diff(np.sort(self.rows)) == 0).any():
            raise ValueError("a strategy proposes the same bet twice")
        for name in ("probability", "confidence", "share"):
            values = getattr(self, name)
            if (values < 0).any() or (values > 1).any():
                raise ValueError(f"a {name} outside 0 to 1")
        if np.isnan(self.confidence).any():
            raise ValueError("every proposal has a confidence")
        if (np.isnan(self.share) != (self.bundle < 0)).any():
            raise ValueError("a bet with a share belongs to a bundle, and no other")

    def __len__(self) -> int:
        return len(self.rows)

    def chosen(self, which: NDArray[Any]) -> "Proposals":
        """Some of them: a mask or places, in that order."""
        return Proposals(**{name: value[which] for name, value in vars(self).items()})


def proposals(rows: NDArray[Any], confidence: Any = 0.5, probability: Any = np.nan) -> Proposals:
    """Bets of their own on rows of a view (k,); figures are one for all or one for each."""
    places = np.asarray(rows, dtype=np.int64)
    size = places.shape
    return Proposals(
        places,
        np.broadcast_to(np.asarray(probability, dtype=np.float64), size).copy(),
        np.broadcast_to(np.asarray(confidence, dtype=np.float64), size).copy(),
        np.full(size, np.nan),
        np.full(size, -1, dtype=np.int64),
    )


class History(Protocol):
    """Past results, for strategies that learn."""

    def before(self, day: np.datetime64) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Games of the view whose results were known before an Eastern day.

        Returns:
            Their places (m,), points of the home side and of the away side (m,).
        """
        ...


class Strategy(Protocol):
    """What every strategy module offers.

    A module may offer more: `check(parameters)` raises ParameterError where values contradict each
    other; `states_probability(parameters)` is there where that depends on them; `BUNDLES = True`
    says that its bets are placed together or not at all.
    """

    NAME: str
    DESCRIPTION: str
    """One sentence."""
    PARAMETERS: tuple[Parameter, ...]
    STATES_PROBABILITY: bool
    """Whether its bets state a probability of winning; Kelly stakes need one."""
    NEEDS: frozenset[str]
    """What it needs beside prices: `features`, `history`."""

    def books(self, parameters: Mapping[str, Any]) -> tuple[str, ...] | None:
        """Where it bets; None for every book."""
        ...

    def propose(
        self, view: MarketView, parameters: Mapping[str, Any], history: History | None
    ) -> Proposals:
        """Bets on rows of the view that are allowed.

        Args:
            view: the market as it was knowable.
            parameters: all of them, as `parameters.resolve` gives them.
            history: past results, for a strategy that needs them.
        """
        ...

    def explain(
        self, view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]
    ) -> Sequence[str]:
        """Why, in words, for each of the bets."""
        ...
