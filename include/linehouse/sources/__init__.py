"""Upstreams: one package each, the source itself in `source.py`; files of others in `archives`.

A source says what to ask and how to read the answer. It never fetches and never writes:
`linehouse.landing` does both, for all of them.
"""
