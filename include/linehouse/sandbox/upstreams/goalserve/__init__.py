"""Goalserve, simulated."""
