"""Which fetches cover the most games' closing lines, for every number of fetches.

A game is worth what its last snapshot before the start is: 1 within half an hour, a part of it
within three hours, nothing before. One fetch sees all games of its sport, so that the best moments
lie shortly before clusters of starts. Finding them is a longest path with a given number of links;
because no snapshot grows with age, its weights obey Monge's condition and the best value is concave
in the number of links. So the credits of a month go, exactly, to the best gain per credit.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CLOSING_AGE = timedelta(minutes=30)
"""A snapshot this young at the start is a closing line."""
NEAR_AGE = timedelta(hours=3)
"""The closing tier: a snapshot this young is near it."""
NEAR_VALUE = 0.4
"""What a game is worth whose last snapshot is near only."""
LEAD = timedelta(minutes=5)
"""How long before a start its snapshot is taken: starts slip by a minute, runs take seconds."""


def value(age: timedelta) -> float:
    """What a last snapshot of this age is worth at the start of its game."""
    if age <= CLOSING_AGE:
        return 1.0
    return NEAR_VALUE if age <= NEAR_AGE else 0.0


@dataclass(frozen=True)
class Block:
    """Starts of one sport so near to each other that a fetch can serve several of them."""

    sport_key: str
    starts: tuple[tuple[datetime, int], ...]
    """Each start and its number of games, in order."""
    last_fetch: datetime | None
    now: datetime

    def best(self, most: int) -> list[tuple[float, tuple[datetime, ...]]]:
        """(value, moments) with 0, 1, 2, … fetches, as long as another one gains anything."""
        moments = [max(self.now, start - LEAD) for start, _ in self.starts]
        memo: dict[tuple[int, int], tuple[float, tuple[datetime, ...]]] = {}

        def onwards(position: int, links: int) -> tuple[float, tuple[datetime, ...]]:
            """From the fetch at `position` (-1: the last one made), with `links` more to come."""
            key = (position, links)
            if key not in memo:
                taken = moments[position] if position >= 0 else self.last_fetch
                found: tuple[float, tuple[datetime, ...]] = (
                    self._worth(taken, None),
                    (),
                )
                if links:
                    for later in range(position + 1, len(self.starts)):
                        rest, chosen = onwards(later, links - 1)
                        total = self._worth(taken, moments[later]) + rest
                        if total > found[0] + 1e-9:
                            found = (total, (moments[later], *chosen))
                memo[key] = found
            return memo[key]

        steps = [onwards(-1, 0)]
        for links in range(1, min(most, len(self.starts)) + 1):
            step = onwards(-1, links)
            if step[0] <= steps[-1][0] + 1e-9:
                break
            steps.append(step)
        return steps

    def _worth(self, taken: datetime | None, until: datetime | None) -> float:
        """Of the games that start after a fetch, up to the next one."""
        if taken is None:
            return 0.0
        return sum(
            games * value(start - taken)
            for start, games in self.starts
            if start > taken and (until is None or start <= until)
        )


def blocks(
    sport_key: str, starts: Iterable[datetime], last_fetch: datetime | None, now: datetime
) -> list[Block]:
    """The starts after `now`, parted where no fetch can serve both sides."""
    counted = sorted(Counter(start for start in starts if start > now).items())
    parts: list[list[tuple[datetime, int]]] = []
    for start, games in counted:
        if not parts or start - parts[-1][-1][0] > NEAR_AGE:
            parts.append([])
        parts[-1].append((start, games))
    return [Block(sport_key, tuple(part), last_fetch, now) for part in parts]


def spend(
    parts: Sequence[Block], costs: dict[str, int], credits: int
) -> list[tuple[datetime, str]]:
    """(moment, sport key) of the fetches that cover most for these credits, in order."""
    plans = [part.best(credits // max(costs[part.sport_key], 1)) for part in parts]
    taken = [0] * len(parts)
    gains: list[tuple[float, datetime, int]] = []

    def offer(index: int) -> None:
        steps, count = plans[index], taken[index]
        if count + 1 < len(steps):
            gain = (steps[count + 1][0] - steps[count][0]) / max(costs[parts[index].sport_key], 1)
            heapq.heappush(gains, (-gain, parts[index].starts[0][0], index))

    for index in range(len(parts)):
        offer(index)
    left = credits
    while gains:
        _, _, index = heapq.heappop(gains)
        cost = costs[parts[index].sport_key]
        if cost > left:
            continue
        left -= cost
        taken[index] += 1
        offer(index)
    return sorted(
        (moment, part.sport_key)
        for part, steps, count in zip(parts, plans, taken, strict=True)
        for moment in steps[count][1]
    )
