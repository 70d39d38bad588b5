"""How many examples a property of betting mathematics is tried on."""

from hypothesis import settings

quick = settings(max_examples=60, deadline=None)
"""Enough to find a broken formula; without a deadline, because the machine may be busy."""
