"""Answers of The Odds API that could not be read: whether they count as fetches.

One is worth another credit, since a closing line that is missed never comes back; a schema that has
changed is not worth a month of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

AGAIN = timedelta(minutes=2)
"""The first is asked for again so soon, the second after twice as long."""
TRIES = 3
"""After so many in a row each counts as a fetch, until one can be read again."""


def counted(
    told_at: datetime | None, answers: Sequence[datetime], now: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the last request counts as made, and when it is made again where its answer could not
    be read (None: when the plan says so).

    `answers`: when those came that could not be read, the newest first; earlier than `told_at`, the
    last that could, they count for nothing.
    """
    unread = [at for at in answers if told_at is None or at > told_at]
    if not unread:
        return told_at, None
    if len(unread) >= TRIES:
        return unread[0], None
    again_at = unread[0] + AGAIN * 2 ** (len(unread) - 1)
    return (unread[0], again_at) if now < again_at else (told_at, None)
