"""What cells of archives say."""

NOTHING = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>", "nat"})
"""How programs write, without regard to case, that a cell is empty."""
