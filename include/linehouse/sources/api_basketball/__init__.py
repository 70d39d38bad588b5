"""API-Basketball."""
