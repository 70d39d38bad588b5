"""The calendar that games are dated by."""

from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
"""A game's date is its local date in the time zone of its league's office, whatever its venue."""
