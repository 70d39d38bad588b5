"""Backtests: what a strategy would have done with what was knowable, and how sure that is."""
