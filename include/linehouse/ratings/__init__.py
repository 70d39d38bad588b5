"""Ratings of teams from results that were known."""
