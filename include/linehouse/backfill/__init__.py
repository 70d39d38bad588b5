"""Fetching the past: which games, at what price, step by step, never twice.

`selection` and `plan` are pure; `games` reads what the warehouse knows of past days; `store` keeps
plans and their steps in ops; `execute` sends what is not done yet.
"""
