"""Reads the warehouse for the command line and the pages; writes nothing."""
