"""MLB Stats API, simulated."""
