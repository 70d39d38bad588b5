"""What a schedule is for. Light: DAG files import it."""

from enum import StrEnum


class Work(StrEnum):
    """Kinds of scheduled requests to The Odds API."""

    ODDS = "odds"
    """Odds, and the free list of games."""
    SCORES = "scores"
