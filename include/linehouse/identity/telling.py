"""What tells two games of the same teams apart. Each compares an event with one that is in a game;
`turned`: that one has the sides the other way round. None: one of both does not say."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from linehouse.identity.facts import pitcher_key, read_periods

if TYPE_CHECKING:
    from linehouse.identity.games import Event

NEAR_SECONDS = 90 * 60
"""Since 2026-11-20: starts of one game as two sources tell them lie within minutes, and within an
hour and a half where rain held it up; games of a doubleheader begin three hours apart at least."""
APART_SECONDS = 150 * 60
"""Since 2026-11-20: starts further apart than this are two games, unless the result is the same."""
ONE_DAY_SECONDS = 14 * 60 * 60
"""Since 2026-11-20: no two starts of one day lie further apart."""
MINIMUM_PERIODS = 3
"""Since 2026-11-20: fewer periods in common say nothing."""


def gap(starts: Collection[int], others: Collection[int]) -> int | None:
    """Seconds between the nearest of two games' starts; each may have been told several times.

    None where no two of them are of one day: starts that were given up say nothing of others.
    """
    nearest = min(
        (abs(one - other) for one in starts for other in others), default=ONE_DAY_SECONDS + 1
    )
    return nearest if nearest <= ONE_DAY_SECONDS else None


def same_number(event: "Event", other: "Event", turned: bool) -> bool | None:
    """Whether the official number is the same on a day of both."""
    told = dict(other.facts.numbers)
    return any(told.get(day) == number for day, number in event.facts.numbers) or None


def same_final(event: "Event", other: "Event", turned: bool) -> bool | None:
    """Whether both ended alike."""
    mine, theirs = event.facts.final, other.facts.final
    if mine is None or theirs is None:
        return None
    return mine == (theirs[::-1] if turned else theirs)


def same_innings(event: "Event", other: "Event", turned: bool) -> bool | None:
    """Whether both have the same line score, as far as both write it; overtime may be missing."""
    mine, theirs = event.facts.innings, other.facts.innings
    if mine is None or theirs is None:
        return None
    pairs = [
        (one, two)
        for side, against in zip(mine, theirs[::-1] if turned else theirs, strict=True)
        for one, two in zip(read_periods(side), read_periods(against), strict=False)
        if one is not None and two is not None
    ]
    if len(pairs) < 2 * MINIMUM_PERIODS:
        return None
    return all(one == two for one, two in pairs)


def same_pitchers(event: "Event", other: "Event", turned: bool) -> bool | None:
    """Whether both name the same starting pitchers."""
    mine, theirs = event.facts.pitchers, other.facts.pitchers
    if mine is None or theirs is None:
        return None
    home, away = map(pitcher_key, mine)
    if home is None or away is None:
        return None
    return (home, away) == tuple(map(pitcher_key, theirs[::-1] if turned else theirs))


def contradict(event: "Event", other: "Event", turned: bool) -> bool:
    """Whether both are over and ended differently."""
    return same_final(event, other, turned) is False


def scores_bear_out(event: "Event", members: Iterable[tuple["Event", bool]]) -> bool:
    """Whether what is known of results lets an event be the game that is left over for it.

    A typing slip leaves one side right; a tie was frozen when the game was suspended.
    """
    mine = event.facts.final
    if mine is None or mine[0] == mine[1]:
        return True
    finals = [
        other.facts.final[::-1] if turned else other.facts.final
        for other, turned in members
        if other.facts.final is not None
    ]
    return not finals or any(
        mine[0] == home or mine[1] == away or home == away for home, away in finals
    )
