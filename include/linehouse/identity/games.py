"""Events and games, as identity settles them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from linehouse.identity.facts import EventKey, Facts


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one source, its teams known."""

    source: str
    source_event_id: str
    home: str
    away: str
    facts: Facts

    @property
    def key(self) -> EventKey:
        return (self.source, self.source_event_id)


@dataclass(frozen=True, slots=True)
class Settled:
    """Which game an event is."""

    game_id: uuid.UUID
    ordinal: int | None
    matched_by: str
    reversed: bool = False
    reason: str | None = None
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class League:
    """What settling knows of a league."""

    name: str
    ranks: Mapping[str, int]
    """Authorities, whose events are games of themselves, in the order of trust."""
    twice_a_day: bool
    """Whether two teams may meet twice on a day."""


class Game:
    """A game while it is being settled: the event that it rests on, and all that joined it."""

    __slots__ = ("by_source", "dates", "founder", "members", "ordinal", "starts")

    def __init__(self, founder: Event) -> None:
        self.founder = founder
        self.members: list[tuple[Event, bool]] = [(founder, False)]
        self.dates = set(founder.facts.dates)
        self.starts = set(founder.facts.starts)
        self.by_source: dict[str, list[Event]] = {founder.source: [founder]}
        self.ordinal = 1

    def join(self, event: Event, *, turned: bool = False, elsewhere: bool = False) -> None:
        """Take an event in; one that was filed `elsewhere` tells no day of the game."""
        self.members.append((event, turned))
        self.by_source.setdefault(event.source, []).append(event)
        if not elsewhere:
            self.dates.update(event.facts.dates)
            self.starts.update(event.facts.starts)

    def has_at_the_same_time(self, event: Event) -> bool:
        """Whether its source names the game already, on a day of this event."""
        return any(
            not set(other.facts.dates).isdisjoint(event.facts.dates)
            for other in self.by_source.get(event.source, ())
        )

    def number_on(self, day: date) -> int | None:
        """Its official number on a day."""
        for member, _ in self.members:
            for told, number in member.facts.numbers:
                if told == day:
                    return number
        return None

    def describe(self) -> str:
        """For a person who looks for it."""
        event = self.founder
        final = f", {event.facts.final[1]} to {event.facts.final[0]}" if event.facts.final else ""
        return f"{event.source} {event.source_event_id} ({event.facts.anchor}{final})"
