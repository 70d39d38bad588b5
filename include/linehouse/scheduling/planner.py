"""What to fetch until the quota's reset: closing lines first, never more than there is to spend.

A plan is made anew for every decision, from the games that are known, the last fetches and the
credits that are left. Where the tiers' whole table is affordable, it is the plan. Where it is not,
the credits go first to the moments that cover most closing lines, then to the table's other
fetches, nearest tier first, those with most games first. What that leaves goes to looks at single
games for markets that are sold so (`looks`), and to scores.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from linehouse.scheduling import closing, looks
from linehouse.scheduling.plans import (
    EVENT_ODDS,
    ODDS,
    SCORES,
    ClosingCoverage,
    Plan,
    PlannedFetch,
    Situation,
    Start,
)
from linehouse.scheduling.results import Polling, polls
from linehouse.scheduling.tiers import NAMES, due_of, nearest

RESULTS = "results"
RESULTS_SHARE = 0.2
"""Of the credits, the most that goes to results where they are scarce."""
MORE = (
    (looks.often, Polling.IN_PLAY),
    (looks.once, Polling.IN_PLAY),
    (looks.once, Polling.DAILY),
)
"""What is done with credits that the odds leave over: the first of these that they pay."""
DAY = timedelta(days=1)
_LONGEST_TABLE = 20_000


def plan(situation: Situation) -> Plan:
    """The fetches for the known games; their cost is at most the allowance."""
    reach = min(situation.now + situation.lookahead, situation.resets_at)
    costs = situation.costs
    near = [
        start
        for start in situation.starts
        if start.is_offered
        and situation.now < start.commence_at <= reach
        and (start.sport_key in costs.odds or start.sport_key in costs.events)
    ]
    of_odds = [start for start in near if start.sport_key in costs.odds]
    of_events = [start for start in near if start.sport_key in costs.events]
    fewest = _polls(situation, near, Polling.RARELY, reach)
    overdue = _cost(poll for poll in fewest if poll.at <= situation.now)
    overdue = min(overdue, int(situation.spendable * RESULTS_SHARE))
    share = known_share(situation, near, len(situation.begun))
    allowance = max(int(situation.spendable * share), overdue)
    fewest = _within(fewest, max(int(allowance * RESULTS_SHARE), overdue))
    # games that have begun are no reason to spend more on the odds of others
    for_odds = max(int(situation.spendable * known_share(situation, near)) - _cost(fewest), 0)
    odds = table(situation, of_odds, reach)
    is_whole = _cost(odds) <= for_odds
    if not is_whole:
        odds = _first_things(situation, of_odds, reach, for_odds)
    left_for_looks = max(for_odds - _cost(odds), 0)
    others: list[PlannedFetch] = []
    for choose, polling in MORE if is_whole else ():
        at_events = _looks(situation, of_events, choose)
        if _cost(at_events) <= left_for_looks:
            others = [*at_events, *_polls(situation, near, polling, reach)]
            if _cost((*odds, *others)) <= allowance:
                break
    else:
        others = [*_within(_looks(situation, of_events, looks.once), left_for_looks), *fewest]
        polling = Polling.RARELY
    everything = sorted((*odds, *others), key=lambda fetch: (fetch.at, fetch.sport_key))
    return Plan(
        situation,
        share,
        allowance,
        tuple(everything),
        is_whole,
        polling,
        coverage(near, everything, situation.last_fetch),
    )


def known_share(situation: Situation, near: Sequence[Start], begun: int = 0) -> float:
    """Games within reach, and those that have begun, as a share of those that are to be expected
    until the reset.

    Days after a sport's last known game have as many as its known or its last days, whichever had
    more: too little spent today can be spent tomorrow, too much cannot be had back.
    """
    expected = float(begun)
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
    return min((len(near) + begun) / expected, 1.0) if expected else 1.0


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
    """How young the last snapshot before each start is: of its sport, else of the game alone."""
    moments: dict[str | None, list[datetime]] = defaultdict(list)
    for sport_key, at in (last_fetch or {}).items():
        moments[sport_key].append(at)
    for fetch in fetches:
        if fetch.feed != "scores":
            moments[fetch.event_id or fetch.sport_key].append(fetch.at)
    for of_one in moments.values():
        of_one.sort()
    games = closing_lines = near = 0
    for start in starts:
        games += 1
        shown = moments.get(start.sport_key) or moments.get(start.event_id) or []
        before = bisect_left(shown, start.commence_at)
        age = start.commence_at - shown[before - 1] if before else None
        closing_lines += age is not None and age <= closing.CLOSING_AGE
        near += age is not None and age <= closing.NEAR_AGE
    return ClosingCoverage(games, closing_lines, near)


def _fetch(
    at: datetime, sport_key: str, starts: Sequence[datetime], situation: Situation
) -> PlannedFetch:
    """It counts for the nearest tier that has a game in it."""
    tier, games = nearest(starts, at, situation.lookahead)
    name = tier.name if tier else NAMES[-1]
    return PlannedFetch(at, sport_key, ODDS, name, situation.costs.odds[sport_key], games)


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


def _looks(
    situation: Situation,
    starts: Sequence[Start],
    choose: Callable[..., list[tuple[datetime, str]]],
) -> list[PlannedFetch]:
    """Looks at single games, in the order in which credits go to them."""
    sport_of = {start.event_id: start.sport_key for start in starts}
    return [
        PlannedFetch(
            at,
            sport_of[event],
            EVENT_ODDS,
            NAMES[0],
            situation.costs.events[sport_of[event]],
            1,
            event,
        )
        for at, event in choose(starts, situation.last_looks, situation.now)
    ]


def _polls(
    situation: Situation, starts: Sequence[Start], polling: Polling, until: datetime
) -> list[PlannedFetch]:
    """Scores of the games that have begun or will; the soonest first."""
    waiting: dict[str, list[datetime]] = defaultdict(list)
    for start in (*situation.begun, *starts):
        waiting[start.sport_key].append(start.commence_at)
    return sorted(
        (
            PlannedFetch(at, sport_key, SCORES, RESULTS, situation.costs.scores, games)
            for sport_key, of_sport in sorted(waiting.items())
            for at, games in polls(
                of_sport, situation.last_poll.get(sport_key), situation.now, polling, until
            )
        ),
        key=lambda poll: poll.at,
    )


def _within(fetches: Iterable[PlannedFetch], credits: int) -> list[PlannedFetch]:
    """The first of them that these credits pay."""
    taken = []
    for fetch in fetches:
        if fetch.cost > credits:
            break
        credits -= fetch.cost
        taken.append(fetch)
    return taken


def _cost(fetches: Iterable[PlannedFetch]) -> int:
    return sum(fetch.cost for fetch in fetches)
