"""API-Basketball, simulated."""
