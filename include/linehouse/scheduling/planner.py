"""What to fetch until the quota's reset: closing lines first, never more than there is to spend.

A plan is made anew for every decision, from the games that are known, the last fetches and the
credits that are left. Where the tiers' whole table is affordable, it is the plan. Where it is not,
the credits go first to the moments that cover most closing lines, then to the table's other
fetches, nearest tier first, those with most games first.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from linehouse.days import EASTERN
from linehouse.scheduling import closing
from linehouse.scheduling.results import RESULTS_EVERY, Polling, live_polls
from linehouse.scheduling.tiers import NAMES, due_of, nearest

Key = TypeVar("Key")

RESULTS = "results"
RESULTS_SHARE = 0.2
"""Of the credits, the most that goes to results where they are scarce."""
LOOKAHEAD = timedelta(days=7)
DAY = timedelta(days=1)
_LONGEST_TABLE = 20_000


@dataclass(frozen=True)
class Start:
    """A game that is to be fetched for: only scheduled ones are given to the planner."""

    sport_key: str
    commence_at: datetime
    is_offered: bool = True
    """Whether a fetch shows its lines; one that only other sources know counts as expected."""


@dataclass(frozen=True)
class Costs:
    """Credits of one request."""

    odds: Mapping[str, int]
    """By sport key."""
    scores: int = 2


@dataclass(frozen=True)
class PlannedFetch:
    """One request that is to be sent."""

    at: datetime
    sport_key: str
    feed: str
    tier: str
    cost: int
    games: int
    """Games of that tier that it shows."""


@dataclass(frozen=True)
class ClosingCoverage:
    """Of how many games the last snapshot before the start is young."""

    games: int
    within_30_minutes: int
    within_3_hours: int

    @property
    def closing_pct(self) -> float | None:
        """Per cent of the games with a snapshot in their last 30 minutes."""
        return round(100 * self.within_30_minutes / self.games, 1) if self.games else None

    @property
    def near_pct(self) -> float | None:
        """Per cent of the games with a snapshot in their last 3 hours."""
        return round(100 * self.within_3_hours / self.games, 1) if self.games else None


@dataclass(frozen=True)
class Situation:
    """All that a plan follows from. Times are UTC."""

    now: datetime
    resets_at: datetime
    spendable: int
    """Credits that may go until the reset; the reserve is not in it."""
    costs: Costs
    starts: Sequence[Start]
    """Scheduled games that are known, also those beyond the lookahead."""
    last_fetch: Mapping[str, datetime] = field(default_factory=dict)
    """By sport key: the last look at all its games."""
    usual_games: Mapping[str, float] = field(default_factory=dict)
    """By sport key: games a day of late, for days that no list reaches yet."""
    lookahead: timedelta = LOOKAHEAD


@dataclass(frozen=True)
class Plan:
    """The fetches of the known calendar, and what they come to until the reset."""

    situation: Situation
    share: float
    """Of the games expected until the reset, how many are known."""
    allowance: int
    """Credits for the known calendar: its share of what is spendable."""
    fetches: tuple[PlannedFetch, ...]
    whole_table: bool
    """Whether the tiers' table is followed as it stands."""
    polling: Polling
    coverage: ClosingCoverage

    @property
    def cost(self) -> int:
        """Credits of the fetches that are planned."""
        return sum(fetch.cost for fetch in self.fetches)

    @property
    def expected_cost(self) -> int:
        """Credits until the reset, the days that are not known yet in proportion."""
        if not self.share:
            return self.cost
        return min(self.situation.spendable, round(self.cost / self.share))

    def per_tier(self) -> dict[str, tuple[int, int]]:
        """Fetches and credits of each tier."""
        return _summed((fetch.tier, fetch) for fetch in self.fetches)

    def per_day_and_tier(self) -> dict[tuple[date, str], tuple[int, int]]:
        """Fetches and credits of each Eastern day and tier."""
        return _summed(
            ((fetch.at.astimezone(EASTERN).date(), fetch.tier), fetch) for fetch in self.fetches
        )


def plan(situation: Situation) -> Plan:
    """The fetches for the known games; their cost is at most the allowance."""
    reach = min(situation.now + situation.lookahead, situation.resets_at)
    near = [
        start
        for start in situation.starts
        if start.is_offered and situation.now < start.commence_at <= reach
    ]
    share = known_share(situation, near)
    allowance = max(int(situation.spendable * share), 0)
    overhead = _results_polls(situation, near, int(allowance * RESULTS_SHARE))
    for_odds = allowance - sum(poll.cost for poll in overhead)
    whole = table(situation, near, reach)
    cost = sum(fetch.cost for fetch in whole)
    polling = Polling.RARELY
    if cost <= for_odds:
        fetches, is_whole = whole, True
        polls, polling = _affordable_polls(situation, near, reach, overhead, allowance - cost)
    else:
        fetches, is_whole, polls = _first_things(situation, near, reach, for_odds), False, overhead
    everything = sorted((*fetches, *polls), key=lambda fetch: (fetch.at, fetch.sport_key))
    return Plan(
        situation,
        share,
        allowance,
        tuple(everything),
        is_whole,
        polling,
        coverage(near, everything, situation.last_fetch),
    )


def known_share(situation: Situation, near: Sequence[Start]) -> float:
    """Games within reach, as a share of those that are to be expected until the reset.

    Days after a sport's last known game have as many as its known or its last days, whichever had
    more: too little spent today can be spent tomorrow, too much cannot be had back.
    """
    expected = 0.0
    told: dict[str, list[datetime]] = defaultdict(list)
    for start in situation.starts:
        if situation.now < start.commence_at <= situation.resets_at:
            told[start.sport_key].append(start.commence_at)
    for sport_key in told.keys() | situation.usual_games.keys():
        own = told[sport_key]
        last = max([*own, situation.now])
        known_days = max((last - situation.now) / DAY, 1.0)
        a_day = max(situation.usual_games.get(sport_key, 0.0), len(own) / known_days)
        expected += len(own) + a_day * max((situation.resets_at - last) / DAY, 0.0)
    return min(len(near) / expected, 1.0) if expected else 1.0


def table(
    situation: Situation,
    starts: Sequence[Start],
    until: datetime,
    forced: Sequence[tuple[datetime, str]] = (),
) -> list[PlannedFetch]:
    """What the tiers ask for until a moment, after and between fetches that are set (`forced`)."""
    fetches: list[PlannedFetch] = []
    for sport_key in sorted({start.sport_key for start in starts}):
        own = sorted(start.commence_at for start in starts if start.sport_key == sport_key)
        set_moments = sorted(at for at, sport in forced if sport == sport_key)
        last = situation.last_fetch.get(sport_key)
        now = situation.now
        while own and len(fetches) < _LONGEST_TABLE:
            due = due_of(own, last, now, situation.lookahead)
            if set_moments and (due is None or set_moments[0] <= due):
                due = set_moments.pop(0)
            if due is None or due > until:
                break
            fetches.append(_fetch(due, sport_key, own, situation))
            last, now = due, due
            own = own[bisect_right(own, due) :]
    return sorted(fetches, key=lambda fetch: (fetch.at, fetch.sport_key))


def coverage(
    starts: Iterable[Start],
    fetches: Iterable[PlannedFetch],
    last_fetch: Mapping[str, datetime] | None = None,
) -> ClosingCoverage:
    """How young the last snapshot before each start is."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    for sport_key, at in (last_fetch or {}).items():
        moments[sport_key].append(at)
    for fetch in fetches:
        if fetch.feed == "odds":
            moments[fetch.sport_key].append(fetch.at)
    for of_sport in moments.values():
        of_sport.sort()
    games = closing_lines = near = 0
    for start in starts:
        games += 1
        before = bisect_left(moments[start.sport_key], start.commence_at)
        age = start.commence_at - moments[start.sport_key][before - 1] if before else None
        closing_lines += age is not None and age <= closing.CLOSING_AGE
        near += age is not None and age <= closing.NEAR_AGE
    return ClosingCoverage(games, closing_lines, near)


def _fetch(
    at: datetime, sport_key: str, starts: Sequence[datetime], situation: Situation
) -> PlannedFetch:
    """It counts for the nearest tier that has a game in it."""
    tier, games = nearest(starts, at, situation.lookahead)
    name = tier.name if tier else NAMES[-1]
    return PlannedFetch(at, sport_key, "odds", name, situation.costs.odds[sport_key], games)


def _first_things(
    situation: Situation, starts: Sequence[Start], until: datetime, credits: int
) -> list[PlannedFetch]:
    """Most closing lines for the credits, then what else the tiers ask for."""
    parts = [
        block
        for sport_key in sorted({start.sport_key for start in starts})
        for block in closing.blocks(
            sport_key,
            (start.commence_at for start in starts if start.sport_key == sport_key),
            situation.last_fetch.get(sport_key),
            situation.now,
        )
    ]
    chosen = closing.spend(parts, dict(situation.costs.odds), credits)
    of_sport = {
        sport_key: sorted(s.commence_at for s in starts if s.sport_key == sport_key)
        for sport_key in {start.sport_key for start in starts}
    }
    fetches = [_fetch(at, sport_key, of_sport[sport_key], situation) for at, sport_key in chosen]
    left = credits - sum(fetch.cost for fetch in fetches)
    if left < min(situation.costs.odds.values(), default=1):
        return fetches
    taken = set(chosen)
    others = [
        fetch
        for fetch in table(situation, starts, until, chosen)
        if (fetch.at, fetch.sport_key) not in taken
    ]
    others.sort(key=lambda fetch: (NAMES.index(fetch.tier), -fetch.games, fetch.at))
    for fetch in others:
        if fetch.cost <= left:
            left -= fetch.cost
            fetches.append(fetch)
    return sorted(fetches, key=lambda fetch: (fetch.at, fetch.sport_key))


def _results_polls(
    situation: Situation, starts: Sequence[Start], credits: int
) -> list[PlannedFetch]:
    """The fewest polls that lose no result: as far apart as the vendor lets one look back."""
    polls = []
    for sport_key in sorted({start.sport_key for start in starts}):
        own = [start.commence_at for start in starts if start.sport_key == sport_key]
        at = min(own) + RESULTS_EVERY
        while at <= max(own):
            polls.append(PlannedFetch(at, sport_key, "scores", RESULTS, situation.costs.scores, 0))
            at += RESULTS_EVERY
    affordable = credits // situation.costs.scores if situation.costs.scores else len(polls)
    return sorted(polls, key=lambda poll: poll.at)[:affordable]


def _affordable_polls(
    situation: Situation,
    starts: Sequence[Start],
    until: datetime,
    fewest: list[PlannedFetch],
    credits: int,
) -> tuple[list[PlannedFetch], Polling]:
    """Scores as often as what is left allows: in play, daily, or just often enough."""
    for polling in (Polling.IN_PLAY, Polling.DAILY):
        polls = [
            PlannedFetch(at, sport_key, "scores", RESULTS, situation.costs.scores, games)
            for sport_key in sorted({start.sport_key for start in starts})
            for at, games in live_polls(
                [s.commence_at for s in starts if s.sport_key == sport_key], polling, until
            )
        ]
        if sum(poll.cost for poll in polls) <= credits:
            return polls, polling
    return fewest, Polling.RARELY


def _summed(keyed: Iterable[tuple[Key, PlannedFetch]]) -> dict[Key, tuple[int, int]]:
    counts: dict[Key, tuple[int, int]] = {}
    for key, fetch in keyed:
        number, credits = counts.get(key, (0, 0))
        counts[key] = (number + 1, credits + fetch.cost)
    return counts
