"""What a schedule is for. Light: DAG files import it."""

from datetime import timedelta
from enum import StrEnum

LEAST_PAUSE = timedelta(minutes=2)
"""What was asked just now is not asked again sooner."""


class Work(StrEnum):
    """Kinds of scheduled requests to The Odds API."""

    ODDS = "odds"
    """Odds, of all games and of single ones, and the free list of games."""
    SCORES = "scores"
