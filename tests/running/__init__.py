"""Tests that share one running Linehouse."""
