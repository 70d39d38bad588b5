"""The calendar that games are dated by."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
"""A game's date is its local date in the time zone of its league's office, whatever its venue."""


def eastern_day(moment: datetime) -> date:
    """The Eastern day on which an instant falls."""
    return moment.astimezone(EASTERN).date()
