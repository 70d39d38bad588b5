"""Upstreams: one module each. A source says what to ask and how to read the answer.

It never fetches and never writes: `linehouse.landing` does both, for all of them.
"""
