"""How events and games choose each other: each time only where no other choice is left."""

from collections.abc import Callable, Sequence

from linehouse.identity.games import Event, Game
from linehouse.identity.telling import APART_SECONDS, NEAR_SECONDS, gap, same_final

CanBe = Sequence[tuple[Event, list[Game]]]
Chosen = list[tuple[Event, Game]]
Choose = Callable[[CanBe], Chosen]


def meet(one: Event, other: Event) -> bool:
    """Whether two events share a day, so that they cannot be one game."""
    return not set(one.facts.dates).isdisjoint(other.facts.dates)


def other_number(event: Event, game: Game) -> bool:
    """Whether both have official numbers on a day, and other ones."""
    return any(
        (number_of_game := game.number_on(day)) is not None and number_of_game != number
        for day, number in event.facts.numbers
    )


def far_apart(event: Event, game: Game) -> bool:
    """Whether both have starts of one day, and those too far apart for one game."""
    distance = gap(event.facts.starts, game.starts)
    return distance is not None and distance > APART_SECONDS


def agreeing(agree: Callable[[Event, Event, bool], bool | None]) -> Choose:
    """Event and game that agree with each other and with no one else."""

    def choose(can_be: CanBe) -> Chosen:
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
        return each_other_alone(agreeing)

    return choose


def each_other_alone(can_be: CanBe) -> Chosen:
    return [
        (event, games[0])
        for event, games in can_be
        if len(games) == 1
        and not any(
            one is not event and games[0] in of and near_days(one, event) for one, of in can_be
        )
    ]


def near_days(one: Event, other: Event) -> bool:
    return any(abs((a - b).days) <= 1 for a in one.facts.dates for b in other.facts.dates)


def choose_nearest(can_be: CanBe) -> Chosen:
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
            if one is not event and game in of and (one.key, id(game)) in gaps and meet(one, event)
        ]
        if all(distance > mine[0][0] for distance in theirs):
            chosen.append((event, game))
    return chosen


def agree_exchanged(event: Event, game: Game) -> bool:
    finals = [
        member.facts.final is not None and event.facts.final is not None
        for member, _ in game.members
    ]
    if any(finals):
        return any(same_final(event, member, not turned) for member, turned in game.members)
    distance = gap(event.facts.starts, game.starts)
    return distance is not None and distance <= NEAR_SECONDS
