"""Ids of games: the same on every machine, for ever."""

import uuid
from datetime import date

NAMESPACE = uuid.UUID("6b1f0c7e-52f4-5d0a-9d3b-6a1c8f4d2e91")


def game_id(
    league: str,
    home: str,
    away: str,
    anchor_date_et: date,
    ordinal: int,
    source: str | None = None,
) -> uuid.UUID:
    """The id that a game's facts give: its league, both franchises, its day and its place in it.

    The same for every source, unless `source` says that only its own list tells it apart.
    """
    facts = f"{league}|{home}|{away}|{anchor_date_et.isoformat()}|{ordinal}"
    return uuid.uuid5(NAMESPACE, facts if source is None else f"{facts}|{source}")
