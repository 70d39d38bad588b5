"""Names that stand for a club that nobody knows yet (a place in the play-offs)."""

import re

_OPEN = re.compile(r"^(tbd|tba|to be (determined|decided|announced|confirmed))$", re.IGNORECASE)


def is_open(name: str) -> bool:
    """Whether a team's name says that it is still open. Elsewhere TBD is Tampa Bay's code, so such
    a game makes no row."""
    return _OPEN.match(name.strip()) is not None
