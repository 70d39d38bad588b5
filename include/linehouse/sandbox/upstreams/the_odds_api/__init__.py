"""The Odds API, simulated."""
