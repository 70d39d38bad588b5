"""What a strategy is: a name, its parameters, and a pure function from prices to bets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pandas as pd


@dataclass(frozen=True)
class Bet:
    """One proposed bet. Probabilities and confidence 0 to 1, `ev_pct` 0 to 100, stake in units."""

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
    probability: float
    ev_pct: float
    stake_units: float
    rationale: str
    confidence: float
    source_observed_at: datetime
    """When the price was last seen."""
    batch_id: str
    quality_score: float | None
    line_id: str | None = None


class Strategy(Protocol):
    """What every strategy module offers."""

    NAME: str

    def default_parameters(self) -> Mapping[str, Any]:
        """Parameters by name, with the values that settings give them."""
        ...

    def propose(
        self, opportunities: pd.DataFrame, parameters: Mapping[str, Any], at: datetime
    ) -> list[Bet]:
        """Bets on the opportunities (rows of `curated.opportunities`) as known at `at` (UTC)."""
        ...
