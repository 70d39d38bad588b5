"""Match the events of a source to the games that there are: each step takes what is told and
returns the events that it left."""

from collections.abc import Sequence
from datetime import timedelta

from linehouse.identity.choosing import (
    CanBe,
    Choose,
    Chosen,
    agree_exchanged,
    agreeing,
    choose_nearest,
    each_other_alone,
    far_apart,
    meet,
    other_number,
)
from linehouse.identity.facts import EventKey
from linehouse.identity.games import Event, Game, League
from linehouse.identity.telling import (
    contradict,
    same_final,
    same_innings,
    same_number,
    same_pitchers,
    scores_bear_out,
)

DAY = timedelta(days=1)


class Matching:
    """Games of one pairing while they are being settled, and what told each event's."""

    def __init__(self, league: League) -> None:
        self.league = league
        self.games: list[Game] = []
        self.told: dict[EventKey, str] = {}
        """Event to what told its game."""

    def match(self, own: Sequence[Event]) -> list[Event]:
        left = list(own)
        if not self.games:
            return left
        left = self._match_days(left)
        left = self._match_exchanged(left)
        return self._match_neighbours(left)

    def open_games(self, event: Event) -> list[Game]:
        """Games that an event can be: of its day and sides, not named by its source already."""
        return [
            game
            for game in self.games
            if game.founder.home == event.home
            and not game.dates.isdisjoint(event.facts.dates)
            and not game.has_at_the_same_time(event)
            and not other_number(event, game)
        ]

    def _match_days(self, left: list[Event]) -> list[Event]:
        if self.league.twice_a_day or len(left) > 1 or len(self.games) > 1:
            steps: tuple[tuple[str, Choose], ...] = (
                ("official_number", agreeing(same_number)),
                ("teams_and_date", self._choose_only),
                ("start", choose_nearest),
                ("score", agreeing(same_final)),
                ("line_score", agreeing(same_innings)),
                ("pitchers", agreeing(same_pitchers)),
                ("left_over", self._choose_left_over),
            )
        else:
            steps = (("teams_and_date", self._choose_only),)
        place = 0
        while left and place < len(steps):
            name, choose = steps[place]
            can_be = [(event, games) for event in left if (games := self.open_games(event))]
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

    def _choose_only(self, can_be: CanBe) -> Chosen:
        """The only event of a source on the days of the only game."""
        chosen = []
        for event, games in can_be:
            (game, *others) = games
            if others or not self._may_be(event, game):
                continue
            if any(one is not event and game in of and meet(one, event) for one, of in can_be):
                continue
            if any(one.source == event.source and meet(one, event) for one in self._named(event)):
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

    def _choose_left_over(self, can_be: CanBe) -> Chosen:
        """The last event and the last game: of several, all others are told."""
        chosen = []
        for event, games in can_be:
            fresh = [game for game in games if event.source not in game.by_source] or games
            if len(fresh) != 1 or not self._may_be(event, fresh[0]):
                continue
            game = fresh[0]
            rivals = [
                one for one, of in can_be if one is not event and game in of and meet(one, event)
            ]
            if not rivals and scores_bear_out(event, game.members):
                chosen.append((event, game))
        return chosen

    def _may_be(self, event: Event, game: Game) -> bool:
        """Whether nothing speaks against it: in a league of doubleheaders, starts far apart."""
        return (
            not self.league.twice_a_day
            or not far_apart(event, game)
            or any(same_final(event, member, turned) for member, turned in game.members)
        )

    def _match_exchanged(self, left: list[Event]) -> list[Event]:
        """Home and away the other way round, where nothing else fits and result or start agree."""
        can_be: list[tuple[Event, list[Game]]] = []
        for event in left:
            if any(
                not contradict(event, member, turned)
                for game in self.open_games(event)
                for member, turned in game.members
            ):
                continue
            games = [
                game
                for game in self.games
                if game.founder.home == event.away
                and not game.dates.isdisjoint(event.facts.dates)
                and not game.has_at_the_same_time(event)
                and agree_exchanged(event, game)
            ]
            if games:
                can_be.append((event, games))
        for event, game in each_other_alone(can_be):
            game.join(event, turned=True)
            self.told[event.key] = "exchanged"
        return [event for event in left if event.key not in self.told]

    def _match_neighbours(self, left: list[Event]) -> list[Event]:
        """Filed a day early or late: the only one left on both sides, with the same result."""
        can_be: list[tuple[Event, list[Game]]] = []
        for event in left:
            if event.facts.final is None or self.open_games(event):
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
            for event, game in each_other_alone(can_be)
            if any(same_final(event, member, turned) for member, turned in game.members)
            and not any(
                same_innings(event, member, turned) is False for member, turned in game.members
            )
        ]
        for event, game in chosen:
            game.join(event, elsewhere=True)
            self.told[event.key] = "neighbouring_day"
        return [event for event in left if event.key not in self.told]

    def tells(self, event: Event, own: Sequence[Event]) -> bool:
        """Whether an event that matched none is surely a game by itself."""
        open_games = self.open_games(event)
        if open_games:
            return all(far_apart(event, game) for game in open_games)
        timed = bool(event.facts.starts or event.facts.numbers)
        return (
            timed
            or event.source in self.league.ranks
            or not any(one is not event and meet(one, event) for one in own)
        )
