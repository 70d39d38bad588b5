"""Signals of a market as known at moments: steam, reverse line movement and the like."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.odds import Floats


@dataclass(frozen=True)
class Signals:
    """`s` signals that were detected at or before the decision on their game.

    Attributes:
        game: place of the game in the view (s,).
        kind: as in `staging.sharp_action_signals` (s,).
        market, side: values of `Market` and `Side` (s,): the side that the signal favours.
        period: text (s,).
        age_seconds: from the detection to the decision (s,), 0 or more.
        strength, confidence: 0 to 1 (s,).
        move_prob: size of the move in probability (s,); NaN where nothing moved.
    """

    game: NDArray[np.int64]
    kind: NDArray[Any]
    market: NDArray[np.int8]
    side: NDArray[np.int8]
    period: NDArray[Any]
    age_seconds: Floats
    strength: Floats
    confidence: Floats
    move_prob: Floats

    def __post_init__(self) -> None:
        if {len(one) for one in vars(self).values()} - {len(self.game)}:
            raise ValueError("there must be one of everything a signal")
        if (self.age_seconds < 0).any():
            raise ValueError("a signal was detected after the decision")

    def __len__(self) -> int:
        return len(self.game)

    @classmethod
    def none(cls) -> "Signals":
        """No signals."""
        empty, texts = np.empty(0), np.empty(0, dtype=object)
        codes = np.empty(0, dtype=np.int8)
        return cls(
            np.empty(0, np.int64), texts, codes, codes, texts, empty, empty, empty, empty
        )  # fmt: skip
