"""What becomes of a proposed bet before its game."""

from enum import IntEnum


class Verdict(IntEnum):
    """Placed, or why not."""

    PLACED = 0
    NO_EDGE = 1
    """Kelly stakes nothing on it."""
    BELOW_MINIMUM = 2
    UNAFFORDABLE = 3
    """What is left of the bankroll cannot pay it."""
    LIMIT_PER_BET = 4
    LIMIT_PER_DAY = 5
    LIMIT_PER_GAME = 6
    LIMIT_PER_BOOK = 7
    DRAWDOWN_STOP = 8
    OTHER_LEG = 9
    """Another bet of its bundle is not placed."""
    NO_PROBABILITY = 10
    """Kelly needs one, and the strategy states none for this bet."""
