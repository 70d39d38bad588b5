"""Linehouse: a medallion warehouse of betting lines."""
