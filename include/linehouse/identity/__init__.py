"""Which real game a source's event is: `resolve` brings the registry up to the evidence."""

from linehouse.identity.decisions import take_up_decisions
from linehouse.identity.evidence import take_into_force
from linehouse.identity.ids import NAMESPACE, game_id
from linehouse.identity.resolve import resolve
from linehouse.identity.teams import Teams, normalise

__all__ = [
    "NAMESPACE",
    "Teams",
    "game_id",
    "normalise",
    "resolve",
    "take_into_force",
    "take_up_decisions",
]
