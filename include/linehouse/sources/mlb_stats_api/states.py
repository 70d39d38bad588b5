"""What a game's status means at the MLB Stats API.

`abstractGameState` alone does not tell: a postponed game is Final by it, and one whose players warm
up is Live. `detailedState` decides; where it is new, the letter of `codedGameState` does.
"""

from collections.abc import Mapping
from typing import Any

from linehouse.sources.reading.answer_fields import optional_flag, text

STATES_BY_WORDS = (
    ("Postponed", "postponed"),
    ("Cancelled", "cancelled"),
    ("Canceled", "cancelled"),
    ("Suspended", "suspended"),
    ("Final", "final"),
    ("Game Over", "final"),
    ("Completed Early", "final"),
    ("Forfeit", "final"),
    ("Scheduled", "scheduled"),
    ("Pre-Game", "scheduled"),
    ("Warmup", "scheduled"),
    ("Delayed Start", "scheduled"),
    ("In Progress", "live"),
    ("Delayed", "live"),
    ("Manager challenge", "live"),
    ("Umpire review", "live"),
    ("Instant Replay", "live"),
)
"""By the beginning of `detailedState`, which can go on with a reason ("Completed Early: Rain")."""
STATES_BY_LETTER = {
    "S": "scheduled",
    "P": "scheduled",
    "I": "live",
    "M": "live",
    "N": "live",
    "F": "final",
    "O": "final",
    "Q": "final",
    "R": "final",
    "D": "postponed",
    "C": "cancelled",
    "T": "suspended",
    "U": "suspended",
}
UNSCORED = ("scheduled", "postponed", "cancelled")
"""States in which a score of 0 is none."""

STATUS_FIELDS = frozenset(
    {
        "abstractGameState", "codedGameState", "detailedState", "statusCode", "startTimeTBD",
        "abstractGameCode", "reason",
    }
)  # fmt: skip


def state_of(status: Mapping[str, Any], path: str, drift: set[str]) -> str | None:
    """One of `GAME_STATES`; None for a status that nobody knows."""
    words = text(status, "detailedState", path)
    for beginning, state in STATES_BY_WORDS:
        if words.casefold().startswith(beginning.casefold()):
            return state
    drift.add(f"status.detailedState={words}")
    return STATES_BY_LETTER.get(str(status.get("codedGameState")))


def start_is_told(status: Mapping[str, Any], doubleheader: str, number: int, path: str) -> bool:
    """Whether the start is a time and no placeholder: that of the second game of a doubleheader for
    one ticket (`Y`), which follows the first, never is."""
    to_be_told = optional_flag(status, "startTimeTBD", path) is True
    return not to_be_told and not (doubleheader == "Y" and number == 2)
