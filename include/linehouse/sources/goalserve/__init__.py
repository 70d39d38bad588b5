"""Goalserve."""
