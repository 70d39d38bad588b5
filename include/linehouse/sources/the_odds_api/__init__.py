"""The Odds API."""
