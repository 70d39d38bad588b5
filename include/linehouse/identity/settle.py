"""Which events of two teams are the same game: a pure function of the set of their facts.

Sources are taken in the order of trust. The events of the first are games; those of each next are
matched to the games that there are by then, and what is left of them are games of their own.
Matching goes by what tells games of one day apart (`linehouse.identity.telling`), each time only
where event and game choose each other alone. Places in a list and rotation numbers tell nothing.
What cannot be told keeps a game of its own, under an id that carries its source, with the reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from linehouse.identity.choosing import meet
from linehouse.identity.facts import EventKey
from linehouse.identity.games import Event, Game, League, Settled
from linehouse.identity.ids import game_id
from linehouse.identity.matching import DAY, Matching

UNRANKED = 1_000


def settle(events: Iterable[Event], league: League) -> dict[EventKey, Settled]:
    """The game of each event. `events` are all of one pairing, whoever is at home."""
    found: dict[EventKey, Settled] = {}
    for together in _clusters(events):
        found.update(_Cluster(league, together).settle())
    return found


def _clusters(events: Iterable[Event]) -> list[list[Event]]:
    """Events of one pairing that share days or neighbouring days, directly or by way of others."""
    ordered = sorted(events, key=lambda one: one.key)
    if len(ordered) < 2:
        return [ordered] if ordered else []
    by_day: dict[date, list[int]] = defaultdict(list)
    for place, event in enumerate(ordered):
        for day in event.facts.dates:
            by_day[day].append(place)
    leader = list(range(len(ordered)))

    def lead(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for day, places in by_day.items():
        for place in (*places, *by_day.get(day + DAY, ())):
            leader[lead(place)] = lead(places[0])
    clusters: dict[int, list[Event]] = defaultdict(list)
    for place, event in enumerate(ordered):
        clusters[lead(place)].append(event)
    return list(clusters.values())


class _Cluster(Matching):
    """Events of one pairing that share days."""

    def __init__(self, league: League, events: Sequence[Event]) -> None:
        super().__init__(league)
        self.events = events
        self.untold: list[Event] = []

    def settle(self) -> dict[EventKey, Settled]:
        if len(self.events) == 1:
            return self._alone(self.events[0])
        sources: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            sources[event.source].append(event)
        ordered = sorted(sources.items(), key=lambda item: self._order(*item))
        deferred: list[list[Event]] = []
        for _, own in ordered:
            left = self.match(own)
            for event in left:
                if self.tells(event, own):
                    self._found(event)
            waiting = [event for event in left if event.key not in self.told]
            if waiting:
                deferred.append(waiting)
        for waiting in deferred:  # now that all games of the days are known
            self.untold += self.match(waiting)
        return self._result(sources)

    def _alone(self, event: Event) -> dict[EventKey, Settled]:
        self._found(event)
        return self._result({event.source: [event]})

    def _order(self, source: str, own: Sequence[Event]) -> tuple[int, bool, str]:
        timeless = not any(event.facts.starts or event.facts.numbers for event in own)
        return (self.league.ranks.get(source, UNRANKED), timeless, source)

    def _found(self, event: Event) -> None:
        self.games.append(Game(event))
        self.told[event.key] = "teams_and_date"

    def _result(self, sources: Mapping[str, Sequence[Event]]) -> dict[EventKey, Settled]:
        self._number()
        found: dict[EventKey, Settled] = {}
        for game in self.games:
            event = game.founder
            assert event.facts.anchor is not None
            game_is = game_id(
                self.league.name, event.home, event.away, event.facts.anchor, game.ordinal
            )
            for member, turned in game.members:
                found[member.key] = Settled(game_is, game.ordinal, self.told[member.key], turned)
            if len(game.members) == 1 and (reason := self._stands_alone(game)) is not None:
                found[event.key] = replace(
                    found[event.key],
                    reason=reason,
                    suggestions=tuple(other.describe() for other in self._near(event)),
                )
        for event in self.untold:
            found[event.key] = self._keep_apart(event, sources[event.source])
        return found

    def _number(self) -> None:
        """Give games of the same sides and day their places: official numbers first, then starts
        in the order of trust."""
        days: dict[tuple[str, date | None], list[Game]] = defaultdict(list)
        for game in self.games:
            days[(game.founder.home, game.founder.facts.anchor)].append(game)
        for (_, day), games in days.items():
            taken: dict[int, Game] = {}
            games.sort(key=self._by_trust)
            for game in games:
                number = game.number_on(day) if day else None
                if number is not None and number not in taken:
                    taken[number] = game
            numbered = set(taken.values())
            for game in games:
                if game not in numbered:
                    free = next(n for n in range(1, len(games) + len(taken) + 2) if n not in taken)
                    taken[free] = game
            for number, game in taken.items():
                game.ordinal = number

    def _by_trust(self, game: Game) -> tuple[int, bool, int, int, EventKey]:
        event = game.founder
        starts = event.facts.starts
        rank = self.league.ranks.get(event.source, UNRANKED)
        return (rank, not starts, starts[0] if starts else 0, event.facts.place or 0, event.key)

    def _stands_alone(self, game: Game) -> str | None:
        """Why one source alone names a game, where that is remarkable."""
        event = game.founder
        trusted = [one for one in self.games if one.founder.source in self.league.ranks]
        if event.source in self.league.ranks or not trusted:
            return None
        if any(
            one.founder.home == event.away and not one.dates.isdisjoint(game.dates)
            for one in trusted
        ):
            return (
                "trusted sources have these teams the other way round on that day, and neither"
                " result nor start tells that it is the same game"
            )
        if event.facts.final is None and not event.facts.is_off:
            return None  # it may not have been asked about yet
        what = "postponed or called off" if event.facts.is_off else "over"
        days = ", ".join(sorted({str(one.founder.facts.anchor) for one in trusted}))
        return (
            f"{what}, and no trusted source has a game of these teams on {event.facts.anchor};"
            f" they have them on {days}"
        )

    def _near(self, event: Event) -> list[Game]:
        around = {day + step for day in event.facts.dates for step in (-DAY, 0 * DAY, DAY)}
        near = [
            game
            for game in self.games
            if game.founder is not event and not game.dates.isdisjoint(around)
        ]
        return sorted(near, key=lambda game: game.founder.key)

    def _keep_apart(self, event: Event, own: Sequence[Event]) -> Settled:
        """An id of its own, by its place among the same of its source, as the source lists them."""
        assert event.facts.anchor is not None
        same = sorted(
            (
                one
                for one in own
                if one.home == event.home and one.facts.anchor == event.facts.anchor
            ),
            key=_as_listed,
        )
        place = same.index(event) + 1
        near = self._near(event)
        open_games = [game for game in near if not game.dates.isdisjoint(event.facts.dates)]
        lists = f"{event.source} lists {len(same)} of that day"
        others = sorted(
            {one.source for one in self.events if one.source != event.source and meet(one, event)}
        )
        reason = None
        if open_games:
            reason = (
                f"{lists}, other sources name {len(open_games)}, and nothing tells which is which"
            )
        elif others:
            reason = f"{lists}, and nothing tells which is which of {', '.join(others)}"
        return Settled(
            game_id(
                self.league.name, event.home, event.away, event.facts.anchor, place, event.source
            ),
            place,
            "untold",
            reason=reason,
            suggestions=tuple(game.describe() for game in near),
        )


def _as_listed(event: Event) -> tuple[bool, int, int, str]:
    starts = event.facts.starts
    start = starts[0] if starts else 0
    return (not starts, start, event.facts.place or 0, event.source_event_id)
