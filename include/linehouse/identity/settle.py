"""Which events of two teams are the same game: a pure function of the set of their facts.

Sources are taken in the order of trust. The events of the first are games; those of each next are
matched to the games that there are by then, and what is left of them are games of their own.
Matching goes by what tells games of one day apart (`linehouse.identity.telling`), each time only
where event and game choose each other alone. Places in a list and rotation numbers tell nothing.
What cannot be told keeps a game of its own, under an id that carries its source, with the reason.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from linehouse.identity.facts import EventKey, Facts
from linehouse.identity.ids import game_id
from linehouse.identity.telling import (
    APART_SECONDS,
    NEAR_SECONDS,
    contradict,
    gap,
    same_final,
    same_innings,
    same_number,
    same_pitchers,
    scores_bear_out,
)

DAY = timedelta(days=1)
UNRANKED = 1_000


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


def settle(events: Iterable[Event], league: League) -> dict[EventKey, Settled]:
    """The game of each event. `events` are all of one pairing, whoever is at home."""
    found: dict[EventKey, Settled] = {}
    for together in _clusters(events):
        found.update(_Pairing(league, together).settle())
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


class _Pairing:
    """One cluster of events."""

    def __init__(self, league: League, events: Sequence[Event]) -> None:
        self.league = league
        self.events = events
        self.games: list[Game] = []
        self.told: dict[EventKey, str] = {}
        """Event to what told its game."""
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
            left = self._match(own)
            for event in left:
                if self._tells(event, own):
                    self._found(event)
            waiting = [event for event in left if event.key not in self.told]
            if waiting:
                deferred.append(waiting)
        for waiting in deferred:  # now that all games of the days are known
            self.untold += self._match(waiting)
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

    # Matching: each step returns the events that it left.

    def _match(self, own: Sequence[Event]) -> list[Event]:
        left = list(own)
        if not self.games:
            return left
        left = self._match_days(left)
        left = self._match_exchanged(left)
        return self._match_neighbours(left)

    def _open(self, event: Event) -> list[Game]:
        """Games that an event can be: of its day and sides, not named by its source already."""
        return [
            game
            for game in self.games
            if game.founder.home == event.home
            and not game.dates.isdisjoint(event.facts.dates)
            and not game.has_at_the_same_time(event)
            and not _other_number(event, game)
        ]

    def _match_days(self, left: list[Event]) -> list[Event]:
        if self.league.twice_a_day or len(left) > 1 or len(self.games) > 1:
            steps: tuple[tuple[str, _Choose], ...] = (
                ("official_number", _agreeing(same_number)),
                ("teams_and_date", self._choose_only),
                ("start", _choose_nearest),
                ("score", _agreeing(same_final)),
                ("line_score", _agreeing(same_innings)),
                ("pitchers", _agreeing(same_pitchers)),
                ("left_over", self._choose_left_over),
            )
        else:
            steps = (("teams_and_date", self._choose_only),)
        place = 0
        while left and place < len(steps):
            name, choose = steps[place]
            can_be = [(event, games) for event in left if (games := self._open(event))]
            chosen = choose(can_be)
            for event, game in chosen:
                game.join(event)
                self.told[event.key] = name
            if chosen:
                left = [event for event in left if event.key not in self.told]
                place = 0
            else:
                place += 1
        return left

    def _choose_only(self, can_be: "_CanBe") -> "_Chosen":
        """The only event of a source on the days of the only game."""
        chosen = []
        for event, games in can_be:
            (game, *others) = games
            if others or not self._may_be(event, game):
                continue
            if any(one is not event and game in of and _meet(one, event) for one, of in can_be):
                continue
            if any(one.source == event.source and _meet(one, event) for one in self._named(event)):
                continue  # one of several of its source: told by what is left over, if at all
            chosen.append((event, game))
        return chosen

    def _named(self, event: Event) -> list[Event]:
        """Other events of the same source and sides that have a game already."""
        return [
            other
            for game in self.games
            for other in game.by_source.get(event.source, ())
            if other.home == event.home and other is not event
        ]

    def _choose_left_over(self, can_be: "_CanBe") -> "_Chosen":
        """The last event and the last game: of several, all others are told."""
        chosen = []
        for event, games in can_be:
            fresh = [game for game in games if event.source not in game.by_source] or games
            if len(fresh) != 1 or not self._may_be(event, fresh[0]):
                continue
            game = fresh[0]
            rivals = [
                one for one, of in can_be if one is not event and game in of and _meet(one, event)
            ]
            if not rivals and scores_bear_out(event, game.members):
                chosen.append((event, game))
        return chosen

    def _may_be(self, event: Event, game: Game) -> bool:
        """Whether nothing speaks against it: in a league of doubleheaders, starts far apart."""
        return (
            not self.league.twice_a_day
            or not _far_apart(event, game)
            or any(same_final(event, member, turned) for member, turned in game.members)
        )

    def _match_exchanged(self, left: list[Event]) -> list[Event]:
        """Home and away the other way round, where nothing else fits and result or start agree."""
        can_be: list[tuple[Event, list[Game]]] = []
        for event in left:
            if any(
                not contradict(event, member, turned)
                for game in self._open(event)
                for member, turned in game.members
            ):
                continue
            games = [
                game
                for game in self.games
                if game.founder.home == event.away
                and not game.dates.isdisjoint(event.facts.dates)
                and not game.has_at_the_same_time(event)
                and _agree_exchanged(event, game)
            ]
            if games:
                can_be.append((event, games))
        for event, game in _each_other_alone(can_be):
            game.join(event, turned=True)
            self.told[event.key] = "exchanged"
        return [event for event in left if event.key not in self.told]

    def _match_neighbours(self, left: list[Event]) -> list[Event]:
        """Filed a day early or late: the only one left on both sides, with the same result."""
        can_be: list[tuple[Event, list[Game]]] = []
        for event in left:
            if event.facts.final is None or self._open(event):
                continue
            around = {day + step for day in event.facts.dates for step in (-DAY, DAY)}
            games = [
                game
                for game in self.games
                if game.founder.home == event.home
                and event.source not in game.by_source
                and not game.dates.isdisjoint(around)
                and any(member.facts.final is not None for member, _ in game.members)
            ]
            if games:
                can_be.append((event, games))
        chosen = [
            (event, game)
            for event, game in _each_other_alone(can_be)
            if any(same_final(event, member, turned) for member, turned in game.members)
            and not any(
                same_innings(event, member, turned) is False for member, turned in game.members
            )
        ]
        for event, game in chosen:
            game.join(event, elsewhere=True)
            self.told[event.key] = "neighbouring_day"
        return [event for event in left if event.key not in self.told]

    def _tells(self, event: Event, own: Sequence[Event]) -> bool:
        """Whether an event that matched none is surely a game by itself."""
        open_games = self._open(event)
        if open_games:
            return all(_far_apart(event, game) for game in open_games)
        timed = bool(event.facts.starts or event.facts.numbers)
        return (
            timed
            or event.source in self.league.ranks
            or not any(one is not event and _meet(one, event) for one in own)
        )

    # What came of it.

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
        if open_games:
            named = f"other sources name {len(open_games)}"
            reason = f"{lists}, {named}, and nothing tells which is which"
        else:
            reason = f"{lists} without official number or start, and no other source names one"
        return Settled(
            game_id(
                self.league.name, event.home, event.away, event.facts.anchor, place, event.source
            ),
            place,
            "untold",
            reason=reason,
            suggestions=tuple(game.describe() for game in near),
        )


_CanBe = Sequence[tuple[Event, list[Game]]]
_Chosen = list[tuple[Event, Game]]
_Choose = Callable[[_CanBe], _Chosen]


def _as_listed(event: Event) -> tuple[bool, int, int, str]:
    starts = event.facts.starts
    start = starts[0] if starts else 0
    return (not starts, start, event.facts.place or 0, event.source_event_id)


def _meet(one: Event, other: Event) -> bool:
    """Whether two events share a day, so that they cannot be one game."""
    return not set(one.facts.dates).isdisjoint(other.facts.dates)


def _other_number(event: Event, game: Game) -> bool:
    """Whether both have official numbers on a day, and other ones."""
    return any(
        (number_of_game := game.number_on(day)) is not None and number_of_game != number
        for day, number in event.facts.numbers
    )


def _far_apart(event: Event, game: Game) -> bool:
    """Whether both have starts of one day, and those too far apart for one game."""
    distance = gap(event.facts.starts, game.starts)
    return distance is not None and distance > APART_SECONDS


def _agreeing(agree: Callable[[Event, Event, bool], bool | None]) -> _Choose:
    """Event and game that agree with each other and with no one else."""

    def choose(can_be: _CanBe) -> _Chosen:
        agreeing = [
            (
                event,
                [
                    game
                    for game in games
                    if any(agree(event, member, turned) for member, turned in game.members)
                ],
            )
            for event, games in can_be
        ]
        return _each_other_alone(agreeing)

    return choose


def _each_other_alone(can_be: _CanBe) -> _Chosen:
    return [
        (event, games[0])
        for event, games in can_be
        if len(games) == 1
        and not any(
            one is not event and games[0] in of and _near_days(one, event) for one, of in can_be
        )
    ]


def _near_days(one: Event, other: Event) -> bool:
    return any(abs((a - b).days) <= 1 for a in one.facts.dates for b in other.facts.dates)


def _choose_nearest(can_be: _CanBe) -> _Chosen:
    """Event and game whose starts are nearest to each other, clearly, and near enough."""
    gaps = {
        (event.key, id(game)): distance
        for event, games in can_be
        for game in games
        if (distance := gap(event.facts.starts, game.starts)) is not None
    }
    chosen = []
    for event, games in can_be:
        mine = sorted(
            (gaps[event.key, id(game)], place)
            for place, game in enumerate(games)
            if (event.key, id(game)) in gaps
        )
        if not mine or mine[0][0] > NEAR_SECONDS or (len(mine) > 1 and mine[1][0] == mine[0][0]):
            continue
        game = games[mine[0][1]]
        theirs = [
            gaps[one.key, id(game)]
            for one, of in can_be
            if one is not event and game in of and (one.key, id(game)) in gaps and _meet(one, event)
        ]
        if all(distance > mine[0][0] for distance in theirs):
            chosen.append((event, game))
    return chosen


def _agree_exchanged(event: Event, game: Game) -> bool:
    finals = [
        member.facts.final is not None and event.facts.final is not None
        for member, _ in game.members
    ]
    if any(finals):
        return any(same_final(event, member, not turned) for member, turned in game.members)
    distance = gap(event.facts.starts, game.starts)
    return distance is not None and distance <= NEAR_SECONDS
