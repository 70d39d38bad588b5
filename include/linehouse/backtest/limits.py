"""Risk limits: they veto a bet and say why. Nothing gets past them; there is no switch for it."""

from dataclasses import dataclass, fields

import numpy as np

from linehouse.backtest.verdicts import Verdict
from linehouse.betting.odds import Floats


class LimitError(ValueError):
    """A limit that is none."""


@dataclass(frozen=True)
class Limits:
    """The most that may be at risk, as shares of the bankroll (0.05 is 5 %); None is no limit.

    Attributes:
        per_bet: stake of one bet.
        per_day: stakes of all bets of one Eastern day.
        per_game: stakes of all open bets on one game.
        per_book: stakes of all open bets at one book.
        drawdown: once the bankroll has fallen so far below its peak, nothing more is bet.
    """

    per_bet: float | None = None
    per_day: float | None = None
    per_game: float | None = None
    per_book: float | None = None
    drawdown: float | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                object.__setattr__(self, field.name, float(value))
            if value is not None and not 0 < value <= 1:
                raise LimitError(
                    f"limit {field.name} is {value}: it must be above 0 and at most 1 "
                    "(a share of the bankroll)"
                )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) is not None for field in fields(self))


class Exposure:
    """What is at stake on games and at books, and what limits say of one more bet."""

    def __init__(self, limits: Limits, games: int, books: int) -> None:
        self._limits = limits
        self.by_game: Floats = np.zeros(games)
        self.by_book: Floats = np.zeros(books)
        self._today = 0.0

    def begin_day(self) -> None:
        """No bet was placed yet today."""
        self._today = 0.0

    def judge(self, stake: float, game: int, book: int, bankroll: float) -> Verdict:
        """Whether a bet would be within all limits; of those it breaks the narrowest is told."""
        limits, room = self._limits, bankroll * (1 + 1e-12)
        for limit, at_stake, verdict in (
            (limits.per_bet, stake, Verdict.LIMIT_PER_BET),
            (limits.per_game, self.by_game[game] + stake, Verdict.LIMIT_PER_GAME),
            (limits.per_book, self.by_book[book] + stake, Verdict.LIMIT_PER_BOOK),
            (limits.per_day, self._today + stake, Verdict.LIMIT_PER_DAY),
        ):
            if limit is not None and at_stake > limit * room:
                return verdict
        return Verdict.PLACED

    def place(self, stake: float, game: int, book: int) -> None:
        """Put a bet among those at stake; a negative stake takes it back as if never placed."""
        self._today += stake
        self.settle(-stake, game, book)

    def settle(self, stake: float, game: int, book: int) -> None:
        """Take a bet from those at stake."""
        self.by_game[game] -= stake
        self.by_book[book] -= stake
