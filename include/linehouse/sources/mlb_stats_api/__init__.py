"""MLB Stats API."""
